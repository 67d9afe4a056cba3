"""A step whose native code crashes: Python has no exception to tell of."""

import ctypes

from k8stui import pipeline, step


@step
def crash() -> None:
    ctypes.string_at(0)


@pipeline
def crashing() -> None:
    crash()
