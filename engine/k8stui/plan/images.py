"""The images that would hold what a pipeline's steps require, so that nothing is installed when they start. Pure.

No build is needed for a run: the code travels with it. An image is worth building where installing takes long, where
the cluster reaches no index, or where an image brings no pip.
"""

from __future__ import annotations

import hashlib
import shlex
from dataclasses import dataclass

from k8stui.incluster.contract.protocol import KIND_PYTHON
from k8stui.model.errors import InvalidInputError
from k8stui.model.labels import plain_slug
from k8stui.model.pipeline import PipelineSpec
from k8stui.model.requirements import joined
from k8stui.model.rules import image_problem

INDEX_VARIABLES = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST")
"""Where pip finds packages, as the environment of who builds says; a tool keeps such arguments out of the image."""


@dataclass(frozen=True)
class ImagePlan:
    """An image to build.

    Attributes:
        name: What it will be called; its tag is made of its content, so the same content has the same name.
        base: The image that it begins with.
        requirements: What is installed in it.
        steps: Who would use it.
        dockerfile: How it is made.
    """

    name: str
    base: str
    requirements: tuple[str, ...]
    steps: tuple[str, ...]
    dockerfile: str


def images_of(spec: PipelineSpec, *, base: str, registry: str = "") -> tuple[ImagePlan, ...]:
    """One image for all Python steps with the same base and the same requirements, in the order of the steps.

    Args:
        spec: The pipeline.
        base: The image of steps that name none, unless the pipeline does.
        registry: What to put before the names.

    Raises:
        InvalidInputError: No Python step requires anything, or the registry's address cannot be one.
    """
    groups: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for step in spec.steps:
        if step.kind == KIND_PYTHON and (required := joined(spec.requirements, step.requirements)):
            groups.setdefault((step.image or spec.image or base, required), []).append(step.name)
    if not groups:
        raise InvalidInputError(
            f"pipeline {spec.name!r} requires nothing beyond its images, so there is nothing to build",
            hint="A run needs no image of its own: code travels with it. Packages are named in requirements=.",
        )
    return tuple(_plan(spec.name, registry, *key, tuple(steps)) for key, steps in groups.items())


def _plan(pipeline: str, registry: str, base: str, required: tuple[str, ...], steps: tuple[str, ...]) -> ImagePlan:
    packages = " ".join(shlex.quote(one) for one in required)
    dockerfile = (
        f"FROM {base}\n"
        f"LABEL io.k8stui.pipeline={plain_slug(pipeline) or 'pipeline'}\n"
        + "".join(f"ARG {name}=\n" for name in INDEX_VARIABLES)
        + f"RUN PIP_BREAK_SYSTEM_PACKAGES=1 python3 -m pip install --no-cache-dir {packages}\n"
    )
    digest = hashlib.sha256(dockerfile.encode()).hexdigest()[:12]
    prefix = f"{registry.rstrip('/')}/" if registry else ""
    name = f"{prefix}{plain_slug(pipeline) or 'pipeline'}:{digest}"
    if problem := image_problem(name):
        raise InvalidInputError(f"the image {name!r} cannot exist: {problem}", hint="Correct the registry's address.")
    return ImagePlan(name, base, required, steps, dockerfile)
