"""A script that runs a pipeline, as `python script.py`; the environment says whether it is to fail."""

import os

from k8stui import pipeline, step


@step
def work(word: str) -> str:
    if word == "fail":
        raise ValueError("told to fail")
    print(f"the word is {word}")
    return word


@pipeline
def scripted(word: str = "fine") -> None:
    work(word)


if __name__ == "__main__":
    run = scripted(word=os.environ.get("WORD", "fine"))
    print(f"back in the script: {run.state.value}, {run.results}")
