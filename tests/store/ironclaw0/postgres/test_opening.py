"""A server is opened by its address; what cannot be opened is said in one sentence, without its password."""

from __future__ import annotations

import pytest

from store import BadConfiguration, NoConversations, NoServer, OpenError, open_store
from tests.store.conftest import run_python
from tests.store.engines.postgres import server

SECRET = "hunter2"

WITHOUT_DRIVER = """
import asyncio, sys
sys.modules["psycopg"] = None
from store import UnsupportedBackend, open_store
try:
    asyncio.run(open_store("postgresql://localhost/ironclaw").__aenter__())
except UnsupportedBackend as error:
    print(error)
"""


def test_without_the_driver_one_sentence_names_the_extra() -> None:
    assert "'clawback[postgres]'" in run_python(WITHOUT_DRIVER)


def test_the_driver_is_imported_only_for_a_server() -> None:
    assert run_python("import store, sys; print('psycopg' in sys.modules)").strip() == "False"


@pytest.mark.parametrize(
    ("address", "error"),
    [
        (f"postgresql://ada:{SECRET}@127.0.0.1:1/ironclaw", NoServer),
        (f"postgresql://ada:{SECRET}@127.0.0.1:port/ironclaw", OpenError),
        (f"postgresql://ada:{SECRET}%zz@h/d", BadConfiguration),
        (f"host=/nowhere user=ada password={SECRET} dbname=ironclaw", NoServer),
        (f"host=h password='{SECRET}", BadConfiguration),
        (f"postgresql://ada:{SECRET}@h/d?sslmode={SECRET}", OpenError),
    ],
)
async def test_no_failure_to_open_tells_the_password(address: str, error: type[OpenError]) -> None:
    with pytest.raises(error) as caught:
        await open_store(address)
    told: BaseException | None = caught.value
    while told is not None:
        assert SECRET not in str(told)
        told = told.__context__


async def test_a_database_without_conversations_is_said_to_be_one() -> None:
    address = server.new_database()
    with pytest.raises(NoConversations, match="none of IronClaw's conversations"):
        await open_store(address)
    with pytest.raises(OpenError, match="no such database"):
        await open_store(server.address_of("nowhere"))
