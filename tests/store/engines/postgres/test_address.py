"""Of an address everything is shown that leads to the database, and nothing that opens it."""

from __future__ import annotations

import pytest

from store.engines.postgres.address import Address
from store.errors import BadConfiguration

SECRET = "hunter2"


@pytest.fixture(autouse=True)
def _no_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGHOSTADDR", "PGPORT", "PGUSER", "PGDATABASE", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        (f"postgresql://ada:{SECRET}@db.example.org/ironclaw", "postgresql://ada@db.example.org:5432/ironclaw"),
        (f"postgres://ada:{SECRET}@h:6543/d?sslmode=require", "postgresql://ada@h:6543/d"),
        (f"postgresql://ada:{SECRET}@one:1,two:2/d", "postgresql://ada@one:1,two:2/d"),
        (f"postgresql://ada:{SECRET}@one,two/d", "postgresql://ada@one:5432,two:5432/d"),
        (f"host=h port=1 user=ada password={SECRET} dbname=d", "postgresql://ada@h:1/d"),
        (f"postgresql://ada:{SECRET}@h/d%1b%5b2J", "postgresql://ada@h:5432/d?[2J"),
        (f"postgresql://h/d?user=ada&password={SECRET}", "postgresql://ada@h:5432/d"),
    ],
)
def test_an_address_is_shown_without_its_password(target: str, shown: str) -> None:
    address = Address(target)
    assert address.shown == shown
    assert SECRET not in repr(address)


@pytest.mark.parametrize(
    "target",
    [
        f"postgresql://ada:p@{SECRET}@h/d",
        f"postgresql://ada:1/{SECRET}@h/d",
        f"postgresql://ada:{SECRET}/x@h/d",
        f"postgresql://ada:{SECRET}%@h/d",
        f"host='{SECRET}",
    ],
)
def test_a_password_that_cuts_the_address_wrong_is_refused_without_being_shown(target: str) -> None:
    with pytest.raises(BadConfiguration) as caught:
        Address(target)
    assert SECRET not in str(caught.value)
    assert caught.value.__context__ is None


def test_what_the_address_leaves_out_comes_from_the_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "elsewhere")
    monkeypatch.setenv("PGUSER", "ada")
    monkeypatch.setenv("PGPASSWORD", SECRET)
    assert Address("postgresql:///ironclaw").shown == "postgresql://ada@elsewhere:5432/ironclaw"
