"""Nothing of the machine's terminal, locale, clock or load reaches a test. Runs before Textual is imported."""

from __future__ import annotations

import gc
import os
import sys
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

# A test module is compiled once, and not by every worker of every run.
sys.dont_write_bytecode = False
for name in ("NO_COLOR", "FORCE_COLOR", "TEXTUAL_THEME", "TEXTUAL_FILTERS", "TEXTUAL_DIM_FACTOR"):
    os.environ.pop(name, None)
os.environ["TEXTUAL_ANIMATIONS"] = "none"
os.environ["TZ"] = "UTC"
time.tzset()
for name in (
    "LIBSQL_PATH",
    "IRONCLAW_BASE_DIR",
    "IRONCLAW_OWNER_ID",
    "DATABASE_BACKEND",
    "DATABASE_URL",
    "LIBSQL_URL",
):
    os.environ.pop(name, None)

settings.register_profile(
    "clawback",
    deadline=None,
    max_examples=50 * int(os.environ.get("CLAWBACK_CAMPAIGN", "1")),
    suppress_health_check=[HealthCheck.too_slow],  # on a busy machine drawing is slow
)
settings.load_profile("clawback")


def pytest_collection_finish() -> None:
    """Look for garbage seldom, and never among modules and tests: they stay until the end."""
    gc.freeze()
    gc.set_threshold(10_000)


@pytest.fixture(scope="session", autouse=True)
def _server() -> Iterator[None]:
    """Stop the database server that a test of this process may have started."""
    yield
    if (started := sys.modules.get("tests.store.engines.postgres.server")) is not None:
        started.end()
