"""A namespace of a test's own, and the two programs a person has: `k8stui` and `kubectl`."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from k8stui.incluster.contract import names
from tests import forking
from tests.cluster.real.facts import Facts
from tests.cluster.runs.eventually import eventually
from tests.cluster.runs.journal import Journal, Pod

PIPELINES = Path(__file__).parent / "pipelines"
EXAMPLES = Path(__file__).parents[3] / "examples"
K8STUI = Path(sys.executable).with_name("k8stui")

PATIENCE = 250.0
"""Seconds one command may take."""


@dataclass(frozen=True)
class Done:
    """A command that ended."""

    code: int
    out: str
    err: str

    @property
    def view(self) -> dict[str, Any]:
        """Its answer as JSON."""
        found: dict[str, Any] = json.loads(self.out)
        return found


@dataclass(frozen=True)
class Space:
    """A namespace, and who works in it.

    Attributes:
        facts: Of the cluster.
        namespace: Its name.
        journal: What happens to its pods.
        kubeconfig: Of the person; the administrator's by default.
    """

    facts: Facts
    namespace: str
    journal: Journal
    kubeconfig: str

    # -- kubectl ---------------------------------------------------------------------------------------------------

    def kubectl(self, *arguments: str, manifest: dict[str, Any] | None = None) -> str:
        """Standard output of kubectl in this namespace; raises with what it said when it fails."""
        done = self.try_kubectl(*arguments, manifest=manifest)
        if done.code:
            raise AssertionError(f"kubectl {' '.join(arguments)}: {done.err}")
        return done.out

    def try_kubectl(self, *arguments: str, manifest: dict[str, Any] | None = None) -> Done:
        """What became of kubectl in this namespace."""
        text = None if manifest is None else json.dumps(manifest)
        return _call([*kubectl(self.facts, self.namespace), *arguments], env=self._env(), text=text)

    def kubectl_running(self, *arguments: str) -> AbstractContextManager[subprocess.Popen[str]]:
        """A kubectl command while it runs; ended with the block."""
        return _running([*kubectl(self.facts, self.namespace), *arguments], env=self._env())

    def objects(self, what: str, selector: str = "") -> list[dict[str, Any]]:
        """The objects of a kind (or several, comma separated) as kubectl reads them."""
        chosen = ["-l", selector] if selector else []
        found: list[dict[str, Any]] = json.loads(self.kubectl("get", what, "-o", "json", *chosen))["items"]
        return found

    def create(self, kind: str, name: str, *, api: str = "v1", **fields: Any) -> None:
        """Create an object."""
        self.kubectl(
            "create", "-f", "-", manifest={"apiVersion": api, "kind": kind, "metadata": {"name": name}, **fields}
        )

    def limit(self, name: str, **hard: str) -> None:
        """Create a quota, and return when it counts: until then nothing is held against it.

        Args:
            name: Its name.
            hard: What it limits, with `_` for `.`.
        """
        limits = {what.replace("_", "."): most for what, most in hard.items()}
        self.create("ResourceQuota", name, spec={"hard": limits})

        def counts() -> bool:
            found = next(one for one in self.objects("resourcequotas") if one["metadata"]["name"] == name)
            return set(found.get("status", {}).get("used", {})) >= set(limits)

        eventually(counts, what=f"the quota {name} counts")

    def evict(self, pod: str) -> Done:
        """Ask for an eviction, as `kubectl drain` does."""
        path = f"/api/v1/namespaces/{self.namespace}/pods/{pod}/eviction"
        meta = {"name": pod, "namespace": self.namespace}
        eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": meta}
        return self.try_kubectl("create", "--raw", path, "-f", "-", manifest=eviction)

    def may(self, account: str, verb: str, resource: str) -> bool:
        """Whether a service account of the namespace has a right, as far as the authorizer knows by now."""
        who = f"--as=system:serviceaccount:{self.namespace}:{account}"
        return self.try_kubectl("auth", "can-i", verb, resource, who).code == 0

    def open_gate(self, pod: Pod) -> None:
        """Let a step that waits at the gate (`pipelines/gate.py`) go on."""
        self.kubectl("exec", pod.name, "--", "touch", "/tmp/go")

    # -- k8stui ----------------------------------------------------------------------------------------------------

    def k8stui(self, *arguments: str) -> Done:
        """What became of a k8stui command in this namespace."""
        done = forking.k8stui(arguments, environ=self._env(), timeout=PATIENCE)
        return Done(done.returncode, done.stdout, done.stderr)

    def k8stui_running(self, *arguments: str) -> AbstractContextManager[subprocess.Popen[str]]:
        """A k8stui command while it runs; ended with the block."""
        return _running([str(K8STUI), *arguments], env=self._env())

    def python(self, file: Path, **variables: str) -> Done:
        """What became of `python FILE` with further environment variables."""
        return _call([sys.executable, str(file)], env={**self._env(), **variables})

    def command(self, target: str | Path, **parameters: object) -> list[str]:
        """The command line that runs a pipeline of this suite, or a file, in the image that the node has."""
        pipeline = target if isinstance(target, Path) else PIPELINES / target
        given = [text for name, value in parameters.items() for text in ("--param", f"{name}={value}")]
        return ["run", str(pipeline), "--image", self.facts.images["python_default"], *given]

    def run(self, target: str | Path, **parameters: object) -> Done:
        """Run a pipeline to its end with `k8stui run -o json`."""
        return self.k8stui(*self.command(target, **parameters), "-o", "json")

    def submit(self, target: str | Path, **parameters: object) -> str:
        """Submit a run with `k8stui run --no-synchronous`; gives its name."""
        done = self.k8stui(*self.command(target, **parameters), "--no-synchronous", "-o", "name")
        assert done.code == 0, done.err
        return done.out.strip()

    def watch(self, run: str) -> Done:
        """Wait for a run's end with `k8stui runs watch -o json`."""
        return self.k8stui("runs", "watch", run, "--no-logs", "-o", "json")

    def show(self, run: str) -> dict[str, Any]:
        """What `k8stui runs show -o json` says."""
        done = self.k8stui("runs", "show", run, "-o", "json")
        assert done.code == 0, done.err
        return done.view

    def job(self, run: str) -> dict[str, Any]:
        """The Job of a run."""
        found: dict[str, Any] = json.loads(self.kubectl("get", "job", run, "-o", "json"))
        return found

    def master_log(self, run: str) -> str:
        """The orchestrator's log, as `kubectl logs job/RUN` shows it."""
        return self.kubectl("logs", f"job/{run}")

    def remains(self, run: str) -> list[str]:
        """Whatever of a run is still there."""
        kinds = "pods,jobs,secrets,configmaps"
        return [
            f"{one['kind']}/{one['metadata']['name']}" for one in self.objects(kinds, f"{names.LABEL_RUN_ID}={run}")
        ]

    def _env(self) -> dict[str, str]:
        own = {"KUBECONFIG": self.kubeconfig, "K8STUI_NAMESPACE": self.namespace, "NO_COLOR": "1"}
        return {**os.environ, **own}


