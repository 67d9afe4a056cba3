"""The embedded cluster as a whole: an API server, its controllers and one node, in one event loop."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from k8stui.embedded.certificates import make_serving_identity
from k8stui.embedded.controllers.accounts import AccountController
from k8stui.embedded.controllers.cronjobs import CronJobController
from k8stui.embedded.controllers.garbage import GarbageCollector
from k8stui.embedded.controllers.jobs import JobController
from k8stui.embedded.controllers.namespaces import NamespaceController
from k8stui.embedded.controllers.summaries import BudgetController, QuotaController
from k8stui.embedded.controllers.ttl import TtlController
from k8stui.embedded.events import Recorder
from k8stui.embedded.identity import ADMIN, Tokens, service_account_user
from k8stui.embedded.kubeconfig import write_kubeconfig
from k8stui.embedded.kubelet.node import Capacity, Node
from k8stui.embedded.objects import uid_of
from k8stui.embedded.paging import Pager
from k8stui.embedded.rbac import BUILT_IN_ROLES, Authorizer
from k8stui.embedded.registry import CLUSTER_ROLE, NAMESPACE, POD, SERVICE_ACCOUNT
from k8stui.embedded.resources import Resources
from k8stui.embedded.scheduler import Scheduler
from k8stui.embedded.server import HOST, Parts, Server
from k8stui.embedded.store import Store
from k8stui.embedded.subresources import Subresources
from k8stui.embedded.timing import Timing
from k8stui.embedded.verbs import Verbs
from k8stui.embedded.watching import Watches

FIRST_NAMESPACES = ("default", "kube-system", "kube-public", "kube-node-lease")


class _Runs(Protocol):
    """What is started and stopped with the cluster."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


