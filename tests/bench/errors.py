"""The one error of the bench: a measurement that could not be made is told and never counted."""


class BenchError(Exception):
    """A measurement went wrong; the message says which and why."""
