"""Names, addresses, versions and folders that more than one module needs to agree on."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

KUBERNETES_VERSION = "v1.34.4"
ETCD_VERSION = "3.6.5"

NODE_NAME = "k8stui-node"
NODE_IP = "10.244.0.1"
"""Address of the bridge: pods reach the node, and through the service address the API, without any route."""
POD_CIDR = "10.244.0.0/16"
NODE_POD_CIDR = "10.244.0.0/24"
SERVICE_CIDR = "10.96.0.0/16"
API_SERVICE_IP = "10.96.0.1"
DNS_SERVICE_IP = "10.96.0.10"
BRIDGE = "cni0"
CNI_NETWORK = "k8stui-test"
API_PORT = 6443
SERVER_URL = f"https://127.0.0.1:{API_PORT}"

PORTS = (2379, 2380, API_PORT, 10248, 10249, 10250, 10256, 10257, 10259)
"""TCP ports of the node that the components listen on."""

MACHINE_DIR = Path("/run/k8stui-test")
"""State and lock: one place a machine, since bridge and packet filter exist once a machine, whoever's cache is used."""

HERE = Path(__file__).parent


def cache_dir() -> Path:
    """Folder for what is slow to make (binaries, images); kept between runs, outside the repository."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "k8stui-test" / KUBERNETES_VERSION


@dataclass(frozen=True)
class RunFolder:
    """Where one cluster keeps everything it writes; removed as a whole when it stops."""

    root: Path

    @property
    def pki(self) -> Path:
        """Keys and certificates."""
        return self.root / "pki"

    @property
    def config(self) -> Path:
        """Kubeconfigs and configuration files of the components."""
        return self.root / "config"

    @property
    def logs(self) -> Path:
        """One log file a component."""
        return self.root / "logs"

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig."""
        return self.config / "admin.kubeconfig"

    @property
    def facts(self) -> Path:
        """The file that tests read through `facts.Facts`."""
        return self.root / "facts.json"

    @property
    def etcd(self) -> Path:
        """Data of etcd."""
        return self.root / "etcd"

    @property
    def kubelet(self) -> Path:
        """Root folder of the kubelet: volumes of pods."""
        return self.root / "kubelet"

    @property
    def pod_logs(self) -> Path:
        """Log files of containers."""
        return self.root / "pod-logs"

    @property
    def cni_config(self) -> Path:
        """Network configuration that containerd reads."""
        return self.root / "cni" / "net.d"

    @property
    def cni_addresses(self) -> Path:
        """Pod addresses in use."""
        return self.root / "cni" / "addresses"

    @property
    def containerd_root(self) -> Path:
        """Images and layers."""
        return self.root / "containerd"

    @property
    def containerd_state(self) -> Path:
        """Running containers, their mounts and network namespaces."""
        return self.root / "containerd-state"

    @property
    def containerd_socket(self) -> Path:
        """Socket of containerd; unique to this cluster, so its shims can be told from any other's by it."""
        return self.containerd_state / "containerd.sock"

    def create(self) -> None:
        """Make the folders that have to be there before the components start."""
        for folder in (
            self.pki,
            self.config,
            self.logs,
            self.kubelet,
            self.pod_logs,
            self.cni_config,
            self.containerd_state,
        ):
            folder.mkdir(parents=True, exist_ok=True)
        self.pki.chmod(0o700)
