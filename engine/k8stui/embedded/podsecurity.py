"""The Pod Security Standards `baseline` and `restricted`, as far as they can be told from a manifest of ours.

Rules and words: Kubernetes documentation, "Pod Security Standards", and k8s.io/pod-security-admission.
"""

from __future__ import annotations

from collections.abc import Callable

from k8stui.embedded.objects import Obj

_BASELINE_CAPABILITIES = frozenset((
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
))  # fmt: skip
_RESTRICTED_VOLUMES = frozenset(
    (
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "image",
        "persistentVolumeClaim",
        "projected",
        "secret",
    )
)


def violations(spec: Obj, level: str) -> list[str]:
    """Return what in a pod's spec violates the level, in the words of the admission message; empty when nothing."""
    if level == "baseline":
        return sorted(_baseline(spec))
    if level == "restricted":
        return [*sorted(_baseline(spec, restricted=True)), *_restricted(spec)]
    return []


def _containers(spec: Obj) -> list[Obj]:
    return [*(spec.get("initContainers") or []), *(spec.get("containers") or [])]


def _security(container: Obj) -> Obj:
    return container.get("securityContext") or {}


def _named(spec: Obj, bad: Callable[[Obj], bool]) -> str:
    """Return `container "a"` or `containers "a", "b"` for the containers that are bad, empty when none is."""
    names = [f'"{container.get("name")}"' for container in _containers(spec) if bad(container)]
    return f"container{'s' if len(names) > 1 else ''} {', '.join(names)}" if names else ""


def _baseline(spec: Obj, *, restricted: bool = False) -> list[str]:
    found = []
    hosts = [f"{field}=true" for field in ("hostNetwork", "hostPID", "hostIPC") if spec.get(field)]
    if hosts:
        found.append(f"host namespaces ({', '.join(hosts)})")
    paths = [f'"{volume.get("name")}"' for volume in spec.get("volumes") or [] if "hostPath" in volume]
    if paths and not restricted:
        found.append(f"hostPath volumes (volume{'s' if len(paths) > 1 else ''} {', '.join(paths)})")
    if who := _named(spec, lambda c: bool(_security(c).get("privileged"))):
        found.append(f"privileged ({who} must not set securityContext.privileged=true)")
    if who := _named(spec, lambda c: any(port.get("hostPort") for port in c.get("ports") or [])):
        found.append(f"hostPort ({who} uses hostPort)")
    if not restricted:
        added = {cap for c in _containers(spec) for cap in (_security(c).get("capabilities") or {}).get("add") or []}
        if extra := sorted(added - _BASELINE_CAPABILITIES):
            who = _named(
                spec, lambda c: bool(set((_security(c).get("capabilities") or {}).get("add") or []) & set(extra))
            )
            listed = ", ".join(f'"{cap}"' for cap in extra)
            found.append(
                f"non-default capabilities ({who} must not include {listed} in securityContext.capabilities.add)"
            )
    return found


def _restricted(spec: Obj) -> list[str]:
    pod = spec.get("securityContext") or {}
    found = []
    if who := _named(spec, lambda c: _security(c).get("allowPrivilegeEscalation") is not False):
        found.append(
            f"allowPrivilegeEscalation != false ({who} must set securityContext.allowPrivilegeEscalation=false)"
        )
    if who := _named(spec, lambda c: "ALL" not in ((_security(c).get("capabilities") or {}).get("drop") or [])):
        found.append(f'unrestricted capabilities ({who} must set securityContext.capabilities.drop=["ALL"])')
    elif who := _named(
        spec,
        lambda c: bool(set((_security(c).get("capabilities") or {}).get("add") or []) - {"NET_BIND_SERVICE"}),
    ):
        found.append(f"unrestricted capabilities ({who} must not include other than NET_BIND_SERVICE)")
    found += _restricted_volumes(spec)
    found += _non_root(spec, pod)
    if pod.get("runAsUser") == 0:
        found.append("runAsUser=0 (pod must not set runAsUser=0)")
    elif who := _named(spec, lambda c: _security(c).get("runAsUser") == 0):
        found.append(f"runAsUser=0 ({who} must not set runAsUser=0)")
    return found + _seccomp(spec, pod)


def _non_root(spec: Obj, pod: Obj) -> list[str]:
    setters = ["pod"] if pod.get("runAsNonRoot") is False else []
    if who := _named(spec, lambda c: _security(c).get("runAsNonRoot") is False):
        setters.append(who)
    if setters:
        return [f"runAsNonRoot != true ({' and '.join(setters)} must not set securityContext.runAsNonRoot=false)"]
    if who := _named(spec, lambda c: not _security(c).get("runAsNonRoot", pod.get("runAsNonRoot"))):
        return [f"runAsNonRoot != true (pod or {who} must set securityContext.runAsNonRoot=true)"]
    return []


def _seccomp(spec: Obj, pod: Obj) -> list[str]:
    def profile(context: Obj) -> str | None:
        found = (context.get("seccompProfile") or {}).get("type")
        return None if found is None else str(found)

    good = ("RuntimeDefault", "Localhost")
    setters = ["pod"] if profile(pod) not in (None, *good) else []
    if who := _named(spec, lambda c: profile(_security(c)) not in (None, *good)):
        setters.append(who)
    if setters:
        contexts = [pod, *(_security(container) for container in _containers(spec))]
        bad = sorted({f'"{value}"' for value in map(profile, contexts) if value not in (None, *good)})
        told = f"{' and '.join(setters)} must not set securityContext.seccompProfile.type to {', '.join(bad)}"
        return [f"seccompProfile ({told})"]
    if who := _named(spec, lambda c: (profile(_security(c)) or profile(pod)) not in good):
        wanted = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
        return [f"seccompProfile (pod or {who} {wanted})"]
    return []


def _restricted_volumes(spec: Obj) -> list[str]:
    bad = []
    for volume in spec.get("volumes") or []:
        sources = [key for key in volume if key != "name"]
        bad += [(str(volume.get("name")), source) for source in sources if source not in _RESTRICTED_VOLUMES]
    if not bad:
        return []
    names = ", ".join(f'"{name}"' for name, _ in bad)
    kinds = ", ".join(f'"{kind}"' for kind in sorted({kind for _, kind in bad}))
    plural = len(bad) > 1
    who = f"volumes {names} use" if plural else f"volume {names} uses"
    return [f"restricted volume types ({who} restricted volume type{'s' if ', ' in kinds else ''} {kinds})"]
