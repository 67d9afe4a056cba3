"""The pod manifests of the steps, without what only the master knows. Steps that need the same pod share one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from k8stui.incluster.bootstrap import SOURCE
from k8stui.incluster.contract import names
from k8stui.incluster.contract.protocol import KIND_PYTHON
from k8stui.incluster.master.pods import escape
from k8stui.incluster.wire.variables import ENV_CACHE, ENV_REQUIREMENTS
from k8stui.model.errors import InvalidInputError
from k8stui.model.pipeline import StepSpec
from k8stui.model.requirements import joined
from k8stui.model.settings import EffectiveSettings
from k8stui.model.stacks import ArtifactStoreConfig
from k8stui.plan.pods import HOME, pod
from k8stui.plan.storing import archive_variables, mount_claim, store_variables


@dataclass
class Templates:
    """The templates of one run.

    Attributes:
        namespace: Where the pods will be.
        labels: k8stui's own labels of every pod of the run.
        image: Image of the steps that name none.
        program: Environment variables of a Python step: our program and the code package.
        uid: User and group to run as; None to leave them to the platform.
        pull_secret: A Secret that all pods pull by; empty for none.
        requirements: What all Python steps require beyond their images.
        store: The artifact store, which each step gets mounted where it is a PersistentVolumeClaim.
        owner: Whose its artifacts are (`storing.owner_of`).
        manifests: The templates so far.
    """

    namespace: str
    labels: Mapping[str, str]
    image: str
    program: list[dict[str, Any]]
    uid: int | None
    pull_secret: str = ""
    requirements: tuple[str, ...] = ()
    store: ArtifactStoreConfig | None = None
    owner: str = ""
    manifests: list[dict[str, Any]] = field(default_factory=list)
    _by_request: dict[tuple[object, ...], int] = field(default_factory=dict)
    _by_text: dict[str, int] = field(default_factory=dict)

    def of(self, step: StepSpec, settings: EffectiveSettings) -> int:
        """The index of the step's template.

        Raises:
            InvalidInputError: Its volumes and their mounts don't fit each other, or its requirements' cache is on none.
        """
        env = settings.pod_settings.env or ()
        own = frozenset(step.env) & {*HOME, *(variable["name"] for variable in env)}
        # The settings are told apart by identity: the compiler makes one object for all steps that say the same.
        request = (step.kind, step.image, step.command, step.args, own, id(settings), step.requirements)
        if request not in self._by_request:
            manifest = self._manifest(step, settings, own)
            text = json.dumps(manifest, sort_keys=True)
            if text not in self._by_text:
                self._by_text[text] = len(self.manifests)
                self.manifests.append(manifest)
            self._by_request[request] = self._by_text[text]
        return self._by_request[request]

    def _manifest(self, step: StepSpec, settings: EffectiveSettings, own: frozenset[str]) -> dict[str, Any]:
        container: dict[str, Any] = {"name": names.STEP_CONTAINER, "image": step.image or self.image}
        if step.kind == KIND_PYTHON:
            container["command"] = ["python3", "-c", SOURCE, "step"]
            stored = store_variables(self.store, self.owner) + archive_variables(self.store, settings)
            container["env"] = self.program + self._required(step, settings) + stored
        else:
            container |= {"command": list(step.command)} if step.command else {}
            container |= {"args": list(step.args)} if step.args else {}
        account = settings.step_pod_service_account_name
        made = pod(
            where=f"step {step.name!r}: pod_settings",
            container=container,
            settings=settings.pod_settings,
            labels={**self.labels, names.LABEL_COMPONENT: names.COMPONENT_STEP},
            uid=self.uid,
            spec={"serviceAccountName": account} if account else {"automountServiceAccountToken": False},
            privileged=settings.privileged,
            without_env=own,
            pull_secret=self.pull_secret,
        )
        if self.store is not None:
            mount_claim(made["spec"], self.store)
        return {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"namespace": self.namespace, **made["metadata"]},
            "spec": made["spec"],
        }

    def _required(self, step: StepSpec, settings: EffectiveSettings) -> list[dict[str, Any]]:
        """The variables by which a step is told what to install first."""
        required = joined(self.requirements, step.requirements)
        if not required:
            return []
        env = [{"name": ENV_REQUIREMENTS, "value": escape("\n".join(required))}]
        if cache := settings.requirements_cache:
            mounts = [mount["mountPath"] for mount in settings.pod_settings.volume_mounts or ()]
            if not any(PurePosixPath(cache).is_relative_to(mount) for mount in mounts):
                raise InvalidInputError(
                    f"step {step.name!r}: settings.requirements_cache: no volume is mounted at {cache!r}",
                    hint="Mount one by pod_settings.volumes and volume_mounts, or leave requirements_cache out.",
                )
            env.append({"name": ENV_CACHE, "value": escape(cache)})
        return env
