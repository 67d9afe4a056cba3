"""A step that does not end when it is told to."""

import signal
import time

from k8stui import pipeline, step


@step
def deaf() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("deaf now", flush=True)
    time.sleep(1000)


@pipeline
def stubborn() -> None:
    deaf()
