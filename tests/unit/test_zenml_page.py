"""`docs/from-zenml.md`: ZenML's Python code and ours differ in imports only. That it works, a real cluster shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.plan import seed_settings
from tests.zenmlpage import Chapter, chapters

NOT_AS_THERE = frozenset(
    {
        "...",  # what the reader has there
        'client.delete_schedule("<schedule-name>")',  # the name is an argument of the script
        # The schedule is edited in place instead:
        'new_schedule = Schedule(cron_expression="0 4 * * *")',
        "updated_pipeline = my_kubernetes_pipeline.with_options(schedule=new_schedule)",
        "updated_pipeline()",
    }
)


def code(text: str) -> set[str]:
    """Lines of code, without imports and comments."""
    bare = {line.split("  #")[0].strip().removesuffix(" ...") for line in text.splitlines()}
    return {line for line in bare if line and not line.startswith(("import ", "from ", "#", '"""'))}


@pytest.mark.parametrize("chapter", chapters(), ids=lambda chapter: chapter.title)
def test_what_zenml_has_in_python_is_the_same_here(chapter: Chapter) -> None:
    ours = "\n".join(chapter.files.values())
    assert code(chapter.theirs) - NOT_AS_THERE <= code(ours)
    assert "zenml." not in ours.replace("app.zenml", "")
    assert chapter.commands


def test_the_settings_are_those_of_zenmls_page() -> None:
    (chapter,) = [one for one in chapters() if one.title == "Settings"]
    theirs = Path(seed_settings.__file__).read_text(encoding="utf-8")
    assert code(theirs) <= code(chapter.files["settings_example.py"])
