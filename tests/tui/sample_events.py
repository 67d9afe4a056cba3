"""Events at a frozen time, of pods, runs, nodes and schedules."""

from __future__ import annotations

from k8stui.control.events.lines import EventLine
from k8stui.control.events.reading import Event
from tests.tui.sample_runs import NOW

CHURN = "train-churn-7f3a"


def said(ago: float, kind: str, name: str, reason: str, message: str, *, count: int = 1, warns: bool = False,
         run: str = "", source: str = "kubelet", namespace: str = "ml-team") -> EventLine:  # fmt: skip
    event = Event(NOW - ago, "Warning" if warns else "Normal", reason, message, count)
    return EventLine(event, namespace, kind, name, source, run)


def every_event() -> list[EventLine]:
    pod = f"{CHURN}-train-4-1"
    return [
        said(4, "Pod", pod, "FailedScheduling", "0/5 nodes are available: 5 Insufficient nvidia.com/gpu. preemption: "
             "0/5 nodes are available: 5 No preemption victims found for incoming pod.", count=7, warns=True, run=CHURN,
             source="default-scheduler"),
        said(31, "Pod", "web-5d9c-7hq2p", "BackOff", "Back-off restarting failed container web in pod web-5d9c-7hq2p",
             count=42, warns=True),
        said(124, "Pod", f"{CHURN}-train-3-2", "Started", "Started container step", run=CHURN),
        said(125, "Pod", f"{CHURN}-train-3-2", "Pulled", "Container image python:3.12 already present", run=CHURN),
        said(128, "Pod", f"{CHURN}-train-3-2", "Scheduled", "Successfully assigned it to node-7", run=CHURN,
             source="default-scheduler"),
        said(180, "Node", "node-2", "NodeHasInsufficientMemory", "Node node-2 status is now: NodeHasInsufficientMemory",
             namespace="default"),
        said(200, "Pod", f"{CHURN}-train-3-1", "Evicted", "The node was low on resource: memory. Threshold quantity: "
             "100Mi, available: 71Mi.", warns=True, run=CHURN),
        said(1020, "Pod", "etl-daily-91bc-load-1", "BackOff", "Back-off restarting failed container", warns=True,
             run="etl-daily-91bc"),
        said(1800, "CronJob", "nightly-churn", "SuccessfulCreate", "Created job nightly-churn-29401680",
             source="cronjob-controller"),
        said(2400, "PersistentVolumeClaim", "scratch", "ProvisioningFailed", "storageclass fast not found", warns=True,
             count=3, source="persistentvolume-controller"),
    ]  # fmt: skip
