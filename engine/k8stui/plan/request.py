"""What a compilation is asked for and what it gives: two plain values, so that the compiler stays a pure function."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from k8stui.incluster.contract.protocol import Plan
from k8stui.incluster.wire.variables import ENV_STORE_SECRETS
from k8stui.model.labels import new_suffix
from k8stui.model.settings import EffectiveSettings, KubernetesOrchestratorSettings
from k8stui.model.stacks import ArtifactStoreConfig

DEFAULT_UID = 65532
"""The user that pods run as: a number that most images leave free, so that it owns nothing in them."""

SERVICE_ACCOUNT = "k8stui"
"""The service account of the master's pod, made when it is missing."""

Manifest = dict[str, Any]


def default_image(registry: str = "") -> str:
    """The image of master and steps: Python with the minor version of the author's interpreter, so that syntax agrees.

    Args:
        registry: What to put before the name, such as the address of a mirror.
    """
    prefix = f"{registry.rstrip('/')}/" if registry else ""
    return f"{prefix}python:{sys.version_info.major}.{sys.version_info.minor}-slim"


@dataclass(frozen=True, kw_only=True)
class RunRequest:
    """What the submitter says about one run.

    Attributes:
        namespace: An existing namespace.
        suffix: Random end of the run's name.
        image: Image of the master and of the steps that name none; empty for `default_image(registry)`.
        registry: What to put before the default image's name.
        pull_secret: A Secret of the namespace that all pods pull by, besides those of the settings; empty for none.
        config: The outermost layer of the settings: what the orchestrator was registered with.
        submitted_by: Who submits, for showing.
        created: Seconds since the epoch.
        service_account: Account of the master's pod, where the settings name none.
        uid: User and group of the pods; None where the platform assigns one itself (OpenShift).
        handover: Whether steps tell the master of their end themselves.
        credentials: Environment variables that every step gets and that nothing shows, such as an artifact store's.
        cache: Whether results of earlier runs are used.
        rerun_of: The run that this one repeats; empty for none.
        artifact_store: Where results are kept that are too large to travel, or no JSON; None for nowhere.
        store_secrets: Further options of its filesystem, which nothing shows.
        place: What tells the namespace from all others of all clusters, for the artifact store; empty where not known.
        code_map: The ConfigMap in which the code package is shared; empty to keep it with the run or schedule alone.
    """

    namespace: str
    suffix: str = field(default_factory=new_suffix)
    image: str = ""
    registry: str = ""
    pull_secret: str = ""
    config: KubernetesOrchestratorSettings | None = None
    submitted_by: str = ""
    created: float = 0.0
    service_account: str = SERVICE_ACCOUNT
    uid: int | None = DEFAULT_UID
    handover: bool = True
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    cache: bool = True
    rerun_of: str = ""
    artifact_store: ArtifactStoreConfig | None = None
    store_secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    place: str = ""
    code_map: str = ""

    @property
    def hidden(self) -> dict[str, str]:
        """All environment variables of the steps that nothing shows."""
        secrets = {ENV_STORE_SECRETS: json.dumps(dict(self.store_secrets))} if self.store_secrets else {}
        return {**self.credentials, **(secrets if self.artifact_store else {})}


@dataclass(frozen=True, kw_only=True)
class CompiledRun:
    """A run, ready to be created in this order: record, parts, job, and the secret, whereupon the job is let go.

    Attributes:
        plan: What the master will execute.
        record: The ConfigMap that holds what is known of the run.
        parts: The ConfigMaps of the plan, still without their owner: see `owned_parts`.
        job: The Job of the master's pod; suspended where there is a secret that its steps refer to.
        secret: The Secret with the credentials, still without its owner: see `owned_secret`; None where there is none.
        settings: The pipeline's settings with their defaults; whether to wait, and how long, is the submitter's part.
        warnings: Sentences on what was set in vain.
        code: The shared ConfigMap of the code package, still without an owner; empty where it is not shared.
    """

    plan: Plan
    record: Manifest
    parts: tuple[Manifest, ...]
    job: Manifest
    settings: EffectiveSettings
    secret: Manifest | None = None
    warnings: tuple[str, ...] = ()
    code: Manifest = field(default_factory=dict)

    def owned_secret(self, job: Mapping[str, Any]) -> list[Manifest]:
        """The secret, owned by the Job, so that it goes when that does; nothing where there is none.

        Args:
            job: The Job as the API server returned it, with its uid.
        """
        return owned([self.secret] if self.secret else [], job)

    def owned_parts(self, record: Mapping[str, Any]) -> list[Manifest]:
        """The parts, owned by the record, so that they go when it is deleted.

        Args:
            record: The record as the API server returned it, with its uid.
        """
        return owned(self.parts, record)


@dataclass(frozen=True, kw_only=True)
class CompiledSchedule:
    """A schedule, ready to be created in this order: CronJob, suspended; parts; and then resumed.

    Attributes:
        name: The CronJob's name.
        plan: What the masters of its runs begin with: a plan without a run.
        cron_job: The CronJob, suspended.
        parts: The ConfigMaps of the template, and the Secret of its credentials where there is one, still without
            their owner: see `owned_parts`.
        settings: The pipeline's settings with their defaults.
        warnings: Sentences on what was set in vain.
        code: As of a run.
    """

    name: str
    plan: Plan
    cron_job: Manifest
    parts: tuple[Manifest, ...]
    settings: EffectiveSettings
    warnings: tuple[str, ...] = ()
    code: Manifest = field(default_factory=dict)

    def owned_parts(self, cron_job: Mapping[str, Any]) -> list[Manifest]:
        """The parts, owned by the CronJob, so that they go when it is deleted.

        Args:
            cron_job: The CronJob as the API server returned it, with its uid.
        """
        return owned(self.parts, cron_job)


def owner_reference(owner: Mapping[str, Any]) -> dict[str, Any]:
    """What an object says of its owner, an object as the API server returned it."""
    meta = owner["metadata"]
    return {"apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": meta["name"], "uid": meta["uid"]}


def owned(manifests: Iterable[Manifest], owner: Mapping[str, Any]) -> list[Manifest]:
    """The manifests with an owner, an object as the API server returned it."""
    references = [owner_reference(owner)]
    return [{**one, "metadata": {**one["metadata"], "ownerReferences": references}} for one in manifests]
