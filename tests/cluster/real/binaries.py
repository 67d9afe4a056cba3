"""The programs of Kubernetes and etcd: taken from KUBEBUILDER_ASSETS or the cache, else built from source with Go.

Built, because the Go module proxy serves every release by its checksum (go.sum here pins them all); etcd too, since
Debian's is too old for the watches and streaming lists of this Kubernetes.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from . import shell
from .errors import RealClusterError
from .layout import ETCD_VERSION, HERE, KUBERNETES_VERSION, cache_dir
from .progress import say, step

KUBERNETES = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy", "kubectl")
NAMES = (*KUBERNETES, "etcd")
GO_AT_LEAST = (1, 24)
PARALLEL_COMPILES = min(2, os.cpu_count() or 1)
ATTEMPTS = 4
"""How often a build is tried: Go asks its proxy for hundreds of modules, and gives up when one does not come."""


def ensure() -> dict[str, Path]:
    """Return the path of every program, building what is in none of the two places.

    Raises:
        RealClusterError: Go is missing or too old, or the build fails.
    """
    folder = cache_dir() / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    assets = _assets()
    with (cache_dir() / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        missing = [name for name in NAMES if name not in assets and not (folder / name).exists()]
        if missing:
            _build(missing, folder)
    return {name: assets.get(name, folder / name) for name in NAMES}


def _assets() -> dict[str, Path]:
    """Return the programs KUBEBUILDER_ASSETS offers, of a fitting version: a mix of minors is no ordinary cluster."""
    folder = os.environ.get("KUBEBUILDER_ASSETS")
    if not folder:
        return {}
    found = {name: Path(folder) / name for name in NAMES if (Path(folder) / name).exists()}
    fitting = {name: path for name, path in found.items() if _fits(name, path)}
    for name in found.keys() - fitting.keys():
        say(f"KUBEBUILDER_ASSETS: {name} is not of the minor release wanted here; not used")
    return fitting


def _fits(name: str, path: Path) -> bool:
    arguments = ["version", "--client"] if name == "kubectl" else ["--version"]
    done = subprocess.run([path, *arguments], capture_output=True, text=True, check=False)
    wanted = ETCD_VERSION if name == "etcd" else KUBERNETES_VERSION
    return wanted.rpartition(".")[0] + "." in done.stdout


def _require_go() -> None:
    needed = ".".join(map(str, GO_AT_LEAST))
    hint = f"Install Go {needed} or later, or point KUBEBUILDER_ASSETS to built programs: {', '.join(NAMES)}."
    if shutil.which("go") is None:
        raise RealClusterError("Go is needed to build Kubernetes and is not on the PATH.", hint=hint)
    version = shell.run("go", "env", "GOVERSION", env={"GOTOOLCHAIN": "local"}).strip()
    numbers = re.match(r"go(\d+)\.(\d+)", version)
    if numbers and tuple(map(int, numbers.groups())) < GO_AT_LEAST:
        raise RealClusterError(f"Go {needed} is needed to build Kubernetes; here is {version}.", hint=hint)


def _build(names: list[str], folder: Path) -> None:
    _require_go()
    say(f"not in the cache: {' '.join(names)} (built once; 4 minutes on 2 idle cores)")
    stamp = "k8s.io/component-base/version"
    major, minor, _ = KUBERNETES_VERSION[1:].split(".")
    # Without a version the server calls itself v0.0.0 and clients complain.
    version = f"-X {stamp}.gitVersion={KUBERNETES_VERSION} -X {stamp}.gitMajor={major} -X {stamp}.gitMinor={minor}"
    kubernetes = [f"k8s.io/kubernetes/cmd/{name}" for name in names if name in KUBERNETES]
    # Moved in place only when whole, so that an interrupted build is never taken for a finished one.
    with tempfile.TemporaryDirectory(prefix="build-", dir=cache_dir()) as scratch:
        if kubernetes:
            with step(f"go build Kubernetes {KUBERNETES_VERSION}"):
                _go_build(HERE / "go-kubernetes", kubernetes, output=f"{scratch}/", ldflags=f"-s -w {version}")
        if "etcd" in names:
            with step(f"go build etcd {ETCD_VERSION}"):
                _go_build(HERE / "go-etcd", ["."], output=f"{scratch}/etcd", ldflags="-s -w")
        for name in names:
            (Path(scratch) / name).replace(folder / name)


def _go_build(module: Path, targets: list[str], *, output: str, ldflags: str) -> None:
    options = ["-p", str(PARALLEL_COMPILES), "-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", ldflags]
    fixed = {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOFLAGS": "", "GOWORK": "off"}
    build = ("go", "build", *options, "-o", output, *targets)
    shell.again(lambda: shell.run(*build, cwd=module, env=fixed), ATTEMPTS)
