"""clawback opens the database, and takes the owner, that IronClaw itself would use."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from store.environment.locate import Location, locate
from store.errors import BadConfiguration, UnsupportedBackend

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = "hunter2"


class Machine:
    """A home directory, a working directory below it, and an environment."""

    def __init__(self, root: Path) -> None:
        self.home = root / "home"
        self.base = self.home / ".ironclaw"
        self.cwd = self.home / "work" / "deep"
        self.environ: dict[str, str] = {}
        self.base.mkdir(parents=True)
        self.cwd.mkdir(parents=True)

    def near(self, text: str) -> Path:
        return self.write(self.cwd / ".env", text)

    def own(self, text: str) -> Path:
        return self.write(self.base / ".env", text)

    def config(self, text: str) -> Path:
        return self.write(self.base / "config.toml", text)

    def database(self) -> Path:
        return self.write(self.base / "ironclaw.db", "")

    def write(self, path: Path, text: str) -> Path:
        path.write_text(text, encoding="utf-8")
        return path

    def locate(self, db: str | None = None, user: str | None = None) -> Location:
        return locate(db=db, user=user, environ=self.environ, cwd=self.cwd, home=self.home)


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
    assert machine.locate() == Location(
        path=machine.base / "ironclaw.db",
        source="IronClaw's default",
        owner="default",
        owner_source="IronClaw's default",
        is_owner_explicit=False,
        base_dir=machine.base,
        base_dir_source="IronClaw's default",
        is_replica=False,
    )


def test_the_environment_wins_over_the_near_dotenv_and_that_over_ironclaws_own(machine: Machine) -> None:
    machine.own("LIBSQL_PATH=/own.db\n")
    found = machine.locate()
    assert (found.path, found.source) == (Path("/own.db"), "LIBSQL_PATH in ~/.ironclaw/.env")
    machine.near("LIBSQL_PATH=/near.db\n")
    found = machine.locate()
    assert (found.path, found.source) == (Path("/near.db"), "LIBSQL_PATH in ./.env")
    machine.environ["LIBSQL_PATH"] = "/environ.db"
    found = machine.locate()
    assert (found.path, found.source) == (Path("/environ.db"), "LIBSQL_PATH in the environment")
    found = machine.locate(db="/chosen.db")
    assert (found.path, found.source) == (Path("/chosen.db"), "--db")


def test_an_empty_setting_hides_the_ones_behind_it_and_means_the_default(machine: Machine) -> None:
    machine.near("LIBSQL_PATH=/near.db\n")
    machine.environ["LIBSQL_PATH"] = ""
    assert machine.locate().path == machine.base / "ironclaw.db"


def test_the_nearest_parent_with_a_dotenv_stands_in_for_the_working_directory(machine: Machine) -> None:
    machine.write(machine.home / "work" / ".env", "LIBSQL_PATH=/parent.db\n")
    machine.write(machine.home / ".env", "LIBSQL_PATH=/grandparent.db\n")
    found = machine.locate()
    assert (found.path, found.source) == (Path("/parent.db"), "LIBSQL_PATH in ~/work/.env")


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
    found = machine.locate()
    assert (found.path, found.owner) == (other / "ironclaw.db", "zoe")
    assert (found.base_dir, found.base_dir_source) == (other, "IRONCLAW_BASE_DIR in the environment")


def test_the_near_dotenv_may_set_the_base_directory_but_its_own_may_not(machine: Machine) -> None:
    machine.own("IRONCLAW_BASE_DIR=/elsewhere\n")
    assert machine.locate().base_dir == machine.base
    machine.near("IRONCLAW_BASE_DIR=nearby\n")
    found = machine.locate()
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


# PostgreSQL


@pytest.mark.parametrize("backend", ["postgres", "PostgreSQL", "PG"])
def test_a_postgres_backend_is_refused_even_where_a_file_lies(machine: Machine, backend: str) -> None:
    machine.database()
    machine.own(f'DATABASE_BACKEND="{backend}"\nDATABASE_URL="postgres://u:{SECRET}@h/d"\n')
    message = refusal(machine.locate, UnsupportedBackend)
    assert "DATABASE_BACKEND in ~/.ironclaw/.env" in message
    assert "--db" in message


@pytest.mark.parametrize("backend", ["libsql", "Turso", "SQLITE"])
def test_a_libsql_backend_wins_over_a_database_url(machine: Machine, backend: str) -> None:
    machine.environ.update(DATABASE_BACKEND=backend, DATABASE_URL="postgres://h/d")
    assert machine.locate().path == machine.base / "ironclaw.db"


@pytest.mark.parametrize("url", ["postgres://u:hunter2@h/d", "POSTGRESQL://h/d", "host=h password=hunter2"])
def test_a_postgres_url_is_refused_unless_a_file_lies_there(machine: Machine, url: str) -> None:
    machine.environ["DATABASE_URL"] = url
    assert "DATABASE_URL in the environment" in refusal(machine.locate, UnsupportedBackend)
    machine.database()
    assert machine.locate().path.exists()


def test_the_default_file_speaks_for_libsql_even_if_the_base_directory_is_elsewhere(machine: Machine) -> None:
    machine.database()
    machine.environ.update(DATABASE_URL="postgres://h/d", IRONCLAW_BASE_DIR="/elsewhere")
    assert machine.locate().path == Path("/elsewhere/ironclaw.db")


def test_another_programs_database_url_is_no_matter_of_ours(machine: Machine) -> None:
    machine.near("DATABASE_URL=mysql://h/d\n")
    assert machine.locate().path == machine.base / "ironclaw.db"


def test_the_backend_in_the_config_only_explains_a_missing_file(machine: Machine) -> None:
    machine.config('database_backend = "Postgres"\n')
    assert "database_backend in ~/.ironclaw/config.toml" in refusal(machine.locate, UnsupportedBackend)
    machine.database()
    assert machine.locate().path.exists()


def test_a_backend_that_ironclaw_does_not_know_is_bad_configuration(machine: Machine) -> None:
    machine.environ["DATABASE_BACKEND"] = SECRET
    assert "DATABASE_BACKEND in the environment" in refusal(machine.locate, BadConfiguration)


def test_a_chosen_file_wins_over_any_backend(machine: Machine) -> None:
    machine.environ.update(DATABASE_BACKEND="postgres", DATABASE_URL="postgres://h/d")
    assert machine.locate(db="/copy.db").path == Path("/copy.db")


def test_a_postgres_url_is_no_file_to_choose(machine: Machine) -> None:
    refusal(lambda: machine.locate(db=f"postgresql://u:{SECRET}@h/d"), UnsupportedBackend)


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
    found = locate(environ={})
    assert found.path == machine.base / "ironclaw.db"


def test_looking_writes_nothing(machine: Machine) -> None:
    machine.own("LIBSQL_PATH=/own.db\n")
    before = sorted(machine.home.rglob("*"))
    machine.locate()
    assert sorted(machine.home.rglob("*")) == before
