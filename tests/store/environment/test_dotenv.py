"""A ``.env`` file means to us what it means to IronClaw."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from store.environment.dotenv import Dotenv, parse


def values(text: str, **known: str) -> dict[str, str]:
    read = parse(text.encode(), known)
    assert read.broken_line is None
    return dict(read.values)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("K=plain", "plain"),
        ("K=", ""),
        ("K=   ", ""),
        ("K=   # only a comment", ""),
        ("K = spaced", "spaced"),
        ("  K=indented", "indented"),
        ("export K=exported", "exported"),
        ("export\tK = exported", "exported"),
        ('K="two words"', "two words"),
        ("K='two words'", "two words"),
        ('K="a # b" # comment', "a # b"),
        ("K=a#b", "a#b"),
        ("K=a # b", "a"),
        ("K=a  # two blanks", "a"),
        (r"K=my\ file", "my file"),
        (r'K="say \"hi\" \\ \$5 \n"', 'say "hi" \\ $5 \n'),
        (r"K='no \escapes $HERE'", r"no \escapes $HERE"),
        ("K=one'two'\"three\"", "onetwothree"),
        ("K='don'\\''t'", "don't"),
        ("K=héé", "héé"),
        ("K=trailing\\", "trailing"),
    ],
)
def test_a_value_is_read_without_its_quotes_escapes_and_comment(line: str, value: str) -> None:
    assert values(line + "\n") == {"K": value}


def test_comments_and_empty_lines_set_nothing() -> None:
    assert values("# K=1\n\n   # K=2\n   \n") == {}


def test_export_may_itself_be_a_key() -> None:
    assert values("export=1\nexport = 2\n") == {"export": "1"}


def test_a_key_may_hold_dots_digits_and_underscores() -> None:
    assert values("_a.B9=1\n") == {"_a.B9": "1"}


def test_the_first_of_several_assignments_counts() -> None:
    assert values("K=first\nK=second\n") == {"K": "first"}


def test_windows_files_with_byte_order_mark_and_crlf_read_like_any_other() -> None:
    assert parse(b"\xef\xbb\xbfA=1\r\nB='2'\r\n", {}) == Dotenv({"A": "1", "B": "2"})


def test_the_last_line_needs_no_line_end() -> None:
    assert values("A=1\nB=2") == {"A": "1", "B": "2"}


def test_quotes_may_run_over_line_ends() -> None:
    assert values("A=\"one\ntwo # no comment\"\nB='3\n4'\nC=5\n") == {
        "A": "one\ntwo # no comment",
        "B": "3\n4",
        "C": "5",
    }


def test_an_apostrophe_in_a_comment_harms_only_after_two_blanks() -> None:
    assert values("A=1 # don't\nB=2\n") == {"A": "1", "B": "2"}
    assert values("A=1  # don't\nB=2 # it's\nC=3\n") == {"A": "1", "C": "3"}


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("K=$HOME/x", "/h/x"),
        ("K=${HOME}x", "/hx"),
        ('K="$HOME/x y"', "/h/x y"),
        ('K="${HOME}"', "/h"),
        ("K=$A$A", "11"),
        ("K=$NOWHERE.", "."),
        ("K=$A_B", "1_B"),
        (r"K=\$A", "$A"),
        ("K='$A'", "$A"),
        ("K=5$", "5"),
        ("K=$A b", "1 b"),
    ],
)
def test_references_mean_the_environment_then_the_file(line: str, value: str) -> None:
    assert values(f"A=1\nHOME=/other\n{line}\n", HOME="/h")["K"] == value


@pytest.mark.parametrize(
    "line",
    ["no equals sign", "=value", "9K=1", "K=two words", 'K="a" b', r"K=h\8u", "K=${OPEN", 'K="$BARE"', "K='a\0b'"],
)
def test_reading_stops_for_good_at_a_line_that_is_no_assignment(line: str) -> None:
    read = parse(f"A=1\n{line}\nB=2\nexport C = 3\nA=4\n#D=5\n".encode(), {})
    assert read.values == {"A": "1"}
    assert read.broken_line == 2
    assert {"B", "C"} <= read.lost <= {"B", "C", "K"}


@pytest.mark.parametrize("tail", ["'", '"', "x\\", " "])
def test_a_value_left_open_at_the_end_is_not_read(tail: str) -> None:
    assert parse(f"A=1\nB={tail}".encode(), {}) == Dotenv({"A": "1"}, 2, frozenset({"B"}))


def test_bytes_that_are_not_utf8_end_the_reading() -> None:
    assert parse(b"A=1\n# caf\xe9\nB=2\n", {}) == Dotenv({"A": "1"}, 2, frozenset({"B"}))


def test_secrets_stay_out_of_the_repr() -> None:
    assert "hunter2" not in repr(parse(b"K=hunter2\n", {}))


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
@example('C:\\dir\\"file" # $HOME\n')
def test_what_is_quoted_with_escapes_reads_back_the_same(value: str) -> None:
    quoted = value.replace("\\", r"\\").replace('"', r"\"").replace("$", r"\$")
    assert values(f'A="{quoted}"\nB=2\n') == {"A": value, "B": "2"}


@given(st.binary() | st.text("AB='\"\\$#{} \n\r").map(str.encode))
def test_no_file_whatever_makes_it_raise(data: bytes) -> None:
    read = parse(data, {})
    assert (read.broken_line is None) <= (not read.lost)
