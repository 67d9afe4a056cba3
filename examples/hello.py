"""The smallest pipeline: two steps, one value between them.

Run it with `python examples/hello.py`, or with `k8stui run examples/hello.py --param name=you`.
"""

from k8stui import pipeline, step


@step
def compose(name: str) -> str:
    return f"Hello, {name}!"


@step
def say(greeting: str) -> None:
    print(greeting)


@pipeline
def hello(name: str = "world") -> None:
    say(compose(name))


if __name__ == "__main__":
    hello()
