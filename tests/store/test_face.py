"""What ``import store`` brings: every name it promises, no screen, and an example that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import store
from tests.store.conftest import USER, add_conversation, add_message, plain, run_python

if TYPE_CHECKING:
    from pathlib import Path


def test_the_store_knows_no_screen() -> None:
    loaded = run_python("import store, sys; print(*sys.modules)").split()
    assert "store.ironclaw0.sqlite.store" in loaded
    assert not {"textual", "rich", "tui", "markdown_it", "pygments"} & set(loaded)


def test_all_is_sorted_and_whole() -> None:
    assert {name for name in store.__all__ if not hasattr(store, name)} == set()
    errors = {name for name, value in vars(store.errors).items() if isinstance(value, type)}
    assert errors <= set(store.__all__)


def test_the_example_of_the_docstring_runs(path: Path) -> None:
    with plain(path) as db:
        add_message(db, add_conversation(db, user_id=USER), "Is it warm?")
    example = (store.__doc__ or "").split("::\n")[1].split("``contract``")[0]
    code = "\n".join(line[4:] for line in example.splitlines())
    assert run_python(code.replace("~/.ironclaw/ironclaw.db", str(path))).split("\n")[:2] == [
        "Is it warm? 1",
        "Is it warm?",
    ]
