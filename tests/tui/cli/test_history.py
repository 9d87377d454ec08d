"""Of several histories one is opened: the one that is named, was used last, or has the newest message."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from store import open_store
from store.environment.locate import Found
from store.environment.source import Source, SourceKind
from tests.store.conftest import Clock
from tests.tui.cli.test_cli import printed, refused, run
from tui.cli import history
from tui.config.state import State

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "hunter2"
# Nobody listens there.
URL = f"postgresql://ada:{SECRET}@127.0.0.1:1/history"


async def source(folder: Path, name: str, day: int) -> Source:
    """Return a history whose newest message is of some day."""
    clock = Clock()
    clock.moment = clock.moment.replace(day=day)
    path = folder / f"{name}.db"
    async with open_store(path, create=True, clock=clock) as store:
        await store.create_conversation("gateway", "default")
    return Source(name, SourceKind.IRONCLAW0, str(path), "a test", "default", "a test", True, path=path)


def found(*sources: Source) -> Found:
    folder = sources[0].path
    assert folder is not None
    return Found(sources, folder, "a test", folder, "a test")


async def test_on_the_first_start_the_newest_message_decides(tmp_path: Path) -> None:
    both = found(await source(tmp_path, "0.x", 3), await source(tmp_path, "1.x", 4))
    choice = await history.choose(both, State(None))
    assert (choice.source.name, choice.why, choice.is_first_start) == ("1.x", "has the newest message", True)


async def test_afterwards_the_one_used_last_is_opened(tmp_path: Path) -> None:
    both = found(await source(tmp_path, "0.x", 3), await source(tmp_path, "1.x", 4))
    state = State(None)
    state.set(history.LAST_USED, both.sources[0].key)
    choice = await history.choose(both, state)
    assert (choice.source.name, choice.why, choice.is_first_start) == ("0.x", "used last", False)


async def test_a_name_decides_whatever_was_used_last(tmp_path: Path) -> None:
    both = found(await source(tmp_path, "0.x", 3), await source(tmp_path, "1.x", 4))
    assert (await history.choose(both, State(None), "0.x")).source.name == "0.x"
    with pytest.raises(click.UsageError, match=r"takes one of: 0\.x, 1\.x"):
        await history.choose(both, State(None), "2.x")


async def test_a_history_that_cannot_be_opened_is_not_the_newest(tmp_path: Path) -> None:
    broken = Source("1.x", SourceKind.IRONCLAW1, "x", "a test", "default", "a test", True, refusal="It is broken.")
    both = found(await source(tmp_path, "0.x", 3), broken)
    assert (await history.choose(both, State(None))).source.name == "0.x"


async def test_one_history_is_opened_without_a_look_at_it(tmp_path: Path) -> None:
    alone = Source("0.x", SourceKind.IRONCLAW0, "x", "a test", "default", "a test", True, path=tmp_path / "missing")
    choice = await history.choose(found(alone), State(None))
    assert (choice.source, choice.is_first_start) == (alone, False)


def test_names_are_those_of_the_histories(tmp_path: Path) -> None:
    assert "there is no history of that name; --source takes one of: 0.x" in refused(
        run(tmp_path, "--source", "2.x", "list")
    )
    assert "leave --source away" in refused(run(tmp_path, "--db", "x", "--source", "0.x", "list"))


def everything_left(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in folder.rglob("*") if each.is_file())


@pytest.mark.parametrize(
    "arguments",
    [
        ("list",),
        ("show", "x"),
        ("search", "x"),
        ("export", "--all", "-o", "x.json"),
        ("index",),
        ("index", "--database", "--yes"),
        ("lst",),
        ("list", "--nonsense"),
        (URL,),
    ],
)
def test_a_password_appears_nowhere(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = run(tmp_path, "--db", URL, *arguments)
    assert done.returncode == 2
    assert SECRET.encode() not in done.stdout + done.stderr
    assert SECRET.encode() not in everything_left(tmp_path)


def test_a_password_on_the_command_line_is_warned_about_once(tmp_path: Path) -> None:
    told = run(tmp_path, "--db", URL, "list").stderr.decode()
    assert told.count("PGPASSFILE") == 1
    assert "service" in told
    without = run(tmp_path, "--db", URL.replace(f":{SECRET}", ""), "list").stderr.decode()
    assert "PGPASSFILE" not in without


def test_paths_shows_a_server_without_its_password(tmp_path: Path) -> None:
    lines = printed(run(tmp_path, "paths", DATABASE_BACKEND="postgres", DATABASE_URL=URL))
    assert lines[0] == "database  127.0.0.1:1/history as ada  (DATABASE_URL in the environment)"
    assert SECRET not in "".join(lines)


def test_completion_offers_nothing_and_tells_nothing_of_a_server_out_of_reach(tmp_path: Path) -> None:
    words = f"clawback --db {URL} show "
    done = run(tmp_path, _CLAWBACK_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD="4")
    assert SECRET.encode() not in done.stdout + done.stderr
