"""Secret values: kept apart, found again, told to nobody."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend

from k8stui.model.errors import InvalidInputError, K8stuiError
from k8stui.stacks.secrets import Secrets

OWNER = "connector/eu"


class MemoryKeyring:
    """A keyring that can be locked."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._check()
        del self.kept[service, username]

    def _check(self) -> None:
        if self.locked:
            raise RuntimeError("the collection is locked")


@pytest.fixture
def stacks(tmp_path: Path) -> Path:
    return tmp_path / "config" / "stacks.yaml"


def in_file(stacks: Path) -> Secrets:
    return Secrets(stacks, place="file")


def secret_file(stacks: Path) -> Path:
    return stacks.with_name("stacks.secrets.json")


def test_values_are_found_again_by_another_session(stacks: Path) -> None:
    in_file(stacks).keep(OWNER, {"token": "t0p"})
    assert in_file(stacks).read(OWNER) == {"token": "t0p"}
    assert in_file(stacks).read("connector/us") == {}


def test_the_file_is_for_its_owner_alone_and_goes_with_the_last_value(stacks: Path) -> None:
    secrets = in_file(stacks)
    secrets.keep(OWNER, {"token": "a"})
    secrets.keep("artifact_store/s3", {"key": "b"})
    assert stat.S_IMODE(secret_file(stacks).stat().st_mode) == 0o600
    secrets.forget(OWNER)
    assert secrets.read(OWNER) == {}
    assert secrets.read("artifact_store/s3") == {"key": "b"}
    secrets.keep("artifact_store/s3", {})
    assert not secret_file(stacks).exists()


def test_keeping_replaces_all_values_of_the_owner(stacks: Path) -> None:
    secrets = in_file(stacks)
    secrets.keep(OWNER, {"access_key": "a", "session": "s"})
    secrets.keep(OWNER, {"access_key": "b"})
    assert secrets.read(OWNER) == {"access_key": "b"}


def test_a_keyring_is_used_where_there_is_one(stacks: Path) -> None:
    keyring = MemoryKeyring()
    secrets = Secrets(stacks, keyring=keyring)
    secrets.keep(OWNER, {"token": "t0p"})
    assert secrets.read(OWNER) == {"token": "t0p"}
    assert not secret_file(stacks).exists()
    secrets.forget(OWNER)
    assert keyring.kept == {}
    secrets.forget(OWNER)


class LibraryBackend(KeyringBackend):
    """A backend as the keyring library has them."""

    priority = 5.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library's own
        self.kept = MemoryKeyring()

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept.set_password(service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        self.kept.delete_password(service, username)


def test_the_librarys_keyring_is_taken_unless_it_is_none_to_rely_on(
    stacks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = LibraryBackend()
    monkeypatch.setattr("keyring.core.get_keyring", lambda: backend)
    secrets = Secrets(stacks, place="")
    secrets.keep(OWNER, {"token": "t0p"})
    assert secrets.where() == "the system's keyring"
    assert json.loads(*backend.kept.kept.values()) == {"token": "t0p"}
    monkeypatch.setattr(LibraryBackend, "priority", 0.5)
    assert Secrets(stacks, place="").where() == str(secret_file(stacks))


def test_two_stacks_files_do_not_share_values_in_one_keyring(tmp_path: Path) -> None:
    keyring = MemoryKeyring()
    Secrets(tmp_path / "a.yaml", keyring=keyring).keep(OWNER, {"token": "a"})
    assert Secrets(tmp_path / "b.yaml", keyring=keyring).read(OWNER) == {}


def test_what_was_kept_without_a_keyring_is_found_with_one_and_moves_there_when_it_changes(stacks: Path) -> None:
    in_file(stacks).keep(OWNER, {"token": "old"})
    secrets = Secrets(stacks, keyring=MemoryKeyring())
    assert secrets.read(OWNER) == {"token": "old"}
    secrets.keep(OWNER, {"token": "new"})
    assert not secret_file(stacks).exists()
    assert secrets.read(OWNER) == {"token": "new"}


def test_a_locked_keyring_is_told_with_the_way_out_and_keeps_what_was_there(stacks: Path) -> None:
    keyring = MemoryKeyring()
    secrets = Secrets(stacks, keyring=keyring)
    secrets.keep(OWNER, {"token": "t0p"})
    keyring.locked = True
    with pytest.raises(K8stuiError, match=r"keyring cannot be read: the collection is locked") as told:
        secrets.read(OWNER)
    assert "K8STUI_SECRETS=file" in told.value.hint
    with pytest.raises(K8stuiError, match="cannot be written"):
        secrets.keep(OWNER, {"token": "new"})
    keyring.locked = False
    assert secrets.read(OWNER) == {"token": "t0p"}


def test_no_value_is_printed(stacks: Path) -> None:
    secrets = in_file(stacks)
    secrets.keep(OWNER, {"token": "t0p"})
    assert "t0p" not in repr(secrets) + str(vars(secrets))
    secret_file(stacks).write_text('{"connector/eu": {"token": "t0p"')
    with pytest.raises(K8stuiError, match="damaged") as told:
        secrets.read(OWNER)
    assert "t0p" not in str(told.value)


def test_a_write_that_fails_leaves_the_old_values_and_no_rest(stacks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = in_file(stacks)
    secrets.keep(OWNER, {"token": "old"})

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(K8stuiError, match=r"cannot be written: No space left on device\."):
        secrets.keep(OWNER, {"token": "new"})
    assert json.loads(secret_file(stacks).read_text()) == {OWNER: {"token": "old"}}
    assert sorted(path.name for path in stacks.parent.iterdir()) == [
        ".stacks.secrets.json.lock",
        "stacks.secrets.json",
    ]


def test_many_writers_lose_nothing(stacks: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: in_file(stacks).keep(f"connector/{n}", {"n": str(n)}), range(40)))
    assert [in_file(stacks).read(f"connector/{n}") for n in range(40)] == [{"n": str(n)} for n in range(40)]


def test_the_variable_is_checked_and_may_insist_on_a_keyring(stacks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("K8STUI_SECRETS", "vault")
    with pytest.raises(InvalidInputError, match="K8STUI_SECRETS: 'vault' is not possible"):
        Secrets(stacks)
    monkeypatch.setattr("k8stui.stacks.secrets._system_keyring", lambda: None)
    assert Secrets(stacks, place="").where() == str(secret_file(stacks))
    with pytest.raises(K8stuiError, match="no keyring"):
        Secrets(stacks, place="keyring").keep(OWNER, {"token": "t"})
