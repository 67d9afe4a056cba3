"""Runs again what ran before, as a run of its own: from the plan that is kept with the earlier one."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CONFIGMAPS
from k8stui.control.code.kept import code_in_store, code_maps_of, code_of
from k8stui.control.code.maps import code_manifest, may_share
from k8stui.control.code.store import fetch_code
from k8stui.control.namespaces.access import ensure_account
from k8stui.control.runs.reading import get_maps, get_record
from k8stui.control.selectors import of_run
from k8stui.control.stores.keys import keys_of, store_keys_of
from k8stui.control.submitting.creating import OnStage, RunRef, SubmitOptions, start, submitter_of
from k8stui.control.truth import records
from k8stui.incluster.contract import names
from k8stui.incluster.contract.protocol import Plan
from k8stui.plan.copying import copy_run
from k8stui.plan.kept import pull_secret_of, store_of
from k8stui.plan.request import RunRequest


@dataclass(frozen=True)
class KeptRun:
    """What is kept of a run that it was started with.

    Attributes:
        record: Its record.
        plan: What its master executed.
        parts: The ConfigMaps of plan and program, in order, and of code that is not shared.
        shared: The ConfigMap of the code that is; None where none is.
    """

    record: dict[str, Any]
    plan: Plan
    parts: tuple[dict[str, Any], ...]
    shared: dict[str, Any] | None = None

    @property
    def run(self) -> str:
        """Its name."""
        return records.run_of(self.record)

    @property
    def namespace(self) -> str:
        """Where it is."""
        return str(self.record["metadata"]["namespace"])

    @property
    def header(self) -> dict[str, Any]:
        """What its submitter wrote of it."""
        return records.header(self.record)

    @property
    def job_spec(self) -> dict[str, Any]:
        """The spec of its Job.

        Raises:
            NotFoundError: It is gone.
        """
        return records.job_spec(self.record, self._by_name)

    @property
    def own_keys(self) -> set[str]:
        """The keys of the parts that hold its plan and its Job's spec."""
        return {key for what in ("plan", "job_spec") for _, key in records.chunk_keys(self.record, what)}

    async def code(self) -> bytes:
        """Its code package, a zip, from its artifact store where it is there; empty for container steps only.

        Raises:
            NotFoundError: It is gone.
            ConflictError: What is there is not what the run was started with.
            K8stuiError: The store cannot be read from here.
        """
        if digest := code_in_store(self.plan):
            return await fetch_code(digest, store_of(self.plan), await store_keys_of(self.plan, self.run))
        code = code_of(self.plan, self._by_name)
        if code is None:
            raise records.not_kept(self.run)
        return code

    @property
    def _by_name(self) -> dict[str, Any]:
        return {part["metadata"]["name"]: part for part in (*self.parts, *([self.shared] if self.shared else ()))}


async def kept_run(cluster: Cluster, run: str, *, namespace: str | None = None) -> KeptRun:
    """What a run was started with.

    Raises:
        NotFoundError: There is no such run, or it is not kept.
    """
    record = await get_record(cluster, run, namespace=namespace)
    labels = of_run(run, names.COMPONENT_PLAN)
    found = await cluster.list(CONFIGMAPS, namespace=namespace, labels=labels)
    parts = sorted(found, key=lambda part: int(re.sub(r".*-", "", part["metadata"]["name"])))
    plan = records.read_plan(records.plan_keys(record), {part["metadata"]["name"]: part for part in parts})
    if plan is None:
        raise records.not_kept(run)
    own = {part["metadata"]["name"] for part in parts}
    wanted = [name for name in code_maps_of(plan) if name not in own]
    shared = await get_maps(cluster, wanted, namespace=namespace)
    if len(shared) < len(wanted):
        raise records.not_kept(run)
    return KeptRun(record, plan, tuple(parts), next(iter(shared), None))


async def rerun(
    cluster: Cluster, run: str, *, namespace: str | None = None, cache: bool = True, on_stage: OnStage | None = None
) -> RunRef:
    """Start a run like an earlier one: same parameters, code, images and settings.

    Args:
        cluster: Where.
        run: The earlier run, in whatever state.
        namespace: The context's when None.
        cache: Whether results of earlier runs are used.
        on_stage: Called at the beginning of each stage.

    Raises:
        NotFoundError: There is no such run, or what it was started with is gone.
        InvalidInputError: Its steps had credentials, which are not kept, and are not those of a registered store.
        K8stuiError: As for `submit`.
    """
    kept = await kept_run(cluster, run, namespace=namespace)
    spec, submitter = kept.job_spec, await submitter_of(cluster)
    credentials = await keys_of(kept.plan, run)
    await ensure_account(cluster, kept.namespace, spec["template"]["spec"]["serviceAccountName"])
    shared = kept.shared
    sharing = shared and await may_share(cluster, shared["metadata"]["name"], kept.namespace)
    return await start(
        cluster,
        lambda: copy_run(
            kept.plan,
            RunRequest(
                namespace=kept.namespace,
                submitted_by=submitter,
                created=time.time(),
                cache=cache,
                credentials=credentials,
            ),
            parts=kept.parts if sharing or not shared else (*kept.parts, shared),
            code=code_manifest(shared) if shared and sharing else {},
            own_keys=kept.own_keys,
            job_spec=spec,
        ),
        on_stage or (lambda _: None),
    )


async def options_like(kept: KeptRun) -> SubmitOptions:
    """What was said about an earlier run, for one that is compiled anew: its own image, artifact store and pull secret.

    Raises:
        NotFoundError: The spec of its Job is gone.
        InvalidInputError: Its steps had credentials, which are not kept, and are not those of a registered store.
    """
    return SubmitOptions(
        namespace=kept.namespace,
        image=str(kept.header.get("image") or ""),
        pull_secret=pull_secret_of(kept.plan, kept.job_spec),
        handover=kept.plan.handover,
        rerun_of=kept.run,
        artifact_store=store_of(kept.plan),
        store_secrets=await store_keys_of(kept.plan, kept.run),
    )
