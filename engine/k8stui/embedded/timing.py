"""How long the cluster waits where Kubernetes waits; tests may wait less."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Delays in seconds, by default those of Kubernetes.

    Attributes:
        job_backoff: Before a Job's first replacement of a failed pod; doubles each time.
        crash_backoff: Before the second restart of a crashing container; doubles each time, up to 30 times as much.
        config_retry: Between attempts to make a container whose references are missing.
        start_slot: How long a starting process keeps others waiting when many start at once.
    """

    job_backoff: float = 10.0
    crash_backoff: float = 10.0
    config_retry: float = 10.0
    start_slot: float = 0.25
