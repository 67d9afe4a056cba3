"""Inert stand-in for `k8stui` in an image that does not have it: the author's module imports it at its top.

Decorators give back the function; settings, schedules and retries accept anything; calling a pipeline while the module
is imported does nothing; `report` reports. Using anything else for real says which package is missing.
"""


class _Inert:
    """Accepts every argument and remembers none."""

    def __init__(self, *args, **kwargs):
        pass

    def __getattr__(self, name):
        raise AttributeError("k8stui is not in this image: %s is for the author's side" % name)


class KubernetesOrchestratorSettings(_Inert):
    """Stand-in."""


class Schedule(_Inert):
    """Stand-in."""


class StepRetry(_Inert):
    """Stand-in."""


class Client(_Inert):
    """Stand-in."""


class _Recorder(_Inert):
    """A pipeline or a container step: nothing to run inside a step."""

    def __call__(self, *args, **kwargs):
        return None

    def with_options(self, *args, **kwargs):
        return self


def step(function=None, **options):
    """Give the function back, whose `with_options` gives it back again."""
    if function is None:
        return step
    function.with_options = lambda *args, **kwargs: function
    return function


def pipeline(function=None, **options):
    """Give back something that does nothing when it is called."""
    return _Recorder() if function is not None else lambda function: _Recorder()


def container_step(*args, **kwargs):
    """Give back something that does nothing when it is called."""
    return _Recorder()


def one_of(*branches):
    """Give back nothing: branches meet in pipelines only."""


def unmapped(value):
    """Give back nothing, as `one_of`."""


def report(progress=None, **metrics):
    """Tell the runner, which is there in a step's process and in those that it forks."""
    try:
        from k8stui_incluster.runner.telling import report as tell
    except ImportError:
        return
    tell(progress, **metrics)
