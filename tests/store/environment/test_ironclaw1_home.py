"""The histories of IronClaw 1.x are found by its home, its profile and its layout, the one written last first."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from store.environment.source import SourceKind
from store.errors import BadConfiguration, UnsupportedBackend
from tests.store.environment.machine import Machine

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def folders(machine: Machine) -> list[str]:
    return [str(each.path.parent.relative_to(machine.reborn)) for each in machine.found().sources if each.path]


def write_at(path: Path, seconds: int) -> None:
    os.utime(path, (seconds, seconds))


def test_both_lives_are_found_side_by_side(machine: Machine) -> None:
    machine.database()
    machine.threads()
    old, new = machine.found().sources
    assert (old.name, old.kind) == ("0.x", SourceKind.IRONCLAW0)
    assert (new.name, new.kind, new.owner) == ("1.x", SourceKind.IRONCLAW1, "reborn-cli")
    assert new.shown == "~/.ironclaw/reborn/local-dev/reborn-local-dev.db"
    assert machine.found().named("1.x") == new
    assert machine.found().named("2.x") is None


def test_a_default_place_of_0_x_where_nothing_lies_is_no_history_beside_1_x(machine: Machine) -> None:
    machine.threads()
    assert [each.name for each in machine.found().sources] == ["1.x"]
    machine.environ.update(DATABASE_BACKEND="postgres", DATABASE_URL="postgres://h/d")
    assert [each.name for each in machine.found().sources] == ["0.x", "1.x"]


@pytest.mark.parametrize(
    ("folder", "why"),
    [
        ("state", "state/"),
        ("local-dev", "IronClaw's default profile"),
        ("hosted-single-tenant", "the profile hosted-single-tenant"),
        ("hosted-single-tenant-volume", "the profile hosted-single-tenant-volume"),
        ("hosted-single-tenant-volume-sandboxed", "the profile hosted-single-tenant-volume-sandboxed"),
        (".", "the home itself"),
    ],
)
def test_a_file_is_found_in_every_folder_that_1_x_uses(machine: Machine, folder: str, why: str) -> None:
    machine.threads(folder)
    assert folders(machine) == [folder]
    assert machine.locate().why == why


def test_the_layout_is_named_where_it_is_in_force(machine: Machine) -> None:
    machine.threads("state")
    machine.write(machine.reborn / "layout.toml", "")
    assert machine.locate().why == "state/, by layout.toml"


@pytest.mark.parametrize(
    ("profile", "folder"),
    [
        ("local-dev-yolo", "local-dev"),
        ("production", "local-dev"),
        ("hosted-single-tenant", "hosted-single-tenant"),
        ("hosted-single-tenant-volume-railway", "hosted-single-tenant-volume-sandboxed"),
    ],
)
def test_the_profile_of_the_environment_or_the_config_says_why(machine: Machine, profile: str, folder: str) -> None:
    machine.threads(folder)
    machine.write(machine.reborn / "config.toml", f'[boot]\nprofile = "{profile}"\n')
    assert machine.locate().why == "boot.profile in ~/.ironclaw/reborn/config.toml"
    machine.environ["IRONCLAW_REBORN_PROFILE"] = profile
    assert machine.locate().why == "IRONCLAW_REBORN_PROFILE in the environment"


def test_of_several_files_the_one_written_last_comes_first_and_it_is_said_which(machine: Machine) -> None:
    for seconds, folder in ((300, "local-dev"), (100, "state"), (200, ".")):
        write_at(machine.threads(folder), seconds)
    assert folders(machine) == ["local-dev", ".", "state"]
    found = machine.found().sources
    assert [each.name for each in found] == ["1.x", "1.x-2", "1.x-3"]
    assert [each.why.rpartition("; ")[2] for each in found] == ["written last of 3", "older of 3", "older of 3"]
    write_at(machine.write(machine.reborn / "state" / "reborn-local-dev.db-wal", ""), 400)
    assert folders(machine) == ["state", "local-dev", "."]


def test_a_file_without_threads_is_no_history(machine: Machine) -> None:
    machine.empty.add(machine.threads("."))
    assert [each.name for each in machine.found().sources] == ["0.x"]
    machine.threads("local-dev")
    assert folders(machine) == ["local-dev"]


def test_one_file_under_two_names_is_one_history(machine: Machine) -> None:
    moved = machine.threads("state")
    (machine.reborn / "local-dev").mkdir()
    (machine.reborn / "local-dev" / moved.name).symlink_to(moved)
    assert folders(machine) == ["state"]


def test_the_environment_moves_the_home(machine: Machine, tmp_path: Path) -> None:
    machine.threads()
    machine.environ["IRONCLAW_REBORN_HOME"] = str(tmp_path / "other")
    assert machine.found().home1 == tmp_path / "other"
    assert [each.name for each in machine.found().sources] == ["0.x"]
    path = machine.write(tmp_path / "other" / "local-dev" / "reborn-local-dev.db", "")
    assert machine.locate().path == path


@pytest.mark.parametrize("home", ["relative", "/a/../b", "/", "BASE"])
def test_a_home_that_1_x_refuses_is_refused_and_the_other_history_stays(machine: Machine, home: str) -> None:
    machine.database()
    machine.environ["IRONCLAW_REBORN_HOME"] = str(machine.base) if home == "BASE" else home
    old, new = machine.found().sources
    assert old.target
    with pytest.raises(BadConfiguration, match=r"IRONCLAW_REBORN_HOME in the environment .*\.$"):
        assert new.target


def test_the_owner_is_named_by_the_user_the_environment_or_the_config(machine: Machine) -> None:
    machine.threads()
    machine.write(machine.reborn / "config.toml", '[identity]\ndefault_owner = "config"\n')
    found = machine.locate()
    assert (found.owner, found.owner_source) == (
        "config",
        "identity.default_owner in ~/.ironclaw/reborn/config.toml",
    )
    machine.environ["IRONCLAW_REBORN_WEBUI_USER_ID"] = "environ"
    assert machine.locate().owner == "environ"
    found = machine.locate(user="me")
    assert (found.owner, found.owner_source, found.is_owner_explicit) == ("me", "--user", True)


def test_a_chosen_file_of_1_x_has_the_owner_of_1_x(machine: Machine) -> None:
    path = machine.threads()
    found = machine.locate(db=str(path))
    assert (found.kind, found.owner, found.why) == (SourceKind.IRONCLAW1, "reborn-cli", "--db")


@pytest.mark.parametrize("way", ["backend", "profile"])
def test_1_x_on_a_server_is_recognised_and_refused_in_one_sentence(machine: Machine, way: str) -> None:
    machine.database()
    if way == "backend":
        machine.write(machine.reborn / "config.toml", '[storage]\nbackend = "postgres"\nurl_env = "MY_URL"\n')
        machine.environ["MY_URL"] = "postgres://u:hunter2@h/d"
    else:
        machine.environ["IRONCLAW_REBORN_PROFILE"] = "production"
        machine.environ["IRONCLAW_REBORN_POSTGRES_URL"] = "postgres://u:hunter2@h/d"
    old, new = machine.found().sources
    assert (old.name, new.name, new.kind) == ("0.x", "1.x", SourceKind.IRONCLAW1_SERVER)
    with pytest.raises(UnsupportedBackend, match=r"does not read yet.*\.$") as caught:
        assert new.target
    assert "hunter2" not in f"{caught.value} {new!r}"


def test_a_broken_config_of_1_x_leaves_0_x_alone(machine: Machine) -> None:
    machine.database()
    machine.write(machine.reborn / "config.toml", "= broken\n")
    old, new = machine.found().sources
    assert old.target
    assert "is not valid TOML" in new.refusal


def test_broken_settings_of_0_x_leave_1_x_alone(machine: Machine) -> None:
    machine.near("broken line\nLIBSQL_PATH=/own.db\n")
    machine.threads()
    old, new = machine.found().sources
    assert "./.env sets LIBSQL_PATH" in old.refusal
    assert new.target
