"""Train four small models side by side and keep the best: load -> clean -> 4 x train -> pick_best -> report.

The model is a logistic regression fitted by gradient descent on generated data, in plain Python: it runs in any image.
What travels between steps is small (where the data comes from, how to scale it, what a model scored); the rows
themselves are made again from the seed, as they would be read again from storage.

Run it with `python examples/train.py`, or with `k8stui run examples/train.py --param rows=2000`.
"""

import math
import random
import time
from typing import Annotated

import k8stui
from k8stui import StepRetry, pipeline, step

TRUE_WEIGHTS = (1.8, -1.1, 0.7)
TRUE_OFFSET = -1.6
Row = tuple[list[float], int]


def generate(seed: int, rows: int) -> list[Row]:
    """Rows of three features on very different scales, and a label that depends on them with some noise."""
    source = random.Random(seed)
    made = []
    for _ in range(rows):
        hidden = [source.gauss(0, 1) for _ in TRUE_WEIGHTS]
        score = sum(weight * value for weight, value in zip(TRUE_WEIGHTS, hidden, strict=True))
        score += TRUE_OFFSET + source.gauss(0, 0.8)
        made.append(([hidden[0] * 40 + 300, hidden[1] * 0.02, hidden[2] * 5 - 12], int(score > 0)))
    return made


def scaled(rows: list[Row], means: list[float], spreads: list[float]) -> list[Row]:
    """The rows with every feature round zero and of the same width."""
    return [
        ([(value - mean) / spread for value, mean, spread in zip(features, means, spreads, strict=True)], label)
        for features, label in rows
    ]


def probability(weights: list[float], features: list[float]) -> float:
    """The model: a weighted sum, squeezed between 0 and 1. The last weight stands alone."""
    total = weights[-1] + sum(weight * value for weight, value in zip(weights[:-1], features, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@step
def load_data(rows: int, seed: int) -> dict:
    print(f"generating {rows} rows from seed {seed}")
    labels = [label for _, label in generate(seed, rows)]
    print(f"{sum(labels)} of them are positive")
    return {"seed": seed, "rows": rows, "positive": sum(labels)}


@step
def clean(data: dict) -> tuple[Annotated[list[float], "means"], Annotated[list[float], "spreads"]]:
    columns = list(zip(*(features for features, _ in generate(data["seed"], data["rows"])), strict=True))
    means = [sum(column) / len(column) for column in columns]
    spreads = [
        math.sqrt(sum((value - mean) ** 2 for value in column) / len(column))
        for column, mean in zip(columns, means, strict=True)
    ]
    for index, (mean, spread) in enumerate(zip(means, spreads, strict=True)):
        print(f"feature {index}: mean {mean:.3f}, spread {spread:.3f}")
    return means, spreads


@step(retry=StepRetry(max_retries=2, delay=2))
def train(data: dict, means: list[float], spreads: list[float], learning_rate: float, epochs: int) -> dict:
    rows = scaled(generate(data["seed"], data["rows"]), means, spreads)
    split = len(rows) * 3 // 4
    training, held_out = rows[:split], rows[split:]
    weights = [0.0] * (len(means) + 1)
    for epoch in range(1, epochs + 1):
        slopes = [0.0] * len(weights)
        loss = 0.0
        for features, label in training:
            guess = probability(weights, features)
            loss -= math.log(guess if label else 1 - guess)
            for index, value in enumerate([*features, 1.0]):
                slopes[index] += (guess - label) * value
        weights = [
            weight - learning_rate * slope / len(training) for weight, slope in zip(weights, slopes, strict=True)
        ]
        k8stui.report(progress=epoch / epochs, loss=loss / len(training))
        if epoch % max(1, epochs // 5) == 0:
            print(f"rate {learning_rate}: epoch {epoch:3} of {epochs}, loss {loss / len(training):.4f}", flush=True)
            time.sleep(0.2)  # so that there is something to watch
    right = sum((probability(weights, features) > 0.5) == bool(label) for features, label in held_out)
    accuracy = round(right / len(held_out), 4)
    print(f"rate {learning_rate}: accuracy {accuracy} on {len(held_out)} rows it has not seen")
    return {
        "learning_rate": learning_rate,
        "accuracy": accuracy,
        "loss": round(loss / len(training), 4),
        "weights": [round(weight, 4) for weight in weights],
    }


@step
def pick_best(models: list[dict]) -> Annotated[dict, "best"]:
    ranked = sorted(models, key=lambda model: (-model["accuracy"], model["loss"]))
    for model in ranked:
        print(f"rate {model['learning_rate']:<6} accuracy {model['accuracy']:.4f}  loss {model['loss']:.4f}")
    best = ranked[0]
    print(f"the best is rate {best['learning_rate']}")
    return best


@step
def report(best: dict, data: dict) -> Annotated[float, "accuracy"]:
    print(f"trained on {data['rows']} rows")
    print(f"learning rate {best['learning_rate']}, weights {best['weights']}")
    print(f"accuracy {best['accuracy']:.1%}")
    return best["accuracy"]


@pipeline
def training(rows: int = 1200, seed: int = 7, epochs: int = 50) -> None:
    data = load_data(rows, seed)
    means, spreads = clean(data)
    models = [train(data, means, spreads, rate, epochs) for rate in (0.02, 0.1, 0.5, 2.0)]
    report(pick_best(models), data)


if __name__ == "__main__":
    training()
