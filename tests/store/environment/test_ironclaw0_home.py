"""Whether IronClaw 0.x keeps its history in a file or on a server is decided as IronClaw itself decides it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from store.environment.source import SourceKind
from store.errors import BadConfiguration
from tests.store.environment.machine import SECRET, Machine

if TYPE_CHECKING:
    from pathlib import Path

URL = f"postgres://ironclaw:{SECRET}@db.example:6432/history"
SHOWN = "db.example:6432/history as ironclaw"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def server(machine: Machine) -> str:
    """Return the URL of the server that holds the history, having checked that nothing shows its password."""
    source = machine.locate()
    assert source.kind is SourceKind.IRONCLAW0_SERVER
    assert SECRET not in f"{source!r} {source.shown} {source.key} {source.why}"
    assert source.path is None
    return str(source.target)


def refusal(machine: Machine) -> str:
    with pytest.raises(BadConfiguration) as caught:
        machine.locate()
    message = str(caught.value)
    assert message.endswith(".")
    assert SECRET not in message
    return message


@pytest.mark.parametrize("backend", ["postgres", "PostgreSQL", "PG"])
def test_a_postgres_backend_leads_to_the_server_even_where_a_file_lies(machine: Machine, backend: str) -> None:
    machine.database()
    machine.own(f'DATABASE_BACKEND="{backend}"\nDATABASE_URL="{URL}"\n')
    assert server(machine) == URL
    source = machine.locate()
    assert (source.shown, source.key) == (SHOWN, "db.example:6432/history+ironclaw")
    assert source.why == "DATABASE_URL in ~/.ironclaw/.env"


@pytest.mark.parametrize("backend", ["libsql", "Turso", "SQLITE"])
def test_a_libsql_backend_wins_over_a_database_url(machine: Machine, backend: str) -> None:
    machine.environ.update(DATABASE_BACKEND=backend, DATABASE_URL=URL)
    assert machine.locate().path == machine.base / "ironclaw.db"


def test_the_backend_and_the_url_may_be_set_in_different_places_and_the_nearest_wins(machine: Machine) -> None:
    machine.own(f"DATABASE_URL={URL}\nDATABASE_BACKEND=libsql\n")
    machine.near("DATABASE_BACKEND=postgres\n")
    assert server(machine) == URL
    machine.environ["DATABASE_URL"] = "postgresql://nearer/history"
    assert server(machine) == "postgresql://nearer/history"
    assert machine.locate().why == "DATABASE_URL in the environment"


def test_a_url_alone_leads_to_the_server_unless_the_default_file_is_there(machine: Machine) -> None:
    machine.environ["DATABASE_URL"] = URL
    assert server(machine) == URL
    machine.database()
    assert machine.locate().path == machine.base / "ironclaw.db"


def test_an_empty_backend_counts_as_set_so_that_the_file_does_not_speak(machine: Machine) -> None:
    machine.database()
    machine.environ["DATABASE_URL"] = URL
    machine.own("DATABASE_BACKEND=\n")
    assert server(machine) == URL


def test_the_default_file_is_looked_for_below_home_wherever_the_base_directory_is(
    machine: Machine, tmp_path: Path
) -> None:
    elsewhere = machine.write(tmp_path / "elsewhere" / "ironclaw.db", "")
    machine.environ.update(DATABASE_URL=URL, IRONCLAW_BASE_DIR=str(elsewhere.parent))
    assert server(machine) == URL
    machine.database()
    assert machine.locate().path == elsewhere


def test_pairs_name_a_server_too_and_become_a_url(machine: Machine) -> None:
    machine.environ["DATABASE_URL"] = r"host=h port=5433 user=u dbname='my db' password='hunter2 \' x'"
    assert server(machine) == "postgresql:///?host=h&port=5433&user=u&dbname=my%20db&password=hunter2%20%27%20x"
    assert machine.locate().shown == "h:5433/my db as u"


def test_another_programs_database_url_is_no_matter_of_ours(machine: Machine) -> None:
    machine.near("DATABASE_URL=mysql://h/d\n")
    assert machine.locate().path == machine.base / "ironclaw.db"


def test_bootstrap_json_counts_where_there_is_no_dotenv_beside_it(machine: Machine) -> None:
    machine.write(machine.base / "bootstrap.json", json.dumps({"database_url": URL}))
    assert server(machine) == URL
    assert machine.locate().why == "DATABASE_URL in ~/.ironclaw/bootstrap.json"
    machine.own("OTHER=1\n")
    assert machine.locate().path == machine.base / "ironclaw.db"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"database_url": 1}', "[" * 5000])
def test_a_bootstrap_json_that_says_nothing_is_passed_over(machine: Machine, content: str) -> None:
    machine.write(machine.base / "bootstrap.json", content)
    assert machine.locate().path == machine.base / "ironclaw.db"


def test_what_config_toml_says_of_the_backend_counts_for_nothing(machine: Machine) -> None:
    machine.config(f'database_backend = "postgres"\ndatabase_url = "{URL}"\n')
    assert machine.locate().path == machine.base / "ironclaw.db"


@pytest.mark.parametrize(
    ("mode", "url", "then"),
    [
        ("Disable", "postgres://h/d", "postgres://h/d?sslmode=disable"),
        ("disable", "postgres://h/d?application_name=x", "postgres://h/d?application_name=x&sslmode=disable"),
        ("disable", "postgres://h/d?sslmode=verify-full", "postgres://h/d?sslmode=verify-full"),
        ("require", "postgres://h/d", "postgres://h/d"),
        ("prefer", "postgres://h/d", "postgres://h/d"),
    ],
)
def test_tls_is_switched_off_where_ironclaw_does_and_else_left_to_the_url(
    machine: Machine, mode: str, url: str, then: str
) -> None:
    machine.environ.update(DATABASE_URL=url, DATABASE_SSLMODE=mode)
    assert server(machine) == then


def test_a_backend_that_ironclaw_does_not_know_is_bad_configuration(machine: Machine) -> None:
    machine.environ["DATABASE_BACKEND"] = SECRET
    assert "DATABASE_BACKEND in the environment" in refusal(machine)


def test_postgres_without_a_place_is_bad_configuration(machine: Machine) -> None:
    machine.environ["DATABASE_BACKEND"] = "postgres"
    assert "no DATABASE_URL" in refusal(machine)
    machine.environ["DATABASE_URL"] = "mysql://h"
    assert "no DATABASE_URL" in refusal(machine)


def test_a_chosen_file_or_server_wins_over_any_backend(machine: Machine) -> None:
    machine.environ.update(DATABASE_BACKEND="postgres", DATABASE_URL=URL)
    assert str(machine.locate(db="/copy.db").path) == "/copy.db"
    chosen = machine.locate(db=f"postgresql://u:{SECRET}@other/d")
    assert (chosen.shown, chosen.why) == ("other:5432/d as u", "--db")
    assert chosen.server is not None
    assert chosen.server.has_password
