"""Why the API server refuses a pod: quotas, limit ranges, Pod Security, policies, accounts that are missing.

The words are those of admission plugins in a 403, as a master writes them into its record and the Job controller into
its `FailedCreate` events.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from k8stui.control.diagnosis.around import one_line
from k8stui.control.diagnosis.finding import Cause, Level

_QUOTA = re.compile(
    r"exceeded quota: (?P<quota>[^,]+), requested: (?P<asked>.+?), used: (?P<used>.+?), limited: (?P<hard>[^;]+)"
)
_MUST_SPECIFY = re.compile(r"failed quota: (?P<quota>[^:]+): must specify (?P<what>.+)")
_RANGE = re.compile(
    r"(?P<what>(?:maximum|minimum) [\w./-]+ usage per \w+ is [^,]+, but .+?)(?:$|\]|, (?:max|min)imum )"
)
_SECURITY = re.compile(r'violates PodSecurity "(?P<policy>[^"]+)": (?P<what>.+)')
_ACCOUNT = re.compile(r'serviceaccount "(?P<name>[^"]+)" not found')
_WEBHOOK = re.compile(r'admission webhook "(?P<name>[^"]+)" denied the request:? ?(?P<what>.*)', re.DOTALL)
_POLICY = re.compile(r"ValidatingAdmissionPolicy '(?P<name>[^']+)'.*?denied request: (?P<what>.*)", re.DOTALL)
_PRIORITY = re.compile(r"no PriorityClass with name (?P<name>\S+) was found")
_INVALID = re.compile(r'Pod "[^"]*" is invalid: (?P<what>.+)', re.DOTALL)
_RIGHT = re.compile(r'User "(?P<user>[^"]*)" cannot (?P<verb>\w+) resource "(?P<resource>[^"]*)"')


def refused(message: str) -> Cause | None:
    """The cause behind a refusal; None for words that are none."""
    for rule in (_quota, _shape, _policy, _missing):
        cause = rule(message)
        if cause is not None:
            return cause.resting_on(one_line(message))
    return None


def _quota(message: str) -> Cause | None:
    found = _QUOTA.search(message)
    if found:
        asked, used, hard = (_amounts(found[group]) for group in ("asked", "used", "hard"))
        parts = [
            f"{name}: {used.get(name, '?')} of {hard.get(name, '?')} used, {amount} more asked for"
            for name, amount in asked.items()
        ]
        quota = found["quota"].strip()
        return Cause(
            Level.WAITING,
            f"quota {quota} of the namespace is used up ({'; '.join(parts)})",
            f"It starts when others end. Free some of it, or ask for more: kubectl describe quota {quota}",
        )
    lacking = _MUST_SPECIFY.search(message)
    if lacking:
        what = re.sub(r" for: \S+", "", lacking["what"].strip().replace(",", ", "))
        return Cause(
            Level.FAILED,
            f"quota {lacking['quota'].strip()} of the namespace wants {what} to be set",
            "Set it in pod_settings.resources.",
        )
    return None


def _shape(message: str) -> Cause | None:
    limits = _RANGE.search(message)
    if limits:
        return Cause(
            Level.FAILED,
            f"the namespace's limit range does not allow it: {limits['what'].strip()}",
            "Keep within it in pod_settings.resources: kubectl describe limitrange",
        )
    invalid = _INVALID.search(message)
    if invalid:
        return Cause(Level.FAILED, f"its pod is invalid: {one_line(invalid['what'])}", "Correct its pod_settings.")
    return None


def _policy(message: str) -> Cause | None:
    security = _SECURITY.search(message)
    if security:
        broken = "; ".join(re.findall(r"(?:^|, )([^,()]+) \(", security["what"])) or security["what"]
        return Cause(
            Level.FAILED,
            f"the namespace enforces Pod Security {security['policy']}, which forbids: {broken}",
            "Change these in pod_settings (container_security_context), or use a namespace that allows them.",
        )
    for pattern, kind in ((_WEBHOOK, "admission webhook"), (_POLICY, "policy")):
        found = pattern.search(message)
        if found:
            said = one_line(found["what"])
            return Cause(
                Level.FAILED,
                f"{kind} {found['name']} refused it" + (f": {said}" if said else ""),
                "Follow the policy, or ask whoever keeps it.",
            )
    return None


def _missing(message: str) -> Cause | None:
    account = _ACCOUNT.search(message)
    if account:
        return Cause(
            Level.STUCK,
            f"service account {account['name']} does not exist in the namespace",
            f"Create it (kubectl create serviceaccount {account['name']}), or name another one.",
        )
    priority = _PRIORITY.search(message)
    if priority:
        return Cause(
            Level.FAILED,
            f"priority class {priority['name']} does not exist",
            "Name one of: kubectl get priorityclasses",
        )
    if "being terminated" in message:
        return Cause(Level.FAILED, "the namespace is being deleted", "Use another namespace.")
    right = _RIGHT.search(message)
    if right:
        return Cause(
            Level.FAILED,
            f"{right['user']} may not {right['verb']} {right['resource']}",
            "Give its service account the role of the orchestrator again: k8stui init",
        )
    return None


def _amounts(text: str) -> dict[str, str]:
    pairs: Iterable[tuple[str, str, str]] = (part.strip().partition("=") for part in text.split(","))
    return {name: amount for name, _, amount in pairs if amount}
