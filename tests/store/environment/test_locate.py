"""clawback opens the database, and takes the owner, that IronClaw itself would use."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from store.environment.locate import locate
from store.environment.source import Source, SourceKind
from store.errors import BadConfiguration
from tests.store.environment.machine import SECRET, Machine

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def refusal(call: Callable[[], object], kind: type[Exception]) -> str:
    """Return the message of the error, having checked that it is one sentence without a secret."""
    with pytest.raises(kind) as caught:
        call()
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    assert SECRET not in message
    return message


# Which file


def test_a_fresh_machine_has_the_default_file_and_the_default_owner(machine: Machine) -> None:
    found = machine.found()
    assert found.sources == (
        Source(
            name="0.x",
            kind=SourceKind.IRONCLAW0,
            shown="~/.ironclaw/ironclaw.db",
            why="IronClaw's default",
            owner="default",
            owner_source="IronClaw's default",
            is_owner_explicit=False,
            path=machine.base / "ironclaw.db",
        ),
    )
    assert (found.base_dir, found.base_dir_source) == (machine.base, "IronClaw's default")
    assert (found.home1, found.home1_source) == (machine.reborn, "IronClaw's default")


def test_the_environment_wins_over_the_near_dotenv_and_that_over_ironclaws_own(machine: Machine) -> None:
    machine.own("LIBSQL_PATH=/own.db\n")
    found = machine.locate()
    assert (found.path, found.why) == (Path("/own.db"), "LIBSQL_PATH in ~/.ironclaw/.env")
    machine.near("LIBSQL_PATH=/near.db\n")
    found = machine.locate()
    assert (found.path, found.why) == (Path("/near.db"), "LIBSQL_PATH in ./.env")
    machine.environ["LIBSQL_PATH"] = "/environ.db"
    found = machine.locate()
    assert (found.path, found.why) == (Path("/environ.db"), "LIBSQL_PATH in the environment")
    found = machine.locate(db="/chosen.db")
    assert (found.path, found.why) == (Path("/chosen.db"), "--db")


def test_an_empty_setting_hides_the_ones_behind_it_and_means_the_default(machine: Machine) -> None:
    machine.near("LIBSQL_PATH=/near.db\n")
    machine.environ["LIBSQL_PATH"] = ""
    assert machine.locate().path == machine.base / "ironclaw.db"


def test_the_nearest_parent_with_a_dotenv_stands_in_for_the_working_directory(machine: Machine) -> None:
    machine.write(machine.home / "work" / ".env", "LIBSQL_PATH=/parent.db\n")
    machine.write(machine.home / ".env", "LIBSQL_PATH=/grandparent.db\n")
    found = machine.locate()
    assert (found.path, found.why) == (Path("/parent.db"), "LIBSQL_PATH in ~/work/.env")


def test_a_dotenv_that_is_no_regular_file_is_passed_over(machine: Machine) -> None:
    (machine.cwd / ".env").mkdir()
    os.mkfifo(machine.home / "work" / ".env")
    machine.own("LIBSQL_PATH=/own.db\n")
    assert machine.locate().path == Path("/own.db")


def test_relative_paths_start_at_the_working_directory(machine: Machine) -> None:
    machine.own("LIBSQL_PATH=data/mine.db\n")
    assert machine.locate().path == machine.cwd / "data" / "mine.db"
    assert machine.locate(db="other.db").path == machine.cwd / "other.db"


def test_a_tilde_means_home_only_where_a_person_types_it(machine: Machine) -> None:
    machine.environ["LIBSQL_PATH"] = "~/mine.db"
    assert machine.locate().path == machine.cwd / "~" / "mine.db"
    assert machine.locate(db="~/mine.db").path == machine.home / "mine.db"


def test_a_dotenv_may_refer_to_the_environment_and_to_the_dotenv_before_it(machine: Machine) -> None:
    machine.environ["ROOT"] = "/srv"
    machine.near("NAME=mine\n")
    machine.own("LIBSQL_PATH=$ROOT/${NAME}.db\n")
    assert machine.locate().path == Path("/srv/mine.db")


# The base directory


def test_the_base_directory_moves_everything_in_it(machine: Machine, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    machine.environ["IRONCLAW_BASE_DIR"] = str(other)
    machine.write(other / "config.toml", 'owner_id = "zoe"\n')
    machine.own("LIBSQL_PATH=/ignored.db\n")
    found = machine.found()
    assert (found.sources[0].path, found.sources[0].owner) == (other / "ironclaw.db", "zoe")
    assert (found.base_dir, found.base_dir_source) == (other, "IRONCLAW_BASE_DIR in the environment")


def test_the_near_dotenv_may_set_the_base_directory_but_its_own_may_not(machine: Machine) -> None:
    machine.own("IRONCLAW_BASE_DIR=/elsewhere\n")
    assert machine.found().base_dir == machine.base
    machine.near("IRONCLAW_BASE_DIR=nearby\n")
    found = machine.found()
    assert (found.base_dir, found.base_dir_source) == (machine.cwd / "nearby", "IRONCLAW_BASE_DIR in ./.env")


# Which owner


def test_the_owner_is_named_by_the_user_then_the_settings_then_the_config(machine: Machine) -> None:
    machine.config('owner_id = "config"\n')
    found = machine.locate()
    assert (found.owner, found.owner_source) == ("config", "owner_id in ~/.ironclaw/config.toml")
    machine.own("IRONCLAW_OWNER_ID=own\n")
    assert machine.locate().owner == "own"
    machine.near("IRONCLAW_OWNER_ID=near\n")
    assert machine.locate().owner == "near"
    machine.environ["IRONCLAW_OWNER_ID"] = "environ"
    found = machine.locate()
    assert (found.owner, found.owner_source) == ("environ", "IRONCLAW_OWNER_ID in the environment")
    assert found.is_owner_explicit
    found = machine.locate(user="me")
    assert (found.owner, found.owner_source, found.is_owner_explicit) == ("me", "--user", True)


def test_an_owner_is_trimmed_and_a_blank_one_means_the_default(machine: Machine) -> None:
    machine.config('owner_id = "  zoe "\n')
    assert machine.locate().owner == "zoe"
    machine.environ["IRONCLAW_OWNER_ID"] = "  "
    found = machine.locate()
    assert (found.owner, found.is_owner_explicit) == ("default", False)


def test_an_owner_who_is_called_default_on_purpose_counts_as_named(machine: Machine) -> None:
    machine.environ["IRONCLAW_OWNER_ID"] = "default"
    assert machine.locate().is_owner_explicit


# Replicas


def test_a_remote_url_makes_the_local_file_a_replica_however_it_is_named(machine: Machine) -> None:
    machine.own("LIBSQL_URL=libsql://h\n")
    assert machine.locate().is_replica
    assert machine.locate(db="~/.ironclaw/ironclaw.db").is_replica
    assert machine.locate(db="~/.ironclaw/ironclaw.db", user="me").is_replica
    assert not machine.locate(db="/copy.db").is_replica


# Configuration that cannot be read


def test_a_setting_behind_a_broken_line_is_reported_with_file_and_line(machine: Machine) -> None:
    machine.own(f"A=1\nTOKEN={SECRET} {SECRET}\nLIBSQL_PATH=/own.db\n")
    message = refusal(machine.locate, BadConfiguration)
    assert "~/.ironclaw/.env sets LIBSQL_PATH" in message
    assert "line 2" in message


def test_a_broken_line_matters_only_if_it_hides_what_we_need(machine: Machine) -> None:
    machine.near("LIBSQL_PATH=/near.db\nnot an assignment\nOTHER=1\n")
    machine.own("neither is this\nLIBSQL_PATH=/own.db\n")
    assert machine.locate().path == Path("/near.db")


def test_a_dotenv_in_another_encoding_is_read_up_to_there(machine: Machine) -> None:
    (machine.base / ".env").write_bytes(b"LIBSQL_PATH=/own.db\n# caf\xe9\nIRONCLAW_OWNER_ID=zoe\n")
    assert "line 2" in refusal(machine.locate, BadConfiguration)
    assert machine.locate(user="me").path == Path("/own.db")


def test_an_unreadable_dotenv_is_reported(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = machine.own(f"TOKEN={SECRET}\n")
    read_bytes = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path == hidden:
            raise PermissionError(13, "Permission denied", str(path))
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    message = refusal(machine.locate, BadConfiguration)
    assert "~/.ironclaw/.env" in message
    assert "Permission denied" in message
    assert machine.locate(db="/copy.db", user="me").path == Path("/copy.db")


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b'a = 1\ntoken = "hunter2\n', "line 2"),
        (b"a = 1\nb = 2\nc = hunter2\n", "line 3"),
        (b'a = 1\nb = "\xe9 hunter2"\n', "line 2"),
        (b'token = """hunter2', "at its end"),
        (b'owner_id = ["hunter2"]', "owner_id"),
        (b"a = " + b"[" * 5000, "at its end"),
    ],
)
def test_a_broken_config_is_reported_with_file_and_line(machine: Machine, content: bytes, where: str) -> None:
    (machine.base / "config.toml").write_bytes(content)
    message = refusal(machine.locate, BadConfiguration)
    assert "~/.ironclaw/config.toml" in message
    assert where in message


def test_a_broken_config_does_not_matter_where_nothing_depends_on_it(machine: Machine) -> None:
    machine.config("= broken\n")
    machine.database()
    assert machine.locate(user="me").owner == "me"
    machine.environ["IRONCLAW_OWNER_ID"] = "zoe"
    assert machine.locate().owner == "zoe"


def test_whoever_names_both_file_and_owner_is_never_turned_away(machine: Machine) -> None:
    machine.near("broken line\nIRONCLAW_BASE_DIR=/elsewhere\nLIBSQL_URL=libsql://h\n")
    machine.config("= broken\n")
    found = machine.locate(db="/copy.db", user="me")
    assert (found.path, found.owner) == (Path("/copy.db"), "me")


# The machine itself


def test_without_arguments_the_machines_own_directories_count(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(machine.home))
    monkeypatch.chdir(machine.cwd)
    found = locate(environ={}).sources[0]
    assert found.path == machine.base / "ironclaw.db"


def test_looking_writes_nothing(machine: Machine) -> None:
    machine.own("LIBSQL_PATH=/own.db\n")
    before = sorted(machine.home.rglob("*"))
    machine.locate()
    assert sorted(machine.home.rglob("*")) == before
