"""Writes all pages that are made from the program: `make pages`; `tests/unit/docs` says when one is stale."""

from __future__ import annotations

from tools import make_cli_page, make_config_page, make_keys_page, make_objects_page, make_settings_page

MAKERS = (make_cli_page, make_config_page, make_keys_page, make_objects_page, make_settings_page)

if __name__ == "__main__":
    for maker in MAKERS:
        maker.PAGE.parent.mkdir(parents=True, exist_ok=True)
        maker.PAGE.write_text(maker.page(), encoding="utf-8")
