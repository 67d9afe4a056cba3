"""The environment of a container: declared variables, references and the expansion of $(NAME).

Rules: Kubernetes documentation, "Define Environment Variables" and "Dependent Environment Variables". The order is
envFrom, then env, later ones winning.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from decimal import ROUND_CEILING

from k8stui.embedded.kubelet.fields import field_text
from k8stui.embedded.objects import Obj
from k8stui.model.quantities import parse_quantity

_REFERENCE = re.compile(r"\$\$|\$\(([-._A-Za-z][-._A-Za-z0-9]*)\)")

Lookup = Callable[[str, str], Obj | None]
"""Finds a "ConfigMap" or "Secret" of the pod's namespace by kind and name."""


class ConfigError(Exception):
    """A container cannot be made yet: something it refers to is missing (CreateContainerConfigError)."""


def expand(text: str, known: dict[str, str]) -> str:
    """Return `text` with $(NAME) replaced where NAME is known; $$ is a literal dollar."""

    def replaced(found: re.Match[str]) -> str:
        if found[1] is None:
            return "$"
        return known.get(found[1], found[0])

    return _REFERENCE.sub(replaced, text)


def build_environment(pod: Obj, container: Obj, lookup: Lookup) -> dict[str, str]:
    """Return what a container declares, references resolved.

    Raises:
        ConfigError: A referenced object or key does not exist and is not optional.
    """
    known: dict[str, str] = {}
    for source in container.get("envFrom") or []:
        known.update(_from_source(source, lookup))
    for variable in container.get("env") or []:
        name, origin = str(variable["name"]), variable.get("valueFrom")
        if origin:
            value = _resolved(pod, container, origin, lookup)
            if value is not None:
                known[name] = value
        else:
            known[name] = expand(str(variable.get("value") or ""), known)
    return known


def _from_source(source: Obj, lookup: Lookup) -> dict[str, str]:
    prefix = str(source.get("prefix") or "")
    for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
        if reference := source.get(field):
            found = lookup(kind, str(reference.get("name", "")))
            if found is None:
                if reference.get("optional"):
                    return {}
                raise _missing(kind, reference)
            return {prefix + key: _text(kind, value) for key, value in (found.get("data") or {}).items()}
    return {}


def _resolved(pod: Obj, container: Obj, origin: Obj, lookup: Lookup) -> str | None:
    for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
        if reference := origin.get(field):
            found = lookup(kind, str(reference.get("name", "")))
            if found is None and not reference.get("optional"):
                raise _missing(kind, reference)
            value = ((found or {}).get("data") or {}).get(reference.get("key"))
            if value is None:
                if reference.get("optional"):
                    return None
                namespace, name = pod["metadata"]["namespace"], reference.get("name")
                raise ConfigError(f"couldn't find key {reference.get('key')} in {kind} {namespace}/{name}")
            return _text(kind, value)
    if reference := origin.get("fieldRef"):
        return field_text(pod, str(reference.get("fieldPath", "")))
    if reference := origin.get("resourceFieldRef"):
        return resource_text(container, reference)
    return None


def _missing(kind: str, reference: Obj) -> ConfigError:
    return ConfigError(f'{kind.lower()} "{reference.get("name")}" not found')


def _text(kind: str, value: object) -> str:
    return base64.b64decode(str(value)).decode(errors="replace") if kind == "Secret" else str(value)


def resource_text(container: Obj, reference: Obj) -> str:
    """Return a resource field (`limits.memory`) as a whole number of its divisor."""
    what, _, name = str(reference.get("resource", "")).partition(".")
    amount = ((container.get("resources") or {}).get(what) or {}).get(name, "0")
    divisor = parse_quantity(reference.get("divisor") or "1") or parse_quantity("1")
    return str(int((parse_quantity(amount) / divisor).to_integral_value(rounding=ROUND_CEILING)))
