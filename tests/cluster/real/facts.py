"""What a test may know about the cluster it runs on, handed over in a file that K8STUI_REAL_CLUSTER names."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from .errors import RealClusterError

VARIABLE = "K8STUI_REAL_CLUSTER"


@dataclass(frozen=True)
class Facts:
    """The running cluster.

    Attributes:
        kubeconfig: path of the administrator's kubeconfig.
        namespace: a namespace with a default service account, there from the start.
        server: URL of the API server, for this machine.
        node_name: name of the only node.
        node_ip: address of the node; pods reach it, and it reaches them.
        images: `python` (no pip, nothing of ours), `python_default` (the same under the name pipelines use by default),
            `busybox` and `pause`; all present on the node, with no registry behind them.
        pids: process id of each component when the cluster started (`control.pid_of` knows the present one).
        binaries: path of each program of Kubernetes and etcd.
        root: folder of the cluster; its `logs` has one file a component.
    """

    kubeconfig: str
    namespace: str
    server: str
    node_name: str
    node_ip: str
    images: dict[str, str]
    pids: dict[str, int]
    binaries: dict[str, str]
    root: str

    @classmethod
    def load(cls) -> Facts:
        """Return the facts of the cluster this process was started for.

        Raises:
            RealClusterError: it wasn't started for one, or the cluster is gone.
        """
        hint = "Run it as: python -m tests.cluster.real run -- COMMAND"
        name = os.environ.get(VARIABLE)
        if not name:
            raise RealClusterError(f"{VARIABLE} isn't set: there is no real cluster to test on.", hint=hint)
        try:
            return cls(**json.loads(Path(name).read_text()))
        except FileNotFoundError:
            raise RealClusterError(f"The real cluster that {VARIABLE} names is gone.", hint=hint) from None

    def save(self, path: Path) -> None:
        """Write the facts for `load`."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n")
