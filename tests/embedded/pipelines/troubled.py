"""A pipeline whose steps get into trouble, each into one of its own."""

from k8stui import pipeline, step


@step
def fine() -> int:
    return 1


@step(settings={"orchestrator": {"pod_settings": {"node_selectors": {"pool": "gpu"}}}})
def nowhere() -> int:
    return 1


WITHOUT_CONFIG_MAP = {"env_from": [{"configMapRef": {"name": "settings"}}]}


@step(settings={"orchestrator": {"pod_settings": WITHOUT_CONFIG_MAP, "fail_on_container_waiting_reasons": []}})
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
