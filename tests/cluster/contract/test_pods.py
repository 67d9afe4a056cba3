"""Pods: environment, references, outcomes, restarts."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from k8stui.cluster.connect import connect
from tests.cluster.contract.client import MERGE_PATCH, WAIT, Api, Obj
from tests.cluster.contract.manifests import (
    OBEDIENT,
    SLEEP,
    TELL,
    condition,
    config_map,
    container,
    container_state,
    has_condition,
    phase,
    pod,
    running,
    waiting,
)


async def ended(api: Api, name: str) -> Obj:
    """Return how the only container of a pod ended."""
    found = await api.until("pods", name, lambda obj: phase("Succeeded")(obj) or phase("Failed")(obj))
    state: Obj = container_state(found)["terminated"]
    return state


async def test_a_pod_goes_from_pending_over_running_to_succeeded(api: Api, contract_kubeconfig: Path) -> None:
    waits = "import os, time\nwhile not os.path.exists('go'): time.sleep(0.05)"
    phases: list[str] = []
    async with (
        asyncio.timeout(WAIT),
        await connect(kubeconfig=contract_kubeconfig, namespace=api.namespace) as cluster,
        api.watch("pods", fieldSelector="metadata.name=a") as events,
    ):
        await api.create("pods", pod("a", waits))
        async for event in events:
            phases.append(event["object"]["status"]["phase"])
            if phases[-1] == "Running" and "Running" not in phases[:-1]:
                async with cluster.exec("a", ["touch", "go"]) as remote:
                    assert [piece async for piece in remote.output()] == []
            if phases[-1] == "Succeeded":
                break
    assert list(dict.fromkeys(phases)) == ["Pending", "Running", "Succeeded"]


async def test_a_running_pod_is_ready_with_addresses_and_node(api: Api) -> None:
    await api.create("pods", pod("a", SLEEP))
    found = await api.until("pods", "a", has_condition("Ready"))
    status = found["status"]
    assert status["podIP"]
    assert status["hostIP"]
    assert found["spec"]["nodeName"]
    assert status["containerStatuses"][0]["started"] is True
    assert status["containerStatuses"][0]["ready"] is True
    assert {c["type"]: c["status"] for c in status["conditions"]} == {
        "PodReadyToStartContainers": "True",
        "Initialized": "True",
        "Ready": "True",
        "ContainersReady": "True",
        "PodScheduled": "True",
    }


async def test_a_succeeded_pod_says_so_in_every_place(api: Api) -> None:
    await api.create("pods", pod("a"))
    found = await api.until("pods", "a", phase("Succeeded"))
    (status,) = found["status"]["containerStatuses"]
    state = status["state"]["terminated"]
    assert (state["exitCode"], state["reason"]) == (0, "Completed")
    assert state["startedAt"] <= state["finishedAt"]
    assert state["containerID"] == status["containerID"]
    assert (status["ready"], status["restartCount"]) == (False, 0)
    assert condition(found, "Ready")["reason"] == "PodCompleted"


async def test_a_failing_container_fails_the_pod_with_its_exit_code(api: Api) -> None:
    await api.create("pods", pod("a", "raise SystemExit(7)"))
    state = await ended(api, "a")
    assert (state["exitCode"], state["reason"]) == (7, "Error")
    assert phase("Failed")(await api.get("pods", "a"))


async def test_a_command_that_does_not_exist_is_a_start_error(api: Api) -> None:
    await api.create("pods", pod("a", fields={"command": ["no-such-program"]}))
    state = await ended(api, "a")
    assert (state["exitCode"], state["reason"]) == (128, "StartError")
    assert 'exec: "no-such-program": executable file not found in $PATH' in str(state["message"])


async def test_the_termination_message_is_what_the_container_wrote(api: Api) -> None:
    await api.create("pods", pod("a", TELL + "tell('loss=0.12')"))
    assert (await ended(api, "a"))["message"] == "loss=0.12"


async def test_a_long_termination_message_is_cut_at_4096_bytes(api: Api) -> None:
    await api.create("pods", pod("a", TELL + "tell('x' * 5000)"))
    assert (await ended(api, "a"))["message"] == "x" * 4096


async def test_the_log_stands_in_for_a_missing_termination_message(api: Api) -> None:
    fields = {"terminationMessagePolicy": "FallbackToLogsOnError"}
    await api.create("pods", pod("a", "print('why'); raise SystemExit(1)", fields=fields))
    assert (await ended(api, "a"))["message"] == "why\n"


async def test_environment_comes_from_values_fields_config_maps_and_secrets(api: Api) -> None:
    await api.create("configmaps", config_map("cm", {"k": "from-cm", "A": "1"}))
    await api.create("secrets", {"metadata": {"name": "s"}, "stringData": {"k": "from-secret"}})
    env: list[Obj] = [
        {"name": "PLAIN", "value": "p"},
        {"name": "EXPANDED", "value": "$(PLAIN)-$(UNKNOWN)-$$(PLAIN)"},
        {"name": "CM", "valueFrom": {"configMapKeyRef": {"name": "cm", "key": "k"}}},
        {"name": "SECRET", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
        {"name": "NONE", "valueFrom": {"configMapKeyRef": {"name": "nope", "key": "k", "optional": True}}},
        {"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        {"name": "NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}},
        {"name": "LABEL", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['run']"}}},
        {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
    ]
    names = [str(one["name"]) for one in env]
    code = f"import os, json; print(json.dumps({{n: os.environ.get(n) for n in {[*names, 'P_A']!r}}}))"
    fields = {"env": env, "envFrom": [{"prefix": "P_", "configMapRef": {"name": "cm"}}]}
    await api.create("pods", pod("a", code, fields=fields, metadata={"labels": {"run": "r1"}}))
    found = await api.until("pods", "a", phase("Succeeded"))

    assert json.loads(await api.log("a")) == {
        "PLAIN": "p",
        "EXPANDED": "p-$(UNKNOWN)-$(PLAIN)",
        "CM": "from-cm",
        "SECRET": "from-secret",
        "NONE": None,
        "POD": "a",
        "NAMESPACE": api.namespace,
        "LABEL": "r1",
        "IP": found["status"]["podIP"],
        "P_A": "1",
    }


async def test_a_large_value_in_chunks_arrives_whole(api: Api) -> None:
    chunks = {f"c{n}": chr(97 + n) * 98_304 for n in range(4)}
    await api.create("configmaps", {**config_map("plan", chunks), "immutable": True})
    env = [{"name": k.upper(), "valueFrom": {"configMapKeyRef": {"name": "plan", "key": k}}} for k in chunks]
    code = "import os; print(sum(len(os.environ[f'C{n}']) for n in range(4)))"
    await api.create("pods", pod("a", code, fields={"env": env}))
    await api.until("pods", "a", phase("Succeeded"))
    assert await api.log("a") == "393216\n"


async def test_a_missing_reference_is_waited_for(api: Api) -> None:
    env = [{"name": "K", "valueFrom": {"secretKeyRef": {"name": "late", "key": "k"}}}]
    await api.create("pods", pod("a", "import os; print(os.environ['K'])", fields={"env": env}))
    found = await api.until("pods", "a", waiting("CreateContainerConfigError"))
    assert container_state(found)["waiting"]["message"] == 'secret "late" not found'
    await api.create("secrets", {"metadata": {"name": "late"}, "stringData": {"k": "here"}})
    await api.until("pods", "a", phase("Succeeded"))
    assert await api.log("a") == "here\n"


async def test_a_missing_key_is_told_with_its_place(api: Api) -> None:
    await api.create("configmaps", config_map("cm"))
    env = [{"name": "K", "valueFrom": {"configMapKeyRef": {"name": "cm", "key": "nope"}}}]
    await api.create("pods", pod("a", fields={"env": env}))
    found = await api.until("pods", "a", waiting("CreateContainerConfigError"))
    message = container_state(found)["waiting"]["message"]
    assert message == f"couldn't find key nope in ConfigMap {api.namespace}/cm"


async def test_an_image_that_cannot_be_pulled_backs_off(api: Api) -> None:
    await api.create("pods", pod("a", fields={"image": "registry.invalid/team/model:v1"}))
    found = await api.until("pods", "a", waiting("ImagePullBackOff"))
    assert "registry.invalid/team/model:v1" in container_state(found)["waiting"]["message"]
    assert found["status"]["phase"] == "Pending"


async def test_on_failure_restarts_in_place_and_keeps_the_last_state(api: Api) -> None:
    code = "import time; print('try', flush=True); raise SystemExit(3)"
    await api.create("pods", pod("a", code, restartPolicy="OnFailure"))
    found = await api.until("pods", "a", waiting("CrashLoopBackOff"))
    (status,) = found["status"]["containerStatuses"]
    assert status["restartCount"] >= 1
    assert status["lastState"]["terminated"]["exitCode"] == 3
    assert status["state"]["waiting"]["message"].startswith("back-off ")
    assert found["status"]["phase"] == "Running"


async def test_init_containers_run_first_and_in_order(api: Api) -> None:
    first = container("print('one')", name="one")
    second = container("print('two')", name="two")
    await api.create("pods", pod("a", "print('main')", initContainers=[first, second]))
    found = await api.until("pods", "a", phase("Succeeded"))
    inits = found["status"]["initContainerStatuses"]
    ends = [status["state"]["terminated"]["finishedAt"] for status in inits]
    assert [status["name"] for status in inits] == ["one", "two"]
    assert ends == sorted(ends)
    assert await api.log("a", container="two") == "two\n"


async def test_a_failed_init_container_fails_the_pod_before_it_starts(api: Api) -> None:
    bad = container("raise SystemExit(4)", name="bad")
    await api.create("pods", pod("a", initContainers=[bad]))
    found = await api.until("pods", "a", phase("Failed"))
    assert found["status"]["initContainerStatuses"][0]["state"]["terminated"]["exitCode"] == 4
    assert container_state(found)["waiting"]["reason"] == "PodInitializing"


async def test_a_pod_with_a_sidecar_that_never_ends_stays_running(api: Api) -> None:
    """An outcome is therefore read from the named container, not from the phase."""
    manifest = pod("a", "raise SystemExit(0)")
    manifest["spec"]["containers"].append(container(SLEEP, name="mesh"))
    await api.create("pods", manifest)

    def main_ended(obj: Obj) -> bool:
        statuses = obj["status"].get("containerStatuses") or []
        return any(s["name"] == "main" and "terminated" in s["state"] for s in statuses)

    await api.until("pods", "a", lambda found: main_ended(found) and phase("Running")(found))


async def test_an_active_deadline_fails_the_pod(api: Api) -> None:
    await api.create("pods", pod("a", SLEEP, activeDeadlineSeconds=1))
    found = await api.until("pods", "a", phase("Failed"))
    assert found["status"]["reason"] == "DeadlineExceeded"
    assert found["status"]["message"] == "Pod was active on the node longer than the specified deadline"


async def test_sigterm_gives_the_container_time_to_end_well(api: Api) -> None:
    code = OBEDIENT + TELL + "import signal\n"
    code += "def bye(*_):\n    tell('goodbye')\n    os._exit(0)\n"
    code += "signal.signal(signal.SIGTERM, bye)\nprint('ready', flush=True)\ntime.sleep(600)\n"
    await api.create("pods", pod("a", code, metadata={"finalizers": ["contract/hold"]}))
    await api.until("pods", "a", running)
    async with asyncio.timeout(WAIT), api.stream(api.path("pods", "a", "log"), follow="true") as lines:
        assert await anext(lines) == b"ready\n"
    await api.ok("DELETE", api.path("pods", "a"))
    found = await api.until("pods", "a", lambda obj: "terminated" in container_state(obj))
    assert container_state(found)["terminated"]["message"] == "goodbye"
    assert container_state(found)["terminated"]["exitCode"] == 0
    await api.patch("pods", "a", {"metadata": {"finalizers": None}})
    await api.until_gone("pods", "a")


async def test_a_container_deaf_to_sigterm_is_killed_after_its_grace(api: Api) -> None:
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True)"
    await api.create(
        "pods",
        pod(
            "a",
            code + "; time.sleep(600)",
            metadata={"finalizers": ["contract/hold"]},
            terminationGracePeriodSeconds=1,
        ),
    )
    async with asyncio.timeout(WAIT):
        await api.until("pods", "a", running)
        async with api.stream(api.path("pods", "a", "log"), follow="true") as lines:
            assert await anext(lines) == b"deaf\n"
    await api.ok("DELETE", api.path("pods", "a"))
    found = await api.until("pods", "a", lambda obj: "terminated" in container_state(obj))
    assert container_state(found)["terminated"]["exitCode"] == 137
    assert found["status"]["phase"] == "Failed"
    await api.patch("pods", "a", {"metadata": {"finalizers": None}})


async def test_a_node_selector_that_fits_no_node_leaves_the_pod_unschedulable(api: Api) -> None:
    await api.create("pods", pod("a", nodeSelector={"no": "such-node"}))
    found = await api.until("pods", "a", has_condition("PodScheduled", "False"))
    scheduled = condition(found, "PodScheduled")
    assert scheduled["reason"] == "Unschedulable"
    assert scheduled["message"].startswith(
        "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector."
    )
    events = await api.until_listed(
        "events",
        lambda found: any(e["reason"] == "FailedScheduling" for e in found),
        fieldSelector="involvedObject.name=a",
    )
    told = next(event for event in events if event["reason"] == "FailedScheduling")
    assert told["message"] == scheduled["message"]
    assert told["type"] == "Warning"


async def test_a_request_no_node_has_leaves_the_pod_unschedulable(api: Api) -> None:
    resources = {"requests": {"memory": "4000Ti"}}
    await api.create("pods", pod("a", fields={"resources": resources}))
    found = await api.until("pods", "a", has_condition("PodScheduled", "False"))
    assert condition(found, "PodScheduled")["message"].startswith("0/1 nodes are available: 1 Insufficient memory.")


async def test_a_gpu_no_node_has_is_named_as_insufficient(api: Api) -> None:
    resources = {"limits": {"nvidia.com/gpu": "1"}}
    await api.create("pods", pod("a", fields={"resources": resources}))
    found = await api.until("pods", "a", has_condition("PodScheduled", "False"))
    message = condition(found, "PodScheduled")["message"]
    assert message.startswith("0/1 nodes are available: 1 Insufficient nvidia.com/gpu.")
    assert found["spec"]["containers"][0]["resources"]["requests"] == {"nvidia.com/gpu": "1"}


async def test_events_tell_the_life_of_a_pod(api: Api) -> None:
    await api.create("pods", pod("a"))
    wanted = {"Scheduled", "Pulled", "Created", "Started"}
    events = await api.until_listed(
        "events",
        lambda found: wanted <= {event["reason"] for event in found},
        fieldSelector="involvedObject.kind=Pod,involvedObject.name=a",
    )
    assert {event["type"] for event in events if event["reason"] in wanted} == {"Normal"}
    scheduled = next(event for event in events if event["reason"] == "Scheduled")
    assert scheduled["message"].startswith(f"Successfully assigned {api.namespace}/a to ")


async def test_anybody_allowed_may_write_a_pods_status(api: Api) -> None:
    """Which is how pods without a kubelet are simulated."""
    await api.create("pods", pod("a", nodeName="contract-no-such-node"))
    answer = await api.call(
        "PATCH", api.path("pods", "a", "status"), {"status": {"phase": "Running"}}, media=MERGE_PATCH
    )
    assert answer.code == 200
    assert answer.body["status"]["phase"] == "Running"
