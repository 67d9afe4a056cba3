"""What a process needs to reach an API server as a service account: what a pod finds in its mounts and variables."""

from __future__ import annotations

import shutil
from pathlib import Path

from k8stui.incluster.wire.variables import ENV_ACCOUNT_DIR
from tests.cluster.real import shell
from tests.cluster.real.bare import BareServer


def credentials(server: BareServer, namespace: str, account: str) -> dict[str, str]:
    """The environment of a process that acts as a service account, which is there.

    Raises:
        RealClusterError: The server gives out no token for it.
    """
    folder = server.folder.root / "accounts" / account
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "token").write_text(kubectl(server, "create", "token", account, "--namespace", namespace))
    shutil.copy(server.folder.pki / "ca.crt", folder / "ca.crt")
    host, port = "127.0.0.1", str(server.ports.api)
    return {ENV_ACCOUNT_DIR: str(folder), "KUBERNETES_SERVICE_HOST": host, "KUBERNETES_SERVICE_PORT": port}


def kubectl(server: BareServer, *arguments: str | Path) -> str:
    """What kubectl says as the administrator.

    Raises:
        RealClusterError: It failed.
    """
    return shell.run(server.programs["kubectl"], "--kubeconfig", server.kubeconfig, *arguments)
