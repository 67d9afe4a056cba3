"""Steps in trouble, each in one of its own, and two that want the same place."""

from typing import Any

from gate import wait_at_gate  # type: ignore[import-not-found]  # found beside the script, as in a step pod

from k8stui import container_step, pipeline, step

BUSYBOX = "k8stui-test/busybox:1"
NO_REGISTRY = "127.0.0.1:5999/team/net:2"


def pod(**fields: Any) -> dict[str, Any]:
    return {"orchestrator": {"pod_settings": fields}}


@step(settings=pod(node_selectors={"pool": "gpu"}))
def nowhere() -> None: ...


@step(settings=pod(resources={"requests": {"cpu": "900"}}))
def too_large() -> None: ...


@step(settings=pod(resources={"limits": {"nvidia.com/gpu": "1"}}))
def on_a_gpu() -> None: ...


@step(settings=pod(env_from=[{"configMapRef": {"name": "settings"}}]))
def unset() -> None: ...


@step(
    settings=pod(
        volumes=[{"name": "data", "configMap": {"name": "rows"}}],
        volume_mounts=[{"name": "data", "mountPath": "/data"}],
    )
)
def unmounted() -> None: ...


@step
def raises() -> None:
    raise ValueError("no rows")


@step(settings=pod(resources={"requests": {"memory": "48Mi"}, "limits": {"memory": "48Mi"}}))
def hungry() -> int:
    return len(bytearray(400 << 20))


no_image = container_step(name="no_image", image=NO_REGISTRY, command=["true"])
no_command = container_step(name="no_command", image=BUSYBOX, command=["trainify", "--fast"])
exits = container_step(name="exits", image=BUSYBOX, command=["sh", "-c", "trainify --fast"])


@step
def last() -> None: ...


@pipeline
def troubled() -> None:
    every = [nowhere(), too_large(), on_a_gpu(), unmounted(), no_image()]
    unset()
    raises()
    hungry()
    no_command()
    exits()
    last(after=every)


@step
def held() -> None:
    wait_at_gate()


@pipeline
def crowded() -> None:
    held()
    held()
