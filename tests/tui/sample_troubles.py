"""What is wrong, at a frozen time."""

from __future__ import annotations

from k8stui.control.diagnosis.finding import Level
from k8stui.control.troubles.trouble import Member, Trouble
from tests.tui.sample_runs import NOW


def every_trouble() -> list[Trouble]:
    scores = tuple(Member("ml-team", f"score-eu-22aa-part-{number}-1", "score-eu-22aa") for number in range(1, 9))
    return [
        Trouble(Level.FAILED, "Run", (Member("ml-team", "etl-daily-91bc", "etl-daily-91bc"),),
                "failed: step load failed: its container needed more memory than its limit of 512Mi",
                "Raise pod_settings.resources.limits.memory, or load less at once.",
                ("container step: OOMKilled, exit code 137",), NOW - 17 * 60),
        Trouble(Level.FAILED, "Pod", scores, "evicted: node node-2 was short of memory",
                "Give the steps requests that tell what they need.", (), NOW - 3 * 3600),
        Trouble(Level.STUCK, "Pod", (Member("ml-team", "train-churn-7f3a-train-4-1", "train-churn-7f3a"),),
                "queued: none of the 5 nodes takes it: all have too little nvidia.com/gpu",
                "Ask for less, or wait until other pods have ended.",
                ("condition PodScheduled: 0/5 nodes are available: 5 Insufficient nvidia.com/gpu.",), NOW - 90),
        Trouble(Level.STUCK, "CronJob", (Member("ml-team", "hourly-etl"),),
                "late: it should have fired at 2026-11-24 02:00 UTC and has not",
                "See whether the CronJob controller is at work.", (), NOW - 7200),
        Trouble(Level.WAITING, "Node", (Member("", "node-2"),),
                "short of memory: its kubelet evicts pods, and takes no new ones",
                "Give its pods requests and limits that tell what they need, or add a node.", (), NOW - 180),
    ]  # fmt: skip