class EmbeddedCluster:
    """A Kubernetes-like cluster in this process, for one machine and for trying.

    Use it as an async context manager, or call `start` and `stop`.

    Attributes:
        kubeconfig: A kubeconfig file (mode 0600) with the context `embedded`, valid while the cluster runs.
        token: The administrator's bearer token.
    """

    def __init__(
        self,
        root: Path | None = None,
        *,
        timing: Timing | None = None,
        capacity: Capacity | None = None,
        node_name: str = "embedded",
        history: int = 4096,
    ) -> None:
        """Prepare a cluster.

        Args:
            root: Directory for everything on disk (logs, volumes, kubeconfig); None is a temporary one, removed
                at the end.
            timing: How long to wait where Kubernetes waits.
            capacity: What the node says it has.
            node_name: The node's name.
            history: Changes per kind that watches can replay.
        """
        self._given_root = root
        self._timing, self._capacity = timing or Timing(), capacity or Capacity()
        self._node_name = node_name
        self._history = history
        self._running: list[_Runs] = []

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """Where the API server listens."""
        return self._server.url

    @property
    def ca(self) -> str:
        """The PEM of the certificate authority to trust."""
        return self._identity.ca

    async def start(self) -> None:
        """Start everything; returns when the API answers."""
        self._root = self._given_root or Path(tempfile.mkdtemp(prefix="k8stui-embedded-"))
        self._root.mkdir(parents=True, exist_ok=True)
        self._root.chmod(0o700)
        self._identity = make_serving_identity()
        self.store = Store(history=self._history)
        self.resources = Resources(self.store)
        self._tokens = Tokens(self.store)
        self._watches, self._pager = Watches(self.store), Pager()
        recorder = Recorder(self.resources, host=self._node_name)
        self._node = Node(
            self.resources,
            recorder,
            self._tokens,
            root=self._root,
            name=self._node_name,
            timing=self._timing,
            capacity=self._capacity,
        )
        self._running = [
            AccountController(self.resources, ca=self._identity.ca),
            NamespaceController(self.resources),
            GarbageCollector(self.resources),
            JobController(self.resources, recorder, self._timing),
            CronJobController(self.resources, recorder),
            TtlController(self.resources),
            QuotaController(self.resources),
            BudgetController(self.resources),
            Scheduler(self.resources, recorder),
        ]
        for part in self._running:
            part.start()
        parts = Parts(
            tokens=self._tokens,
            authorizer=Authorizer(self.store),
            verbs=Verbs(self.resources, self._watches, self._pager),
            subresources=Subresources(self.resources, self._node, self._tokens),
        )
        self._server = Server(parts, self._identity)
        await self._server.start(self._root)
        self._node.start(_service_variables(self._server.port))
        self._create_first_objects()
        self.token = self._tokens.issue(ADMIN)
        self.kubeconfig = write_kubeconfig(
            self._root / "kubeconfig", server=self.url, ca=self._identity.ca, token=self.token
        )
        # Service accounts are made by a controller; nobody should find the cluster without them.
        await asyncio.sleep(0)

    async def stop(self) -> None:
        """Stop everything: no process of a pod is left; a temporary root is removed, another loses its kubeconfigs."""
        for part in self._running:
            part.stop()
        self._running = []
        await self._node.stop()
        self._watches.end_all()
        await self._server.stop()
        for kubeconfig in self._root.glob("kubeconfig*"):
            kubeconfig.unlink()
        if self._given_root is None:
            await asyncio.to_thread(shutil.rmtree, self._root, ignore_errors=True)

    def service_account_kubeconfig(self, namespace: str, name: str) -> Path:
        """Write and return a kubeconfig for a service account.

        Raises:
            ApiError: 404, there is no such service account.
        """
        account = self.resources.get(SERVICE_ACCOUNT, namespace, name)
        token = self._tokens.issue(service_account_user(namespace, name, uid_of(account)))
        path = self._root / f"kubeconfig-{namespace}-{name}"
        return write_kubeconfig(path, server=self.url, ca=self._identity.ca, token=token, namespace=namespace)

    def pod_pids(self, namespace: str, name: str) -> dict[str, int]:
        """Return the process ids of a pod's running containers by their names.

        Raises:
            ApiError: 404, there is no such pod.
        """
        return self._node.pids(uid_of(self.resources.get(POD, namespace, name)))

    def pressure_evict(self, namespace: str, name: str, *, resource: str = "memory") -> None:
        """Evict a pod as the kubelet does under pressure: it stays, as Failed with reason Evicted.

        Raises:
            ApiError: 404, there is no such pod.
        """
        self._node.pressure_evict(uid_of(self.resources.get(POD, namespace, name)), resource=resource)

    def expire_watches(self) -> None:
        """Forget the history, as compaction does: open watches end with 410, older versions are too old."""
        self.store.forget_history()
        self._pager.forget()
        self._watches.expire_all()

    def drop_watches(self) -> None:
        """End all open watches without a word, as a restarting API server does."""
        self._watches.end_all()

    def rotate_authority(self) -> None:
        """Show a certificate of a new authority, as after a rotation, and drop all connections.

        Neither kubeconfigs that were written before nor pods trust it; write a kubeconfig with the new `ca`.
        """
        self._identity = make_serving_identity()
        self._server.change_identity(self._identity, self._root)

    def expire_token(self) -> None:
        """Let the administrator's token be worth nothing, and issue a new `token`; watches that stand go on."""
        self._tokens.expire(self.token)
        self.token = self._tokens.issue(ADMIN)

    def _create_first_objects(self) -> None:
        for name in FIRST_NAMESPACES:
            self.resources.create(NAMESPACE, "", {"metadata": {"name": name}})
        for name, rules in BUILT_IN_ROLES.items():
            self.resources.create(CLUSTER_ROLE, "", {"metadata": {"name": name}, "rules": rules})


def _service_variables(port: int) -> dict[str, str]:
    """Return the variables by which every container finds the API server."""
    url = f"tcp://{HOST}:{port}"
    return {
        "KUBERNETES_SERVICE_HOST": HOST,
        "KUBERNETES_SERVICE_PORT": str(port),
        "KUBERNETES_SERVICE_PORT_HTTPS": str(port),
        "KUBERNETES_PORT": url,
        f"KUBERNETES_PORT_{port}_TCP": url,
    }
