"""Random layered graphs of sums, the same for the same seed: what a run gives can be told beforehand."""

import random
from dataclasses import dataclass

from k8stui import pipeline, step

WIDEST = 8
MOST_PARENTS = 4


@dataclass(frozen=True)
class Node:
    """A step of the graph: a number of its own, and the steps whose sums it adds."""

    own: int
    parents: tuple[int, ...]


def graph(seed: int, size: int) -> list[Node]:
    """Layers of 1 to `WIDEST` steps; each step's parents are of the layers before, one of them of the last."""
    source = random.Random(seed)
    nodes: list[Node] = []
    last: list[int] = []
    while len(nodes) < size:
        layer: list[int] = []
        for _ in range(min(source.randint(1, WIDEST), size - len(nodes))):
            parents = {source.choice(last)} if last else set()
            earlier = range(len(nodes) - len(layer))
            parents |= set(source.sample(earlier, min(len(earlier), source.randint(0, MOST_PARENTS - 1))))
            nodes.append(Node(source.randint(1, 1000), tuple(sorted(parents))))
            layer.append(len(nodes) - 1)
        last = layer
    return nodes


def sums(nodes: list[Node]) -> list[int]:
    """What every step must give."""
    found: list[int] = []
    for node in nodes:
        found.append(node.own + sum(found[parent] for parent in node.parents))
    return found


@step
def add(own: int, others: list[int]) -> int:
    return own + sum(others)


@pipeline
def layers(seed: int = 1, size: int = 60) -> None:
    made: list[int] = []
    for index, node in enumerate(graph(seed, size)):
        made.append(add(node.own, [made[parent] for parent in node.parents], id=f"add_{index}"))
