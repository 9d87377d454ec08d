"""Names of files, made of titles that nobody may trust, and files that are whole and private or not there."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.conftest import CAMPAIGN
from tui.export.export_format import Format
from tui.export.file_names import FIELDS, NameTemplate, file_name
from tui.export.output_file import AtPath, OutputFile, what_lies

if TYPE_CHECKING:
    from collections.abc import Iterator

AT = datetime(2026, 6, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Lisbon trip", "lisbon-trip-0f3a91c2-2026-06-18.md"),
        ("../../etc/passwd", "etc-passwd-0f3a91c2-2026-06-18.md"),
        ("-rf ~", "rf-0f3a91c2-2026-06-18.md"),
        (".bashrc", "bashrc-0f3a91c2-2026-06-18.md"),
        ("", "clawback-0f3a91c2-2026-06-18.md"),
        ("\x00\x1b[2J\u202e", "2j-0f3a91c2-2026-06-18.md"),
        ("CON", "clawback-con-0f3a91c2-2026-06-18.md"),
        ("木漏れ日 ﬁne", "木漏れ日-fine-0f3a91c2-2026-06-18.md"),
    ],
)
def test_a_title_becomes_a_harmless_name(title: str, name: str) -> None:
    assert file_name(title, "0f3a91c2-77f1-4d3e", AT, ".md") == name


@settings(max_examples=200 * CAMPAIGN)
@given(st.text(max_size=300) | st.text("𝕏字ß-. /\\\u0301\U0010ffff", max_size=300), st.text(max_size=40))
def test_no_title_makes_a_harmful_name(title: str, identity: str) -> None:
    name = file_name(title, identity, AT, ".jsonl")
    assert re.fullmatch(r"[^\W_][\w.-]*\.jsonl", name)
    assert len(name.encode()) <= 255
    assert ".." not in name
    assert Path(name).name == name


@given(
    st.text(max_size=300), st.sampled_from(["{date}-{title}-{id}", "{title}", ". {user}{channel} .", "{kind}" * 9])
)
def test_no_field_makes_a_template_harmful(text: str, template: str) -> None:
    stem = NameTemplate(template).stem(dict.fromkeys(FIELDS, text))
    assert stem
    assert stem[0] not in ".- "
    assert "/" not in stem
    assert len(stem.encode()) <= 210


@pytest.mark.parametrize("template", ["{0}", "{}", "{title!r}", "{title:>9}", "{id.x}", "a/{id}", "{", "\x1b{id}"])
def test_what_is_no_template_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match=r"name|brace"):
        NameTemplate(template)


def test_a_suffix_names_a_format() -> None:
    assert {Format.of(Path(f"a{each.suffix}")) for each in Format} == set(Format)
    assert Format.of(Path("A.HTM")) is Format.HTML
    assert Format.of(Path("a.pdf")) is None


def _leave_off(path: Path) -> None:
    with OutputFile(path) as draft:
        draft.write("half")
        raise ZeroDivisionError


def _finish_late(path: Path) -> None:
    with OutputFile(path) as draft:
        path.write_text("mine")
        draft.finish()


@pytest.fixture
def _no_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("_no_umask")
def test_a_draft_is_private_from_the_first_byte_and_whole_or_not_there(tmp_path: Path) -> None:
    with OutputFile(tmp_path / "a.md") as draft:
        (beside,) = tmp_path.iterdir()
        assert beside.stat().st_mode & 0o777 == 0o600
        draft.write("half a character: \ud83d")
        draft.finish()
    assert [each.name for each in tmp_path.iterdir()] == ["a.md"]
    assert (tmp_path / "a.md").read_text() == "half a character: ?"
    with pytest.raises(ZeroDivisionError):
        _leave_off(tmp_path / "b.md")
    assert [each.name for each in tmp_path.iterdir()] == ["a.md"]


def test_a_file_that_came_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(FileExistsError):
        _finish_late(tmp_path / "a.md")
    assert (tmp_path / "a.md").read_text() == "mine"
    assert [each.name for each in tmp_path.iterdir()] == ["a.md"]


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "a.md").symlink_to(tmp_path / "precious")
    assert what_lies(tmp_path / "a.md", tmp_path / "db") is AtPath.FILE
    assert what_lies(tmp_path / "a.md", tmp_path / "precious") is AtPath.DATABASE
    with OutputFile(tmp_path / "a.md", replaces=True) as draft:
        draft.write("export")
        draft.finish()
    assert (tmp_path / "precious").read_text() == "precious"
    assert (tmp_path / "a.md").read_text() == "export"
