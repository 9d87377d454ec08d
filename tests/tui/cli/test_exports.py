"""``clawback export`` and ``import`` on the command line: private files, whole or not at all, one sentence each."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.store.conftest import add_conversation, add_message, make_database, plain
from tests.tui.cli.test_cli import COMMAND, printed, refused, run
from tests.tui.export.conftest import table
from tests.tui.terminal import Terminal, environment
from tests.tui.waiting import BOUND
from tui.text.visible import is_harmless

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = "t\x1b[2J\u202e/../../.bashrc 旅"


def small(folder: Path) -> Path:
    """Make a file with a conversation of a hostile title, and another one on another channel."""
    path = make_database(folder / "small.db")
    with plain(path) as db:
        one = add_conversation(db, id="aaaaaaaa-0000-4000-8000-000000000000", channel="signal")
        add_message(db, one, HOSTILE, created_at="2026-01-01T09:00:00.000Z")
        add_message(db, one, "later", role="assistant", created_at="2026-02-01T09:00:00.000Z")
        add_message(db, one, "no date", created_at="yesterday")
        add_message(db, add_conversation(db), "of telegram", created_at="2026-01-15T09:00:00.000Z")
    return path


def test_an_export_comes_back_through_the_command_line(tmp_path: Path, sample: Path) -> None:
    (said,) = printed(run(tmp_path, "--db", str(sample), "export", "--all", "-o", "all.jsonl"))
    assert said.startswith("all.jsonl holds 136 conversations with ")
    (back,) = printed(run(tmp_path, "import", "all.jsonl", "new.db"))
    assert back == said.replace("all.jsonl", "new.db")
    assert table(tmp_path / "new.db", "conversation_messages") == table(sample, "conversation_messages")
    (tmp_path / "cut.jsonl").write_bytes((tmp_path / "all.jsonl").read_bytes()[:100_000])
    said = refused(run(tmp_path, "import", "cut.jsonl", "other.db"))
    assert re.search(r"Line \d+ of cut.jsonl is not JSON as an export has it; nothing was imported.", said)
    assert "missing.json cannot be read" in refused(run(tmp_path, "import", "missing.json", "other.db"))
    (tmp_path / "noise.json").write_bytes(os.urandom(5000))
    assert "noise.json" in refused(run(tmp_path, "import", "noise.json", "other.db"))
    assert not [each for each in tmp_path.iterdir() if each.name.startswith(("other.db", ".clawback"))]
    assert "new.db exists" in refused(run(tmp_path, "import", "all.jsonl", "new.db"))


def test_an_id_that_is_given_twice_is_taken_once(tmp_path: Path) -> None:
    path, given = small(tmp_path), ["aaaaaaaa-0000-4000-8000-000000000000"] * 2
    (said,) = printed(run(tmp_path, "--db", str(path), "export", *given, "-o", "a.jsonl"))
    assert said == "a.jsonl holds 1 conversation with 3 messages."
    assert "new.db holds 1 conversation" in printed(run(tmp_path, "import", "a.jsonl", "new.db"))[0]


def test_a_file_of_its_own_name_is_private_and_named_harmlessly(tmp_path: Path) -> None:
    path = small(tmp_path)
    folder = tmp_path / "out"
    folder.mkdir()
    printed(run(tmp_path, "--db", str(path), "export", "aaaaaaaa-0000-4000-8000-000000000000", "-o", str(folder)))
    (made,) = folder.iterdir()
    assert made.name.startswith("t-2j-u-202e-bashrc-旅-aaaaaaaa-2")
    assert made.suffix == ".md"
    assert made.stat().st_mode & 0o777 == 0o600


def test_what_people_read_is_harmless_and_what_programs_read_is_exact(tmp_path: Path) -> None:
    path = small(tmp_path)
    for name in ("a.txt", "a.md", "a.html"):
        printed(run(tmp_path, "--db", str(path), "export", "--channel", "signal", "-o", name))
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert is_harmless(text)
        assert "of telegram" not in text
        assert "2026" in text
    out = run(tmp_path, "--db", str(path), "export", "--channel", "signal", "--format", "json", "-o", "-")
    assert out.stderr == b""
    assert r"t\u001b[2J\u202e/../../.bashrc \u65c5" in out.stdout.decode("ascii")


def test_a_stretch_of_time_takes_only_its_messages(tmp_path: Path) -> None:
    path = small(tmp_path)
    for given, contents in (
        (("--since", "2026-01-15"), ("later", "of telegram")),
        (("--until", "2026-01-01"), (".bashrc",)),
        (("--since", "2026-01-02", "--until", "2026-01-20"), ("of telegram",)),
        (("--all",), ("later", "of telegram", ".bashrc", "no date")),
    ):
        out = run(tmp_path, "--db", str(path), "export", *given, "--format", "jsonl", "-o", "-")
        lines = [line for line in out.stdout.decode().splitlines() if line.startswith('{"message"')]
        assert len(lines) == len(contents)
        assert all(any(content in line for line in lines) for content in contents)


def test_a_file_that_exists_is_replaced_only_by_force(tmp_path: Path) -> None:
    path = small(tmp_path)
    (tmp_path / "a.md").write_text("mine")
    (tmp_path / "link.md").symlink_to(tmp_path / "nowhere")
    for name in ("a.md", "link.md"):
        assert f"{name} exists; --force replaces it." in refused(
            run(tmp_path, "--db", str(path), "export", "--all", "-o", name)
        )
        assert (tmp_path / "a.md").read_text() in ("mine",)
    for name in ("a.md", "link.md"):
        printed(run(tmp_path, "--db", str(path), "export", "--all", "--force", "-o", name))
        assert not (tmp_path / name).is_symlink()
        assert "later" in (tmp_path / name).read_text()
    assert not (tmp_path / "nowhere").exists()


def test_the_question_before_a_file_is_replaced_hears_the_first_ctrl_c(tmp_path: Path) -> None:
    path = small(tmp_path)
    (tmp_path / "a.md").write_text("mine")
    for keys, status in (("\x03", 130), ("n\n", 2), ("y\n", 0)):
        with Terminal(tmp_path, "--db", str(path), "export", "--all", "--no-review", "-o", "a.md") as terminal:
            terminal.until("a.md exists. Replace it? [y/N]:")
            assert (tmp_path / "a.md").read_text() == "mine"
            assert terminal.finish(keys) == status
    assert "later" in (tmp_path / "a.md").read_text()


def test_what_is_no_regular_file_is_never_replaced(tmp_path: Path) -> None:
    path = small(tmp_path)
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "null.md").symlink_to("/dev/null")
    for name in ("fifo", "null.md"):
        for force in ((), ("--force",)):
            said = refused(run(tmp_path, "--db", str(path), "export", "--all", *force, "-o", name))
            assert f"{name} is no regular file" in said
    assert (tmp_path / "fifo").is_fifo()
    assert (tmp_path / "null.md").is_symlink()


def test_the_database_itself_is_never_replaced(tmp_path: Path) -> None:
    path = small(tmp_path)
    (tmp_path / "link.db").symlink_to(path)
    before = path.read_bytes()
    for name in ("small.db", "small.db-wal", "link.db"):
        said = refused(run(tmp_path, "--db", str(path), "export", "--all", "--force", "-o", name))
        assert "is the database itself" in said
    assert path.read_bytes() == before


def test_what_cannot_be_exported_is_one_sentence_and_no_file(tmp_path: Path) -> None:
    path = small(tmp_path)
    before = set(tmp_path.iterdir())
    for given, sentence in (
        (("no-such-id",), "No id of default's conversations begins with no-such-id."),
        (("--channel", "nowhere"), "nothing there: channel nowhere"),
        (("--since", "soon"), "Such a time is not known"),
        (("--all", "-o", "missing/a.md"), "missing/a.md cannot be written (No such file or directory)"),
    ):
        assert sentence in refused(run(tmp_path, "--db", str(path), "export", *given))
    assert b"say what to export" in run(tmp_path, "--db", str(path), "export").stderr
    assert {each for each in tmp_path.iterdir() if each.name.startswith(("a.", ".claw"))} <= before


def test_nothing_for_stdout_is_refused_as_nothing_for_a_file(tmp_path: Path) -> None:
    path = small(tmp_path)
    for kind in ("markdown", "json", "jsonl", "html"):
        done = run(tmp_path, "--db", str(path), "export", "--channel", "nowhere", "--format", kind, "-o", "-")
        assert "nothing there: channel nowhere; nothing was written." in refused(done)


def test_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    path = make_database(tmp_path / "large.db")
    with plain(path) as db:
        conversation = add_conversation(db)
        db.execute("BEGIN")
        for _ in range(300):
            add_message(db, conversation, "**word** " * 5000)
        db.execute("COMMIT")
    folder = tmp_path / "out"
    folder.mkdir()
    running = subprocess.Popen(
        [*COMMAND, "--db", str(path), "export", "--all", "-o", str(folder / "a.html")],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environment(tmp_path),
    )
    bound = time.monotonic() + BOUND
    while not os.listdir(folder):
        assert time.monotonic() < bound
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=BOUND)
    assert running.returncode == 130
    assert said.decode() == "Stopped; nothing was written.\n"
    assert os.listdir(folder) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stopped_import_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    os.mkfifo(tmp_path / "all.jsonl")
    running = subprocess.Popen(
        [*COMMAND, "import", "all.jsonl", str(folder / "new.db")],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environment(tmp_path),
    )
    # Opens when the import begins to read; no line ever comes.
    with (tmp_path / "all.jsonl").open("w"):
        assert os.listdir(folder)
        running.send_signal(number)
        _, said = running.communicate(timeout=BOUND)
    assert running.returncode == 130
    assert said.decode() == "Stopped; nothing was imported.\n"
    assert os.listdir(folder) == []


def test_on_a_terminal_secrets_are_asked_about_before_anything_is_written(tmp_path: Path) -> None:
    path = make_database(tmp_path / "secrets.db")
    with plain(path) as db:
        conversation = add_conversation(db)
        add_message(db, conversation, "mail a@example.org and b@example.org, the password: tulips-and-rain")
    folder = tmp_path / "out"
    folder.mkdir()
    arguments = ("--db", str(path), "export", "--all", "-o", str(folder / "a.md"))
    with Terminal(tmp_path, *arguments) as terminal:
        terminal.until("3 things look like secrets; nothing is written yet.")
        terminal.until("…mail a@example.org and b@example.org, the password: tulips-and-rain …")
        assert os.listdir(folder) == []
        terminal.press("m\nhm\n", "m masks it, k keeps it, M and K all of this kind, q writes nothing.\n  mask it?")
        terminal.until("2 of 3, e-mail")
        assert os.listdir(folder) == []
        assert terminal.finish("K\n") == 0
        assert "1 secret masked." in terminal.text()
    text = (folder / "a.md").read_text()
    assert "mail a@example.org and b@example.org, the password: \\[masked: password 1\\]" in text
    (folder / "a.md").unlink()
    with Terminal(tmp_path, *arguments) as terminal:
        terminal.until("mask it?")
        assert terminal.finish("\x03") == 130
    with Terminal(tmp_path, *arguments) as terminal:
        terminal.until("mask it?")
        assert terminal.finish("q\n") == 130
    assert os.listdir(folder) == []


def test_kinds_are_masked_without_a_question(tmp_path: Path) -> None:
    path = make_database(tmp_path / "secrets.db")
    with plain(path) as db:
        add_message(db, add_conversation(db), "a@example.org, +46 70 123 45 67")
    (said,) = printed(run(tmp_path, "--db", str(path), "export", "--all", "--mask", "e-mail", "-o", "a.json"))
    assert said == "a.json holds 1 conversation with 1 message; 1 secret masked."
    assert '"[masked: e-mail 1], +46 70 123 45 67"' in (tmp_path / "a.json").read_text()
    assert "nobody is there" in refused(run(tmp_path, "--db", str(path), "export", "--all", "--review"))
