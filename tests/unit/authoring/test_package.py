"""The code package holds what the steps need, always as the same bytes, and nothing else."""

from __future__ import annotations

import io
import os
import zipfile
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from k8stui.authoring import package
from k8stui.authoring.load import load
from k8stui.model.errors import InvalidInputError

from .conftest import Write

FLOW = "from k8stui import pipeline, step\n@step\ndef a(): ...\n@pipeline\ndef p():\n    a()\n"


def packed(root: Path) -> list[str]:
    code = package.zipped(package.collect(root))
    return zipfile.ZipFile(io.BytesIO(code.data)).namelist()


def test_python_and_text_data_are_packed_and_nothing_else(write: Write, tmp_path: Path) -> None:
    wanted = ["a.py", "data/cities.csv", "data/query.sql", "pack/__init__.py", "prompt.txt", "settings.yaml"]
    for name in wanted:
        write(name, "x")
    for name in (
        ".env",
        ".git/config.py",
        ".venv/lib.py",
        "__pycache__/a.py",
        "node_modules/x.json",
        "env/pyvenv.cfg",
        "env/lib/site.py",
        "lib/site-packages/y.py",
        "mine.egg-info/SOURCES.txt",
        "model.bin",
        "photo.png",
    ):
        write(name, "x")
    assert packed(tmp_path) == wanted


def test_the_ignore_file_names_what_stays_out(write: Write, tmp_path: Path) -> None:
    for name in ("a.py", "big.csv", "data/big.csv", "data/small.csv", "notes/x.md", "sub/notes/y.md", "sub/top.txt"):
        write(name, "x")
    write(".k8stuiignore", "# not needed\nbig.csv\nnotes/\n/sub/*.txt\n")
    assert packed(tmp_path) == ["a.py", "data/small.csv"]


