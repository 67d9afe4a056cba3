"""An app on whose screen nothing changes leaves out most of its looks at the store."""

from __future__ import annotations

from k8stui_tui.sparing import SparingApp


def looks(app: SparingApp, ticks: int) -> int:
    return sum(not app.rests() for _ in range(ticks))


class Drawing(SparingApp):
    def draw(self) -> None:
        self._sent += 1


def test_a_third_of_the_ticks_look_where_nothing_changes_and_all_of_them_after_a_change() -> None:
    app = Drawing()
    assert looks(app, 16) == 16  # two seconds: something may have been on its way
    assert looks(app, 30) == 10
    app.draw()
    assert looks(app, 10) == 10
