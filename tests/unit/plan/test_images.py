"""Which image each pod gets and how it is pulled, what is installed in it first, and images that have that already."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from k8stui.incluster.contract import names
from k8stui.incluster.wire.variables import ENV_CACHE, ENV_REQUIREMENTS
from k8stui.model.errors import InvalidInputError
from k8stui.model.settings import KubernetesOrchestratorSettings as Settings
from k8stui.plan.compiler import compile_run
from k8stui.plan.images import images_of
from tests.unit.plan.samples import REQUEST, compiled, container_step, pipeline, python_step, step_pod

VOLUME = {
    "volumes": [{"name": "kept", "persistentVolumeClaim": {"claimName": "kept"}}],
    "volume_mounts": [{"name": "kept", "mountPath": "/kept"}],
}


def image(pod: dict[str, Any]) -> str:
    return str(next(one["image"] for one in pod["spec"]["containers"]))


def env(pod: dict[str, Any]) -> dict[str, str]:
    found = next(one for one in pod["spec"]["containers"] if one["name"] == names.STEP_CONTAINER)
    return {one["name"]: one["value"] for one in found.get("env", ()) if "value" in one}


def test_the_innermost_image_wins_and_the_masters_is_a_setting() -> None:
    spec = pipeline(python_step("a"), python_step("b", image="own/b:1"), image="pipes/p:1")
    run = compile_run(spec, replace(REQUEST, image=""))
    assert [image(step_pod(run, name)) for name in "ab"] == ["pipes/p:1", "own/b:1"]
    assert image(run.job["spec"]["template"]) == "pipes/p:1"
    assert image(step_pod(compile_run(spec, REQUEST))) == REQUEST.image, "what is said for one run wins"
    chosen = compiled(settings=Settings(orchestrator_image="own/master:1"))
    assert (image(chosen.job["spec"]["template"]), image(step_pod(chosen))) == ("own/master:1", REQUEST.image)
    assert REQUEST.image in str(chosen.record), "what a rerun gives to its steps"
    assert "own/master:1" not in str(chosen.record)
    with pytest.raises(InvalidInputError, match=r"settings\.orchestrator_image: 'Not An Image'"):
        Settings(orchestrator_image="Not An Image")


def test_all_pods_pull_by_the_registrys_secret_and_by_their_own() -> None:
    own = Settings(pod_settings={"image_pull_secrets": ["mine"]})
    run = compile_run(
        pipeline(python_step("a", settings=own), container_step("c")), replace(REQUEST, pull_secret="reg")
    )
    assert run.job["spec"]["template"]["spec"]["imagePullSecrets"] == [{"name": "reg"}]
    assert step_pod(run, "a")["spec"]["imagePullSecrets"] == [{"name": "mine"}, {"name": "reg"}]
    assert step_pod(run, "c")["spec"]["imagePullSecrets"] == [{"name": "reg"}]


def test_requirements_reach_python_steps_and_a_steps_own_replace_its_pipelines() -> None:
    steps = (python_step("a"), python_step("b", requirements=("numpy==2",)), container_step("c"))
    run = compile_run(pipeline(*steps, requirements=("NumPy", "pandas")), REQUEST)
    assert env(step_pod(run, "a"))[ENV_REQUIREMENTS] == "NumPy\npandas"
    assert env(step_pod(run, "b"))[ENV_REQUIREMENTS] == "numpy==2\npandas"
    assert ENV_REQUIREMENTS not in env(step_pod(run, "c"))


def test_a_cache_of_requirements_must_be_on_a_volume() -> None:
    mounted = Settings(requirements_cache="/kept/pip", pod_settings=VOLUME)
    run = compiled(python_step("a", requirements=("x",), settings=mounted))
    assert env(step_pod(run))[ENV_CACHE] == "/kept/pip"
    with pytest.raises(InvalidInputError, match=r"no volume is mounted at '/keep'"):
        compiled(python_step("a", requirements=("x",), settings=Settings(requirements_cache="/keep")))
    with pytest.raises(InvalidInputError, match="absolute folder"):
        Settings(requirements_cache="keep")


def test_other_requirements_are_another_result() -> None:
    digests = {compiled(python_step("a", requirements=given)).plan.steps[0].cache for given in ((), ("x",), ("y",))}
    assert len(digests) == 3


def test_steps_with_the_same_base_and_requirements_share_an_image() -> None:
    steps = (
        python_step("a"),
        python_step("b", requirements=("x>=1",)),
        python_step("c", image="own/c:1"),
        python_step("d"),
        container_step("e"),
    )
    made = images_of(pipeline(*steps, requirements=("pandas",)), base="python:3", registry="reg.example:5000/team/")
    assert [(one.base, one.requirements, one.steps) for one in made] == [
        ("python:3", ("pandas",), ("a", "d")),
        ("python:3", ("pandas", "x>=1"), ("b",)),
        ("own/c:1", ("pandas",), ("c",)),
    ]
    assert len({one.name for one in made}) == 3
    assert all(one.name.startswith("reg.example:5000/team/my-pipeline:") for one in made)
    assert made[1].dockerfile.startswith("FROM python:3\n")
    assert made[1].dockerfile.endswith("pip install --no-cache-dir pandas 'x>=1'\n"), "no shell may read it otherwise"


def test_nothing_to_build_is_told() -> None:
    with pytest.raises(InvalidInputError, match="requires nothing beyond its images"):
        images_of(pipeline(python_step("a"), container_step("c")), base="python:3")
    with pytest.raises(InvalidInputError, match="cannot exist"):
        images_of(pipeline(python_step("a", requirements=("x",))), base="python:3", registry="https://reg")
