"""A pipeline whose steps get into trouble, each into one of its own."""

from k8stui import pipeline, step


@step
def fine() -> int:
    return 1


@step(settings={"orchestrator": {"pod_settings": {"node_selectors": {"pool": "gpu"}}}})
def nowhere() -> int:
    return 1


@step(settings={"orchestrator": {"pod_settings": {"env_from": [{"configMapRef": {"name": "settings"}}]}}})
def unset() -> int:
    return 1


@step
def broken(number: int) -> int:
    raise ValueError(f"cannot use {number}")


@step
def last(numbers: list[int]) -> int:
    return sum(numbers)


@pipeline
def stuck() -> None:
    last([nowhere(), unset(), fine()])


@pipeline
def failed() -> None:
    last([broken(fine())])
