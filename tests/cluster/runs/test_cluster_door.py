"""The engine's door to Kubernetes asks the server to be strict: a field it does not know is never dropped silently."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from k8stui.cluster.connect import connect
from k8stui.model.errors import RejectedError
from tests.cluster.runs.space import Space

pytestmark = pytest.mark.real


def config_map(**extra: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "strict"}, "data": {"a": "b"}, **extra}


async def test_an_unknown_field_is_refused_by_its_name(space: Space) -> None:
    async with await connect(kubeconfig=Path(space.kubeconfig), namespace=space.namespace) as cluster:
        with pytest.raises(RejectedError, match='unknown field "dataa"'):
            await cluster.create(config_map(dataa={}))
        await cluster.create(config_map())
    assert "strict" in [one["metadata"]["name"] for one in space.objects("configmaps")]
