"""The in-cluster program as it travels: small, always the same, and complete."""

import io
import subprocess
import sys
import zipfile
from base64 import b64decode
from pathlib import Path

import k8stui.incluster
from k8stui.plan.shipping import MAX_ZIP_BYTES, incluster_text, incluster_zip

FOLDER = Path(k8stui.incluster.__file__).parent


def test_it_is_small() -> None:
    assert len(incluster_zip()) < MAX_ZIP_BYTES


def test_the_text_is_the_zip() -> None:
    assert b64decode(incluster_text()) == incluster_zip()


def test_it_holds_every_module_and_the_stand_ins_and_nothing_else() -> None:
    ours = {f"k8stui_incluster/{path.name}" for path in FOLDER.glob("*.py")}
    standins = {str(path.relative_to(FOLDER)) for path in (FOLDER / "standins").rglob("*.py")}
    assert set(zipfile.ZipFile(io.BytesIO(incluster_zip())).namelist()) == ours | standins
    assert "k8stui_incluster/protocol.py" in ours


def test_it_is_made_anew_byte_for_byte() -> None:
    again = incluster_zip.__wrapped__()
    assert again == incluster_zip()
    assert again is not incluster_zip()


def test_its_modules_can_be_imported_from_it(tmp_path: Path) -> None:
    path = tmp_path / "k8stui.zip"
    path.write_bytes(incluster_zip())
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); from k8stui_incluster import protocol; print(protocol.SCHEMA)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program, str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "1\n"
