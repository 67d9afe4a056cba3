"""Stacks and components as rows, lines and documented JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from k8stui.model.stacks import Component, StackDocument
    from k8stui.stacks.connectors.verifying import Reached, Verified
    from k8stui.stacks.kinds import Kind


def component_plain(document: StackDocument, kind: Kind, name: str) -> dict[str, Any]:
    """A component for programs; of its secrets the names only."""
    from k8stui.stacks.registering import flavor_of, plain_config

    one = kind.get(document, name)
    users = kind.users(document, name)
    return {
        "name": name,
        "kind": kind.field,
        "flavor": flavor_of(kind, one.config),
        "config": plain_config(one.config),
        "connector": one.connector,
        "resource": one.resource,
        "secrets": list(one.secrets),
        "stacks": users,
        "active": document.active in users,
    }


def component_lines(document: StackDocument, kind: Kind, name: str) -> list[str]:
    """A component for persons."""
    from k8stui.stacks.kinds import where

    plain = component_plain(document, kind, name)
    one: Component = kind.get(document, name)
    facts = {
        kind.noun: name,
        "flavor": plain["flavor"],
        "leads to": where(one),
        "connector": one.connector + (f" (resource {one.resource})" if one.resource else ""),
        "secrets": ", ".join(one.secrets),
        "stacks": ", ".join(plain["stacks"]) or "none",
    }
    return [*fact_lines(facts), "", *(setting_lines(plain["config"]) or ["All settings have their defaults."])]


def setting_lines(config: Mapping[str, Any]) -> list[str]:
    """Settings below each other; tables and lists as YAML."""
    import yaml

    return str(yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True)).splitlines() if config else []


def stack_plain(document: StackDocument, name: str) -> dict[str, Any]:
    """A stack for programs."""
    from k8stui.stacks.composing import stack_called
    from k8stui.stacks.kinds import KINDS

    stack = stack_called(document, name)
    parts = {
        field: component_plain(document, kind, used) if (used := getattr(stack, field)) else None
        for field, kind in KINDS.items()
    }
    return {"name": name, "active": document.active == name, **parts}


def stack_lines(document: StackDocument, name: str) -> list[str]:
    """A stack for persons."""
    from k8stui.stacks.composing import stack_called
    from k8stui.stacks.kinds import KINDS, where

    stack = stack_called(document, name)
    lines = fact_lines({"stack": name + (" (active)" if document.active == name else "")})
    for field, kind in KINDS.items():
        used = getattr(stack, field)
        if not used:
            lines += ["", f"{kind.noun}: none"]
            continue
        one = kind.get(document, used)
        by = f", by the connector {one.connector}" if one.connector else ""
        lines += ["", f"{kind.noun}: {used}", f"  {where(one)}{by}"]
        lines += [f"  {line}" for line in setting_lines(component_plain(document, kind, used)["config"])]
    return lines


def connector_plain(document: StackDocument, name: str) -> dict[str, Any]:
    """A service connector for programs; of its secrets the names only."""
    from k8stui.stacks.connectors.registering import connector_called, users

    one = connector_called(document, name)
    return {
        "name": name,
        "type": one.type,
        "resource_type": "kubernetes-cluster",
        "resource": one.resource,
        "config": dict(one.config),
        "secrets": list(one.secrets),
        "used_by": users(document, name),
    }


def connector_lines(plain: Mapping[str, Any]) -> list[str]:
    """A service connector for persons."""
    facts = {
        "service connector": plain["name"],
        "type": plain["type"],
        "resource": plain["resource"] or "all clusters that it reaches",
        "secrets": ", ".join(plain["secrets"]),
        "used by": ", ".join(plain["used_by"]) or "nothing",
    }
    return [*fact_lines(facts), "", *(setting_lines(plain["config"]) or ["All settings have their defaults."])]


def reached_plain(one: Reached) -> dict[str, Any]:
    """What a connector leads to, for programs."""
    told = one.error.message if one.error else None
    return {
        "connector": one.name,
        "type": one.kind,
        "resource_type": "kubernetes-cluster",
        "resources": list(one.clusters),
        "error": told,
    }


def verified_plain(one: Verified) -> dict[str, Any]:
    """What became of logging in, for programs."""
    return {
        "resource": one.cluster,
        "ok": one.error is None,
        "server": one.server,
        "version": one.version,
        "user": one.user,
        "expires": one.expires.isoformat(timespec="seconds") if one.expires else None,
        "error": one.error.message if one.error else None,
        "hint": one.error.hint if one.error else None,
    }


def fact_lines(facts: Mapping[str, str]) -> list[str]:
    """Names and texts in two columns, without those that are empty."""
    wide = max(map(len, facts)) + 2
    return [f"{name:<{wide}}{text}" for name, text in facts.items() if text]
