"""The Debian packages the node needs, installed only when a program of theirs is missing."""

from __future__ import annotations

import os
import platform
import shutil
from pathlib import Path

from . import shell
from .errors import RealClusterError
from .progress import say, step

CNI_PLUGINS = Path("/usr/lib/cni")

PROGRAMS = {
    "busybox-static": "/bin/busybox",
    "conntrack": "conntrack",
    "containerd": "containerd",
    "containernetworking-plugins": str(CNI_PLUGINS / "bridge"),
    "debootstrap": "debootstrap",
    "iproute2": "ip",
    "iptables": "iptables",
    "kmod": "modprobe",
    "mount": "umount",
    "openssl": "openssl",
    "runc": "runc",
}
"""Debian package -> the program that shows it is there."""

PATIENT = ("-o", "Acquire::Retries=5", "-o", "DPkg::Lock::Timeout=300")
"""Options of apt-get: a download that breaks off is tried again, and another apt-get is waited for."""

SEARCH_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", "/sbin"))


def program(name: str) -> str:
    """Return the full path of an installed program, also one that only root's PATH has.

    Raises:
        RealClusterError: it is not there.
    """
    found = shutil.which(name, path=SEARCH_PATH)
    if found is None:
        raise RealClusterError(f"The program {name} is not there.", hint="`build` installs what is missing.")
    return found


def require_machine() -> None:
    """Check what no package can give.

    Raises:
        RealClusterError: not Linux, or not root.
    """
    if platform.system() != "Linux":
        raise RealClusterError("The real cluster runs on Linux only.", hint="Use a Linux machine or VM.")
    if os.geteuid() != 0:
        raise RealClusterError(
            "The real cluster needs root: it makes network namespaces, mounts and control groups.",
            hint="Run the command as root.",
        )


def install_missing() -> None:
    """Install the packages whose program is missing; returns at once when there is none.

    Raises:
        RealClusterError: the machine has no apt-get, or apt-get fails.
    """
    missing = [name for name, probe in PROGRAMS.items() if shutil.which(probe, path=SEARCH_PATH) is None]
    if not missing:
        return
    if shutil.which("apt-get") is None:
        raise RealClusterError(
            f"Missing on this machine: {', '.join(missing)} (names of Debian packages).",
            hint="Install them; without apt-get this tool can't.",
        )
    say(f"missing Debian packages: {' '.join(missing)}")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    with step("apt-get update and install"):
        shell.run("apt-get", "-q", *PATIENT, "update", env=quiet)
        shell.run("apt-get", "-q", *PATIENT, "install", "--yes", "--no-install-recommends", *missing, env=quiet)


def archive_address(codename: str) -> str:
    """Return the address this machine's apt fetches the given Debian release from.

    Raises:
        RealClusterError: apt knows no such release here.
    """
    listing = shell.run(
        "apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME) $(COMPONENT)", "Created-By: Packages"
    )
    for line in listing.splitlines():
        address, name, component = line.split()
        if (name, component) == (codename, "main"):
            return address
    raise RealClusterError(
        f"This machine's apt has no source for Debian {codename}, which the Python image is made from.",
        hint=f"Add one to /etc/apt/sources.list (suite {codename}, component main).",
    )
