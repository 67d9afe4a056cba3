"""Rights are asked for in the background and told before something is done, against the embedded cluster."""

from __future__ import annotations

from k8stui.cluster.connect import connect
from k8stui.control.namespaces.rights import read_rights
from k8stui.embedded import EmbeddedCluster
from k8stui_tui.actions.needs import EVERY
from tests.embedded.center import center
from tests.embedded.pods import SLEEP, made, manifest
from tests.embedded.readers import person_of, reader_of


async def test_who_may_only_look_is_told_by_the_key(embedded: EmbeddedCluster) -> None:
    async with await connect(kubeconfig=embedded.kubeconfig) as cluster:
        await made(cluster, manifest("busy", SLEEP), status="running")
        kubeconfig = await reader_of(cluster, embedded, "reader", "configmaps", "jobs", "pods", "pods/log")
        async with center(embedded, kubeconfig=kubeconfig) as (pilot, until):
            await pilot.press("2")
            await until("busy", "live")
            await until("why", gone=" delete")  # the footer, once the rights are known
            await pilot.press("D")
            await until("Not allowed: delete needs")


async def test_the_administrator_may_everything_and_others_what_their_rules_say(embedded: EmbeddedCluster) -> None:
    async with await connect(kubeconfig=embedded.kubeconfig) as cluster:
        assert set((await read_rights(cluster, "default", EVERY)).values()) == {True}
        rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list", "watch", "delete"]}]
        kubeconfig = await person_of(cluster, embedded, "cleaner", rules)
    async with await connect(kubeconfig=kubeconfig) as cleaner:
        found = await read_rights(cleaner, "default", EVERY)
    assert [right for right, has in found.items() if has] == ["delete pods"]
