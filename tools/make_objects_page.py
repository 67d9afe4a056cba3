"""Writes docs/reference/objects.md from `incluster/contract/names.py` and the roles: labels, annotations, rights."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from k8stui.control.doctor.features import FEATURES, joined
from k8stui.control.schedules import changes
from k8stui.incluster.contract import names
from k8stui.plan.rbac import ROLE, RULES
from k8stui.plan.request import SERVICE_ACCOUNT

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "objects.md"

_MEANING = {
    "LABEL_RUN": "the run's name",
    "LABEL_PIPELINE": "the pipeline's name, changed where it is no label's value",
    "LABEL_RUN_ID": "the same, under a key that nobody else uses",
    "LABEL_STEP": "the step's name in short, as in the names of its pods",
    "LABEL_ATTEMPT": "which attempt at the step a pod is, from 1",
    "LABEL_SCHEDULE": "the CronJob that a run, or an object of a schedule, belongs to",
    "LABEL_CODE": "of a shared code package: the beginning of its digest",
    "LABEL_MANAGED_BY": "`k8stui`",
    "LABEL_COMPONENT": "what the object is for",
    "ANNOTATION_SCHEMA": "of a record: the version of its form",
    "ANNOTATION_SUMMARY": "of a record: state, counts and times as JSON, so that lists read metadata only",
    "ANNOTATION_EPOCH": "of a record: counts the masters of the run; the highest one may write",
    "ANNOTATION_REQUEST": "of a record: what a person asked of the master, `stop` or `pause`",
    "ANNOTATION_GRACE": "with a stop: seconds that pods have to end",
    "ANNOTATION_JOB": "of a record: the Job under which the run goes on since it was tried again",
    "ANNOTATION_STEP": "of a pod: the step's name as its author wrote it",
    "ANNOTATION_SCHEDULE": "of a CronJob: what it has no field for, as JSON",
    "ANNOTATION_TRIGGER": "of a record: `manual` or `backfill`, where no controller fired the run",
    "ANNOTATION_BY": "of the Job of such a run: who made it",
    "ANNOTATION_RECEIPT": "of a pod: attempts and results of the steps before it, which so have succeeded",
}

_HEAD = """# Reference: labels, annotations, rights

Made from the program. Which objects there are: [architecture.md](../architecture.md#the-objects-of-a-run).

## Labels

"""


def page() -> str:
    """The page as it should be."""
    components = sorted(value for name, value in vars(names).items() if name.startswith("COMPONENT_"))
    return "".join(
        (
            _HEAD,
            *_rows("LABEL_"),
            f"\n`{names.LABEL_COMPONENT}` is one of {', '.join(f'`{one}`' for one in components)}.\n",
            "\n## Annotations\n\n",
            *_rows("ANNOTATION_"),
            f"| `{changes.ANNOTATION}` | of a CronJob: its newest changes, as JSON |\n",
            *_orchestrator(),
            *_features(),
        )
    )


def _rows(prefix: str) -> Iterator[str]:
    yield "| key | what it says |\n|---|---|\n"
    for name, value in vars(names).items():
        if name.startswith(prefix):
            yield f"| `{value}` | {_MEANING[name]} |\n"


def _orchestrator() -> Iterator[str]:
    yield f"\n## What the orchestrator may do\n\nThe Role `{ROLE}`, bound to the service account `{SERVICE_ACCOUNT}`"
    yield " (or to the one that a setting names). Pods of steps have no credentials of Kubernetes.\n\n"
    yield "| API group | resources | verbs |\n|---|---|---|\n"
    for rule in RULES:
        group = rule["apiGroups"][0] or "core"
        yield f"| {group} | {', '.join(rule['resources'])} | {', '.join(rule['verbs'])} |\n"


def _features() -> Iterator[str]:
    yield "\n## What persons need\n\n"
    yield "For each feature. `k8stui doctor` tells what you lack, its `--grants` prints the Roles.\n\n"
    yield "| feature | rights | without them |\n|---|---|---|\n"
    for one in FEATURES:
        place = " (in the whole cluster)" if one.everywhere else ""
        yield f"| {one.name}{place} | {joined(one.needs)} | {one.without} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