def kubectl(facts: Facts, namespace: str) -> list[str]:
    """The administrator's kubectl in a namespace."""
    return [facts.binaries["kubectl"], "--kubeconfig", facts.kubeconfig, "--namespace", namespace]


@contextmanager
def new_space(facts: Facts, labels: Sequence[str] = ()) -> Iterator[Space]:
    """A namespace with a journal; its deletion goes on in the background afterwards.

    Args:
        facts: Of the cluster.
        labels: Of the namespace, as `key=value`.
    """
    namespace = f"runs-{secrets.token_hex(4)}"
    base = kubectl(facts, namespace)
    with Journal(base) as journal:
        space = Space(facts, namespace, journal, facts.kubeconfig)
        space.kubectl("create", "namespace", namespace)
        try:
            if labels:
                space.kubectl("label", "namespace", namespace, *labels)
            eventually(lambda: _furnished(space), what="the namespace has what Kubernetes puts into each")
            yield space
        finally:
            space.kubectl("delete", "namespace", namespace, "--wait=false", "--ignore-not-found")


def _furnished(space: Space) -> bool:
    """Whether a namespace is as it will stay: what comes later would be taken for a test's doing."""
    there = {one["metadata"]["name"] for one in space.objects("serviceaccounts,configmaps")}
    return {"default", "kube-root-ca.crt"} <= there


def _call(command: Sequence[str], *, env: dict[str, str], text: str | None = None) -> Done:
    done = subprocess.run(command, env=env, input=text, capture_output=True, text=True, check=False, timeout=PATIENCE)
    return Done(done.returncode, done.stdout, done.stderr)


@contextmanager
def _running(command: Sequence[str], *, env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()
