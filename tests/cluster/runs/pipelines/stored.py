"""Values that go by way of an artifact store: a large list, an object of no known type, a folder."""

from pathlib import Path

from k8stui import pipeline, step


class Odd:
    def __init__(self, value: int) -> None:
        self.value = value


@step
def make(count: int) -> tuple[list[int], Odd, Path]:
    print("made")
    here = Path("/tmp/made")
    here.mkdir()
    (here / "a.txt").write_text("in the folder")
    return list(range(count)), Odd(7), here


@step
def take(numbers: list[int], odd: Odd, folder: Path) -> list[object]:
    return [sum(numbers), odd.value, (folder / "a.txt").read_text()]


@pipeline
def stored(count: int = 5000) -> None:
    take(*make(count))


if __name__ == "__main__":
    stored()
