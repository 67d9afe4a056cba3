"""Lists and branches that only the run knows: as many checks as there are files, and one of two ends.

python examples/branches.py
k8stui run examples/branches.py --param files=6 --param least=0.9
"""

import random

from k8stui import one_of, pipeline, step


@step
def find(files: int) -> list[str]:
    """How many there are is only known here."""
    return [f"part-{number:03}.csv" for number in range(files)]


@step
def check(file: str) -> float:
    """One pod for each file; the same file always has the same quality."""
    quality = random.Random(file).uniform(0.5, 1)
    print(f"{file}: {quality:.2f}")
    return quality


@step
def worst(qualities: list[float]) -> float:
    """Takes all of them, in the order of the files."""
    return min(qualities, default=1.0)


@step
def publish(quality: float) -> str:
    return f"published, at a quality of {quality:.2f} or more"


@step
def clean(quality: float) -> str:
    return f"sent back: {quality:.2f} is too little"


@step
def tell(what: str) -> None:
    print(what)


@pipeline
def branches(files: int = 3, least: float = 0.6) -> None:
    quality = worst(check.map(file=find(files)))
    good = publish(quality, when=quality >= least)
    bad = clean(quality, when=quality < least)
    tell(one_of(good, bad))


if __name__ == "__main__":
    branches()
