"""Steps that do not start, take too long, or end the run with them; and hooks."""

from typing import Any

from gate import wait_at_gate  # type: ignore[import-not-found]  # found beside the script, as in a step pod

from k8stui import StepRetry, container_step, pipeline, step


def settings(**fields: Any) -> dict[str, Any]:
    return {"orchestrator": fields}


@step(
    settings=settings(
        pod_settings={"node_selectors": {"pool": "promised"}},
        pod_startup_timeout=3,
        pod_failure_max_retries=1,
        pod_failure_retry_delay=1,
    )
)
def nowhere() -> None: ...


@step(settings=settings(pod_settings={"env_from": [{"configMapRef": {"name": "settings"}}]}), retry=StepRetry(2))
def unset() -> None: ...


no_image = container_step(
    name="no_image",
    image="127.0.0.1:5999/team/net:2",
    command=["true"],
    settings=settings(fail_on_container_waiting_reasons=["ErrImagePull", "ImagePullBackOff"]),
)


@step(settings=settings(step_timeout=2), retry=StepRetry(1))
def overlong() -> None:
    wait_at_gate()


@step
def after() -> None: ...


@pipeline
def late() -> None:
    after(after=[nowhere(), unset(), no_image(), overlong()])


@step
def held() -> None:
    wait_at_gate()


@step
def fails() -> None:
    raise ValueError("no rows")


@step
def mourn(run: str, state: str, why: str) -> str:
    return f"{run} {state}: {why}"


@pipeline(settings=settings(failure_mode="fail_fast"), on_failure=mourn)
def fast() -> None:
    after(after=held())
    fails()


@pipeline(settings=settings(run_timeout=4), on_failure=mourn)
def limited() -> None:
    after(after=held())
