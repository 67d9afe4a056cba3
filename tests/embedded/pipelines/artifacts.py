"""Pipelines of the tests whose values are too large to travel, or no JSON."""

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from k8stui import pipeline, step


@dataclass
class Model:
    name: str
    weights: list[float]


class Odd:
    """Nothing that JSON or any table knows."""

    def __init__(self, value: int) -> None:
        self.value = value


@step
def make(
    folder: str,
) -> tuple[
    Annotated[list[int], "numbers"],
    Annotated[Model, "model"],
    Annotated[Odd, "odd"],
    Annotated[Path, "file"],
    Annotated[Path, "tree"],
    Annotated[str, "word"],
]:
    here = Path(folder)
    (here / "tree" / "sub").mkdir(parents=True, exist_ok=True)
    (here / "tree" / "sub" / "a.txt").write_text("in the tree")
    (here / "large.bin").write_bytes(b"x" * 3_000_000)
    return list(range(5000)), Model("m", [0.5, 1.5]), Odd(7), here / "large.bin", here / "tree", "small"


@step
def take(numbers: list[int], model: Any, odd: Any, file: Path, tree: Path, word: str) -> list[Any]:
    return [
        sum(numbers),
        [type(model).__name__, model.name, model.weights],
        [type(odd).__name__, odd.value],
        [file.name, hashlib.sha256(file.read_bytes()).hexdigest()],
        (tree / "sub" / "a.txt").read_text(),
        word,
    ]


@pipeline
def everything(folder: str) -> None:
    numbers, model, odd, file, tree, word = make(folder)
    take(numbers, model, odd, file, tree, word)


@step
def texts(count: int) -> list[str]:
    return [f"{number}-" + "x" * 2000 for number in range(count)]


@step
def longer(text: str) -> str:
    return text + "y" * 3000


@step
def lengths(found: list[str]) -> list[int]:
    return [len(text) for text in found]


@pipeline
def mapped(count: int = 3) -> None:
    lengths(longer.map(texts(count)))


@pipeline
def over_a_model(folder: str) -> None:
    _, model, _, _, _, _ = make(folder)
    longer.map(model)


@pipeline
def asked(count: int = 3) -> None:
    longer("a", when=texts(count) == "a")


@step(enable_cache=False)
def again(count: int) -> list[str]:
    return ["x" * 2000] * count


@step
def measure(found: list[str]) -> int:
    return len(found)


@pipeline
def cached(count: int = 3) -> None:
    measure(again(count))


@step(enable_cache=False)
def held(flag: str, count: int) -> list[int]:
    """A list that is too large to travel, once a file is there; fails where the file says so."""
    while not Path(flag).exists():
        time.sleep(0.05)
    if "fail" in Path(flag).read_text():
        raise ValueError("told to fail")
    return list(range(count))


@step(enable_cache=False)
def total(found: list[int]) -> int:
    return sum(found)


@pipeline
def summed(flag: str, count: int = 3000) -> None:
    total(held(flag, count))
