"""A list that is made at run time, an item for each thing in it, and two branches of which one is taken."""

from gate import wait_at_gate  # type: ignore[import-not-found]  # found beside the script, as in a step pod

from k8stui import one_of, pipeline, step


@step
def prepare(count: int) -> list[int]:
    return [number * 10 for number in range(count)]


@step
def score(item: int, hold: int) -> int:
    if item == hold:
        wait_at_gate()
    print(f"scored {item}")
    return item + 1


@step
def total(scores: list[int]) -> int:
    return sum(scores)


@step
def publish(found: int) -> str:
    return f"published {found}"


@step
def discard(found: int) -> str:
    return f"discarded {found}"


@step
def mourn(said: str) -> str:
    return said


@step
def tell(said: str) -> str:
    return said.upper()


@pipeline
def dynamic(count: int = 3, hold: int = -1, least: int = 30) -> None:
    found = total(score.map(item=prepare(count), hold=hold))
    good = publish(found, when=found > least)
    bad = mourn(discard(found, when=found <= least))
    tell(one_of(good, bad))
