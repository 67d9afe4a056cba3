"""Containers beside Python functions, with values going in both kinds."""

from k8stui import container_step, pipeline, step

BUSYBOX = "k8stui-test/busybox:1"

greet = container_step(
    name="greet",
    image=BUSYBOX,
    command=["sh", "-c"],
    args=['echo "$GREETING $INPUT_NAME, $INPUT_COUNT times, $(id -u)"'],
    env={"GREETING": "hello"},
)


@step
def count(name: str) -> int:
    return len(name)


@step
def last(name: str) -> str:
    return name.upper()


@pipeline
def mixed(name: str = "world") -> None:
    greeted = greet(name=name, count=count(name))
    last(name, after=greeted)
