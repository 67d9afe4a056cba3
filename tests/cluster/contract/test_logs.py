"""Logs: read, followed, cut."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from tests.cluster.contract.client import WAIT, Api
from tests.cluster.contract.manifests import SLEEP, container, phase, pod, waiting

COUNT = "for n in range(5): print('line', n, flush=True)"


async def finished(api: Api, code: str = COUNT) -> None:
    await api.create("pods", pod("a", code))
    await api.until("pods", "a", phase("Succeeded"))


async def test_a_log_has_output_and_errors_in_order(api: Api) -> None:
    await finished(api, "import sys\nfor n in range(3): print(n, file=(sys.stdout, sys.stderr)[n % 2], flush=True)")
    assert sorted((await api.log("a")).split()) == ["0", "1", "2"]


async def test_the_last_lines_can_be_asked_for(api: Api) -> None:
    await finished(api)
    assert await api.log("a", tailLines=2) == "line 3\nline 4\n"
    assert await api.log("a", tailLines=0) == ""


async def test_a_log_can_be_cut_at_a_number_of_bytes(api: Api) -> None:
    await finished(api)
    assert await api.log("a", limitBytes=10) == "line 0\nlin"


async def test_lines_can_have_their_times(api: Api) -> None:
    await finished(api)
    lines = (await api.log("a", timestamps="true")).splitlines()
    assert [line.partition(" ")[2] for line in lines] == [f"line {n}" for n in range(5)]
    times = [line.partition(" ")[0] for line in lines]
    assert times == sorted(times)
    assert all(time.endswith("Z") and "." in time for time in times)


async def test_a_log_can_begin_at_a_time(api: Api) -> None:
    code = "import time\nprint('old', flush=True)\ntime.sleep(2.2)\nprint('new', flush=True)"
    await finished(api, code)
    stamps = (await api.log("a", timestamps="true")).splitlines()
    second = stamps[1].partition(" ")[0]
    assert await api.log("a", sinceTime=second[:19] + "Z") == "new\n"
    assert await api.log("a", sinceSeconds=3600) == "old\nnew\n"
    later = datetime.fromtimestamp(datetime.now(UTC).timestamp() + 60, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert await api.log("a", sinceTime=later) == ""


async def test_a_followed_log_comes_while_the_pod_runs_and_ends_with_it(api: Api) -> None:
    await api.create("pods", pod("a", SLEEP))
    await api.until("pods", "a", phase("Running"))
    async with asyncio.timeout(WAIT), api.stream(api.path("pods", "a", "log"), follow="true") as lines:
        assert await anext(lines) == b"ready\n"
        assert phase("Running")(await api.get("pods", "a"))
        await api.ok("DELETE", api.path("pods", "a"))
        assert [line async for line in lines] == []


async def test_following_can_begin_with_the_last_lines(api: Api) -> None:
    await finished(api)
    assert await api.log("a", follow="true", tailLines=1) == "line 4\n"


async def test_the_log_of_a_container_that_waits_is_a_bad_request(api: Api) -> None:
    env = [{"name": "K", "valueFrom": {"secretKeyRef": {"name": "nope", "key": "k"}}}]
    await api.create("pods", pod("a", fields={"env": env}))
    await api.until("pods", "a", waiting("CreateContainerConfigError"))
    answer = await api.call("GET", api.path("pods", "a", "log"))
    assert (answer.code, answer.body["reason"]) == (400, "BadRequest")
    assert answer.body["message"] == 'container "main" in pod "a" is waiting to start: CreateContainerConfigError'


async def test_of_several_containers_one_must_be_named(api: Api) -> None:
    manifest = pod("a", "print('from main')")
    manifest["spec"]["containers"].append(container("print('from other')", name="other"))
    await api.create("pods", manifest)
    await api.until("pods", "a", phase("Succeeded"))
    answer = await api.call("GET", api.path("pods", "a", "log"))
    assert answer.code == 400
    assert answer.body["message"] == "a container name must be specified for pod a, choose one of: [main other]"
    assert await api.log("a", container="other") == "from other\n"


async def test_a_container_that_is_not_in_the_pod_is_a_bad_request(api: Api) -> None:
    await api.create("pods", pod("a"))
    answer = await api.call("GET", api.path("pods", "a", "log"), container="nope")
    assert answer.code == 400
    assert answer.body["message"] == "container nope is not valid for pod a"


async def test_the_log_before_a_restart_is_the_previous_one(api: Api) -> None:
    code = "print('try', flush=True); raise SystemExit(1)"
    await api.create("pods", pod("a", code, restartPolicy="OnFailure"))
    await api.until("pods", "a", waiting("CrashLoopBackOff"))
    assert await api.log("a", previous="true") == "try\n"


async def test_there_is_no_previous_log_without_a_restart(api: Api) -> None:
    await finished(api)
    answer = await api.call("GET", api.path("pods", "a", "log"), previous="true")
    assert answer.code == 400
    assert answer.body["message"] == 'previous terminated container "main" in pod "a" not found'
