"""One step that requires a package which no image has."""

import os
from importlib import import_module

from k8stui import pipeline, step

KEPT = {
    "volumes": [{"name": "kept", "hostPath": {"path": os.environ.get("KEPT", "/nowhere")}}],
    "volume_mounts": [{"name": "kept", "mountPath": "/kept"}],
    "env": [
        {"name": "PIP_INDEX_URL", "value": os.environ.get("PIP_INDEX_URL", "")},
        {"name": "PIP_TRUSTED_HOST", "value": os.environ.get("PIP_TRUSTED_HOST", "")},
    ],
}


@step(requirements=["tinylib==1.0"], enable_cache=False)
def look() -> str:
    tinylib = import_module("tinylib")  # not on the author's machine
    print("tinylib", tinylib.VERSION)
    return str(tinylib.VERSION)


@pipeline
def tiny() -> None:
    look()


installing = tiny.with_options(settings={"pod_settings": KEPT, "requirements_cache": "/kept"})
