"""What the scheduler has the master do."""

from dataclasses import dataclass
from typing import Union


@dataclass(frozen=True)
class Create:
    """Create the pod of an attempt."""

    step: str
    attempt: int


@dataclass(frozen=True)
class Delete:
    """Delete a pod. `judged` means that the record must say why before it is done."""

    pod: str
    uid: str
    judged: bool = False


Action = Union[Create, Delete]
