"""What a script shows when its pipeline is wrong or fails: the sentence and the exit code, in place of a traceback."""

from __future__ import annotations

import os
import sys
from types import TracebackType

from k8stui.model.errors import K8stuiError
from k8stui.model.variables import DEBUG_VARIABLE


def called_by_script() -> bool:
    """True when the code that called us is the script that Python was started with."""
    frame = sys._getframe(1)  # noqa: SLF001  (inspect.stack reads source files for every frame: 100 times slower)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith(("k8stui", "importlib.")):
        frame = frame.f_back
    return bool(frame.f_globals.get("__name__") == "__main__")


def show_errors_as_sentences() -> None:
    """From now on, end this process with the sentence and exit code of a `K8stuiError` that nobody caught.

    Other exceptions stay with the hook that was there before.
    """
    previous = sys.excepthook
    if getattr(previous, "k8stui", False):
        return

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not isinstance(error, K8stuiError) or os.environ.get(DEBUG_VARIABLE):
            previous(kind, error, trace)
            return
        sys.stdout.flush()
        print(f"Error: {error}", file=sys.stderr)  # noqa: T201  (a script's errors go to its standard error)
        sys.exit(error.exit_code)  # Python exits with 1 after an excepthook unless the hook itself exits

    hook.k8stui = True  # type: ignore[attr-defined]  # a mark on a function, looked for above
    sys.excepthook = hook
