"""What k8stui is measured with: steps that do nothing, put together the way a user would.

A folder of its own, without an `__init__.py`: the code package holds everything below it.
"""

from k8stui import container_step, pipeline, step


@step
def first() -> int:
    return 0


@step
def following(value: int) -> int:
    return value + 1


@step
def joining(values: list[int]) -> int:
    return sum(values)


@pipeline
def chain(steps: int) -> None:
    value = first()
    for _ in range(steps - 1):
        value = following(value)


@pipeline
def fan(steps: int) -> None:
    for _ in range(steps):
        first()


@pipeline
def containers(steps: int, image: str) -> None:
    nothing = container_step(name="nothing", image=image, command=["python3", "-c", "pass"])
    last = nothing()
    for _ in range(steps - 1):
        last = nothing(after=last)


@pipeline
def web(steps: int, seed: int) -> None:
    """A random graph: each step takes what up to two earlier ones returned."""
    import random  # noqa: PLC0415  (a step that does nothing need not pay for it)

    chance = random.Random(seed)
    made: list[int] = []
    for _ in range(steps):
        parents = chance.sample(made, min(len(made), chance.randint(0, 2)))
        made.append(joining(parents) if parents else first())


@pipeline
def gather(steps: int) -> None:
    """One step takes what all others returned."""
    joining([first() for _ in range(steps)])
