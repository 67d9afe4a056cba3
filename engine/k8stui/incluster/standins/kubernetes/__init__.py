"""Inert stand-in for `kubernetes` in an image that does not have it: authors import its models for their settings.

Every submodule can be imported and every name in it can be made with any arguments; using one says what is missing.
"""

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class _Inert:
    def __init__(self, *args, **kwargs):
        pass

    def __getattr__(self, name):
        raise AttributeError("the package kubernetes is not in this image (%s): set image= or requirements=" % name)


class _InertModule(ModuleType):
    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        found = type(name, (_Inert,), {}) if name[:1].isupper() else sys.modules.get(self.__name__ + "." + name)
        if found is None:
            found = _InertModule(self.__name__ + "." + name)
            sys.modules[found.__name__] = found
        setattr(self, name, found)
        return found


class _Finder(MetaPathFinder, Loader):
    def find_spec(self, fullname, path=None, target=None):
        return ModuleSpec(fullname, self, is_package=True) if fullname.startswith("kubernetes.") else None

    def create_module(self, spec):
        return _InertModule(spec.name)

    def exec_module(self, module):
        pass


sys.meta_path.append(_Finder())


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return getattr(_InertModule(__name__), name)