def test_gitignore_counts_from_the_top_of_the_repository_and_deeper_files_win(write: Write, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    write(".gitignore", "*.csv\nout/\n/flows/local.py\n# !x.csv\n\\\n")
    write("flows/.gitignore", "!kept.csv\n")
    for name in ("a.py", "local.py", "x.csv", "kept.csv", "out/b.py", "in/local.py"):
        write(f"flows/{name}", "x")
    assert packed(tmp_path / "flows") == ["a.py", "in/local.py", "kept.csv"]


def test_a_folder_that_its_repository_ignores_is_packed_by_its_own_rules(write: Write, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    write(".gitignore", "scratch/\n")
    write("scratch/.gitignore", "b.py\n")
    for name in ("a.py", "b.py"):
        write(f"scratch/try/{name}", "x")
    assert packed(tmp_path / "scratch" / "try") == ["a.py", "b.py"]
    assert packed(tmp_path / "scratch") == ["try/a.py"]


def test_k8stuiignore_wins_and_takes_in_what_would_be_left_out(write: Write, tmp_path: Path) -> None:
    for name in ("a.py", "made.json", "weights.bin", "b.bin", "c.csv"):
        write(name, "x")
    write(".gitignore", "made.json\n")
    write(".k8stuiignore", "!made.json\n!weights.bin\n*.csv\n")
    assert packed(tmp_path) == ["a.py", "made.json", "weights.bin"]


def test_a_list_of_what_goes_in_may_take_folders_in(write: Write, tmp_path: Path) -> None:
    for name in ("a.py", "a.txt", "sub/b.py", "sub/deep/c.py", "sub/deep/c.txt"):
        write(name, "")
    for name in (".gitignore", ".k8stuiignore"):
        write(name, "*\n!*/\n!*.py\n")
        assert packed(tmp_path) == ["a.py", "sub/b.py", "sub/deep/c.py"]
        (tmp_path / name).unlink()


def test_ignore_files_are_never_packed_themselves(write: Write, tmp_path: Path) -> None:
    for name in (".k8stuiignore", ".gitignore", "sub/.gitignore"):
        write(name, "!*\n")
    write("a.bin", "")
    assert packed(tmp_path) == ["a.bin"]


def test_a_line_of_k8stuiignore_that_is_no_pattern_is_told(write: Write, tmp_path: Path) -> None:
    write("a.py", "x")
    write(".k8stuiignore", "*.csv\n!\n")
    with pytest.raises(InvalidInputError, match=r"\.k8stuiignore:2: '!' is no pattern"):
        package.collect(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("conf/gcp-credentials.json", "{}", "its name"),
        ("Secrets.yaml", "", "its name"),
        ("key.txt", f"-----BEGIN RSA PRIVATE KEY-----\n{'MIIE' * 16}\n", "a private key"),
        ("key.json", f'{{"key": "-----BEGIN PRIVATE KEY-----\\n{"MIIE" * 16}"}}', "a private key"),
        (
            "old.txt",
            f"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: DES,AB\n\n{'MIIE' * 16}\n",
            "a private key",
        ),
        ("flow.py", f"KEY = 'AKIA{'Q' * 16}'\n", "an access key of AWS"),
        ("c.yaml", f"users:\n  client-key-data: {'LS0t' * 20}\n", "a key of a kubeconfig"),
        ("notes.md", f"use ghp_{'a1' * 18}\n", "a token of GitHub"),
    ],
)
def test_what_looks_like_a_secret_is_refused_until_it_is_asked_for(
    name: str, text: str, why: str, write: Write, tmp_path: Path
) -> None:
    write(name, text)
    with pytest.raises(InvalidInputError, match=rf"{name} looks like a secret \({why}\)") as caught:
        package.collect(tmp_path)
    assert f"!{Path(name).name}" in caught.value.hint
    write(".gitignore", f"{name}\n")
    assert packed(tmp_path) == []
    write(".k8stuiignore", f"!{Path(name).name}\n")
    assert packed(tmp_path) == [name]


def test_names_and_words_that_only_remind_of_secrets_are_packed(write: Write, tmp_path: Path) -> None:
    write("credentials.py", "KEY = os.environ['AWS_SECRET_ACCESS_KEY']  # not AKIAIOSFODNN7EXAMPLE\n")
    write("secretary.json", '{"kind": "Secret"}')
    write(
        "keys.py", "if text.startswith('-----BEGIN PRIVATE KEY-----'):\n    raise ValueError('a key, not its path')\n"
    )
    write("kubeconfig.md", "How to get one\n")
    write("credentials.schema.json", "{}")
    assert packed(tmp_path) == [
        "credentials.py",
        "credentials.schema.json",
        "keys.py",
        "kubeconfig.md",
        "secretary.json",
    ]


def test_the_same_files_make_the_same_bytes(write: Write, tmp_path: Path) -> None:
    for name in ("b.py", "a.py"):
        write(name, "x = 1\n")
    first = package.zipped(package.collect(tmp_path))
    os.utime(tmp_path / "a.py", (1, 1))
    (tmp_path / "a.py").chmod(0o755)
    assert package.zipped(package.collect(tmp_path)) == first
    write("a.py", "x = 2\n")
    assert package.zipped(package.collect(tmp_path)).digest != first.digest


def test_collecting_stops_in_a_directory_that_is_not_one_of_source_code(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a.txt", "x" * (1 << 20))
    write("b.txt", "12345678")
    package.collect(tmp_path)
    monkeypatch.setenv("K8STUI_MAX_CODE_MIB", "1")
    with pytest.raises(InvalidInputError, match=r"come to more than 1 MiB.*a\.txt") as caught:
        package.collect(tmp_path)
    assert ".k8stuiignore" in caught.value.hint
    assert "K8STUI_MAX_CODE_MIB" in caught.value.hint
    monkeypatch.setenv("K8STUI_MAX_CODE_MIB", "1 GiB")
    with pytest.raises(InvalidInputError, match="K8STUI_MAX_CODE_MIB: '1 GiB' is no number of MiB"):
        package.collect(tmp_path)


def test_a_step_whose_own_file_is_ignored_is_told(write: Write) -> None:
    file = write("flow.py", FLOW)
    write(".k8stuiignore", "flow.py\n")
    with pytest.raises(InvalidInputError, match=r"flow\.py is needed by a step and left out"):
        load(str(file)).trace()


def test_steps_of_another_directory_are_packed_with_it(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write("library/lib.py", "from k8stui import step\n@step\ndef a(): ...\n")
    file = write("flows/flow.py", "from k8stui import pipeline\nfrom lib import a\n@pipeline\ndef p():\n    a()\n")
    monkeypatch.syspath_prepend(str(Path("library").resolve()))
    code = load(str(file)).trace().code
    assert code is not None
    assert zipfile.ZipFile(io.BytesIO(code.data)).namelist() == ["flow.py", "lib.py"]


def test_a_pipeline_that_lies_inside_an_installed_package_is_packed_and_what_is_installed_is_not(write: Write) -> None:
    """Examples that a wheel brings are imported from their own folder, where no image has them."""
    example = write("lib/site-packages/tool/examples/flow.py", "import helper\n" + FLOW)
    write("lib/site-packages/tool/examples/helper.py")
    code = load(str(example)).trace().code
    assert code is not None
    assert zipfile.ZipFile(io.BytesIO(code.data)).namelist() == ["flow.py", "helper.py"]
    whole = load(str(write("lib/site-packages/whole.py", FLOW))).trace().code
    assert whole is not None
    assert whole.files == 0


def test_two_different_files_of_one_name_are_refused(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write("library/lib.py", "from k8stui import step\n@step\ndef a(): ...\n")
    write("library/util.py", "x = 1\n")
    write("flows/util.py", "x = 2\n")
    file = write("flows/flow.py", "from k8stui import pipeline\nfrom lib import a\n@pipeline\ndef p():\n    a()\n")
    monkeypatch.syspath_prepend(str(Path("library").resolve()))
    with pytest.raises(InvalidInputError, match=r"would be the same file util\.py"):
        load(str(file)).trace()


def test_own_modules_that_steps_import_from_elsewhere_are_packed_alone(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("project/shared/__init__.py", "from . import parts\n")
    write("project/shared/parts.py", "import single\n")
    write("project/shared/table.csv", "x")
    write("project/single.py")
    write("project/unrelated.py")
    write("site-packages/installed_lib.py")
    write("target/other_lib/__init__.py")
    write("target/other_lib-1.0.dist-info/METADATA")
    text = "import os, json, installed_lib, other_lib\nfrom shared.parts import x\n" + FLOW
    file = write("flows/flow.py", text)
    for folder in ("project", "site-packages", "target"):
        monkeypatch.syspath_prepend(str(Path(folder).resolve()))
    write("project/shared/parts.py", "import single\nx = 1\n")
    code = load(str(file)).trace().code
    assert code is not None
    names = zipfile.ZipFile(io.BytesIO(code.data)).namelist()
    assert names == ["flow.py", "shared/__init__.py", "shared/parts.py", "shared/table.csv", "single.py"]


def test_packages_with_compiled_parts_come_with_the_image(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write("project/fast/__init__.py")
    write(f"project/fast/core{EXTENSION_SUFFIXES[0]}")
    file = write("flows/flow.py", "import fast\n" + FLOW)
    monkeypatch.syspath_prepend(str(Path("project").resolve()))
    code = load(str(file)).trace().code
    assert code is not None
    assert code.files == 1
