"""Configuration files of containerd, the CNI bridge, kubelet and kube-proxy: an ordinary node, on a small machine."""

from __future__ import annotations

import json
from typing import Any

from .images import PAUSE
from .layout import BRIDGE, CNI_NETWORK, DNS_SERVICE_IP, NODE_IP, NODE_NAME, NODE_POD_CIDR, POD_CIDR, RunFolder
from .packages import CNI_PLUGINS


def write_all(folder: RunFolder) -> None:
    """Write every configuration file of the node into the cluster's folder."""
    (folder.config / "containerd.toml").write_text(_containerd(folder))
    (folder.config / "resolv.conf").write_text(f"nameserver {DNS_SERVICE_IP}\n")
    _write_json(folder, "kubelet.json", _kubelet(folder))
    _write_json(folder, "kube-proxy.json", _kube_proxy(folder))
    (folder.cni_config / "10-bridge.conflist").write_text(json.dumps(_network(folder), indent=2))


def _write_json(folder: RunFolder, name: str, content: dict[str, Any]) -> None:
    (folder.config / name).write_text(json.dumps(content, indent=2))


def _containerd(folder: RunFolder) -> str:
    # restrict_oom_score_adj: micro-VMs may not lower oom_score_adj, and runc then dies without saying why.
    # netns_mounts_under_state_dir: every mount lies below our own folder, so that none can be forgotten at the end.
    return f"""version = 2
root = "{folder.containerd_root}"
state = "{folder.containerd_state}"

[grpc]
  address = "{folder.containerd_socket}"

[plugins."io.containerd.internal.v1.opt"]
  path = "{folder.root / "containerd-opt"}"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{PAUSE}"
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true

  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "{CNI_PLUGINS}"
    conf_dir = "{folder.cni_config}"

  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"

    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
      Root = "{folder.root / "runc"}"
"""


def _network(folder: RunFolder) -> dict[str, Any]:
    return {
        "cniVersion": "0.4.0",
        "name": CNI_NETWORK,
        "plugins": [
            {
                "type": "bridge",
                "bridge": BRIDGE,
                "isGateway": True,
                "ipMasq": True,
                "hairpinMode": True,
                "ipam": {
                    "type": "host-local",
                    "dataDir": str(folder.cni_addresses),
                    "ranges": [[{"subnet": NODE_POD_CIDR, "gateway": NODE_IP}]],
                    "routes": [{"dst": "0.0.0.0/0"}],
                },
            },
            {"type": "portmap", "capabilities": {"portMappings": True}},
        ],
    }


def _kubelet(folder: RunFolder) -> dict[str, Any]:
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": str(folder.pki / "ca.crt")},
        },
        "authorization": {"mode": "Webhook"},
        "tlsCertFile": str(folder.pki / "kubelet-server.crt"),
        "tlsPrivateKeyFile": str(folder.pki / "kubelet-server.key"),
        "containerRuntimeEndpoint": f"unix://{folder.containerd_socket}",
        "cgroupDriver": "cgroupfs",
        "enforceNodeAllocatable": [],
        "failSwapOn": False,
        "failCgroupV1": False,
        "serializeImagePulls": False,
        "maxPods": 240,
        "clusterDomain": "cluster.local",
        "clusterDNS": [DNS_SERVICE_IP],
        "resolvConf": str(folder.config / "resolv.conf"),
        "podLogsDir": str(folder.pod_logs),
        "volumePluginDir": str(folder.root / "volume-plugins"),
        "staticPodPath": "",
        # Images are imported, not pulled: one that is collected would never come back.
        "imageGCHighThresholdPercent": 100,
        "imageGCLowThresholdPercent": 99,
        "evictionHard": {"memory.available": "50Mi", "nodefs.available": "1%", "imagefs.available": "1%"},
    }


def _kube_proxy(folder: RunFolder) -> dict[str, Any]:
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "clientConnection": {"kubeconfig": str(folder.config / "kube-proxy.kubeconfig")},
        "mode": "iptables",
        "clusterCIDR": POD_CIDR,
        "hostnameOverride": NODE_NAME,
        "healthzBindAddress": "127.0.0.1:10256",
        "metricsBindAddress": "127.0.0.1:10249",
        # Zero leaves the kernel's connection tracking as it is, which a virtual machine may not change.
        "conntrack": {"maxPerCore": 0, "min": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s"},
        "iptables": {"localhostNodePorts": False},
    }
