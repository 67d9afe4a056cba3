"""The README's first run, and what a how-to says of evictions, typed as they stand, on a real cluster."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import docsession
from tests.cluster.runs.space import Space
from tests.docpages import ROOT, name_of

pytestmark = pytest.mark.real

CONTEXT = "k8stui-test"

PAGES = (ROOT / "README.md", ROOT / "docs" / "howto" / "evictions.md")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_can_be_typed_from_beginning_to_end(page: Path, space: Space, tmp_path: Path) -> None:
    done = docsession.run(page, tmp_path, kubeconfig=space.kubeconfig, context=CONTEXT, namespace=space.namespace)
    assert done.code == 0, done.said[-4000:]
