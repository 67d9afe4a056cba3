"""Why a master gave up an attempt whose pod did nothing wrong yet: it would not start, or took longer than it may.

The master writes its verdict and what the pod waited for into the attempt (`incluster.scheduling.judging`); what it
waited for is in the words of Kubernetes, so the rules on a living pod explain it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from k8stui.control.diagnosis import images
from k8stui.control.diagnosis.around import Around, Json, one_line
from k8stui.control.diagnosis.finding import Cause, Level
from k8stui.control.diagnosis.scheduling import unschedulable
from k8stui.control.diagnosis.starting import lacks
from k8stui.incluster.contract.names import STEP_CONTAINER
from k8stui.incluster.scheduling.judging import CANNOT_START, STARTUP_TIMEOUT, STEP_TIMEOUT

_SAID = re.compile(
    r"(?P<verdict>its pod can't start|its pod did not start within [\d.e+]+ s)"
    r"(?:: | \()?(?P<reason>\w*)(?:: )?(?P<message>.*)",
    re.DOTALL,
)


def given_up(pod: Json, reason: str, message: str, around: Around) -> Cause | None:
    """The cause behind a master's verdict; None for an attempt without one.

    Args:
        pod: Its pod, or a stand-in where it is gone.
        reason: The verdict's word, in the attempt.
        message: The verdict's sentence, with what the pod waited for.
        around: With the pod's events.
    """
    if reason == STEP_TIMEOUT:
        longer = "Give the step a longer timeout, or see in its log what took so long."
        return Cause(Level.FAILED, f"it {message}", longer)
    said = _SAID.match(message) if reason in (CANNOT_START, STARTUP_TIMEOUT) else None
    if said is None:
        return None
    waits = said["message"].removesuffix(")") if reason == STARTUP_TIMEOUT else said["message"]
    cause = _waited_for(pod, said["reason"], waits, around)
    if cause is None:
        words = said["verdict"]
        advice = "" if reason == CANNOT_START else "Raise pod_startup_timeout where that is normal."
        told = ": ".join(filter(None, (said["reason"], one_line(waits))))
        return Cause(Level.FAILED, f"{words}: {told}" if told else words, advice)
    return replace(cause, level=Level.FAILED, words=f"{said['verdict']}: {cause.words}").resting_on(one_line(message))


def _waited_for(pod: Json, reason: str, message: str, around: Around) -> Cause | None:
    if reason in images.REASONS:
        return images.unpullable(pod, STEP_CONTAINER, reason, message, around)
    if reason == "Unschedulable":
        return unschedulable(pod, message, around)
    return lacks(message)
