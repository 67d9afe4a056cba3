"""A source that answers at the second attempt only: its step waits for its retry."""

import os
import time

from k8stui import StepRetry, pipeline, step


@step(retry=StepRetry(max_retries=3, delay=40))
def fetch(page: str) -> int:
    time.sleep(0.5)
    if os.environ["HOSTNAME"].endswith("-1"):  # the pod of the first attempt
        raise ConnectionError(f"{page}: 503 Service Unavailable")
    print(f"{page}: 200 OK")
    return 48_210


@step
def index(size: int) -> int:
    print(f"{size} bytes indexed")
    return size


@pipeline
def crawl(page: str = "/catalogue") -> None:
    index(fetch(page))
