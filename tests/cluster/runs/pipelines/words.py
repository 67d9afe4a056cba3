"""The Python steps of mixed.yaml."""


def length(word: str) -> int:
    return len(word)


def twice(number: int) -> int:
    return 2 * number
