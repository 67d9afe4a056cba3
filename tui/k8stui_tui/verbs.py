"""The verbs of the command line by their names, which the screens tell of, too."""

from __future__ import annotations

VERBS = {
    "run": "run:run",
    "logs": "logs:logs",
    "why": "why:why",
    "diagnose": "diagnose:diagnose",
    "events": "events:events",
    "doctor": "doctor:doctor",
    "init": "init:init",
    "uninstall": "uninstall:uninstall",
    "demo": "demo:demo",
    "runs": "runs:app",
    "pods": "pods:app",
    "pipelines": "pipelines:app",
    "pipeline": "pipelines:app",
    "schedule": "schedule.app:app",
    "stack": "stacks.stack:app",
    "orchestrator": "stacks.components:app_of",
    "artifact-store": "stacks.components:app_of",
    "container-registry": "stacks.components:app_of",
    "image-builder": "stacks.components:app_of",
    "service-connector": "stacks.connectors:app",
    "config": "config:app",
    "image": "image:app",
    "completion": "completing:completion",
}
"""In the order of the help, each with its place in `cli/`: a function, a group of commands, or what makes one
for a kind of component."""

HIDDEN = frozenset({"pipeline"})
"""Also known, but not in the help."""
