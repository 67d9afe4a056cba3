"""A model that is not good enough: the check fails twice, and what comes after it is skipped."""

from k8stui import StepRetry, pipeline, step


@step
def features(customers: int) -> dict[str, float]:
    print(f"features of {customers} customers")
    return {"tenure": 0.31, "calls": -0.12, "plan": 0.05}


@step
def fit(weights: dict[str, float]) -> float:
    return round(sum(abs(weight) for weight in weights.values()), 2)


@step(retry=StepRetry(max_retries=1, delay=1))
def check(accuracy: float, agreed: float) -> float:
    print(f"accuracy {accuracy:.2f}")
    if accuracy < agreed:
        raise ValueError(f"accuracy {accuracy:.2f} is below the {agreed:.2f} that was agreed")
    return accuracy


@step
def publish(accuracy: float) -> None:
    print(f"published with {accuracy:.2f}")


@pipeline
def churn(customers: int = 4000, agreed: float = 0.6) -> None:
    publish(check(fit(features(customers)), agreed))
