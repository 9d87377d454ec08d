"""Rows fit the screen, and nothing is lost between them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.tui.text.test_visible import hostile_text
from tui.text.lines import Line
from tui.text.visible import visible
from tui.text.wrap import Align, Row, clusters, fit, pad, wrap

texts = st.one_of(
    st.text(st.sampled_from("ab    -,é你好。（）😀🇩🇪\u0301\u200d\ufe0f👍🏽")),
    hostile_text,
    st.text(st.characters(min_codepoint=32, max_codepoint=126)),
).map(lambda text: visible(text).replace("\n", " "))
lines = st.builds(
    Line, texts, first=st.sampled_from(["", "• ", "你 "]), rest=st.sampled_from(["", "  "]), wrap=st.booleans()
)


def shown(line: Line, rows: list[Row]) -> list[str]:
    return [row.prefix + line.text[row.start : row.end] for row in rows]


@given(st.lists(lines, max_size=3), st.integers(1, 30))
def test_rows_fit_and_every_character_is_on_exactly_one(block: list[Line], width: int) -> None:
    rows = wrap(block, width)
    assert [row.line for row in rows] == sorted(row.line for row in rows)
    for number, line in enumerate(block):
        own = [row for row in rows if row.line == number]
        assert own, "every line has a row"
        joined = "".join(line.text[row.start : row.end] for row in own)
        if line.wrap:
            assert "".join(joined.split()) == "".join(line.text.split())
        else:
            assert joined == line.text
        ends = {cluster.end for cluster in clusters(line.text)} | {0, len(line.text)}
        for row, text in zip(own, shown(line, own), strict=True):
            assert {row.start, row.end} <= ends, "no cluster is split"
            assert (
                cell_len(text) <= width or len([c for c in clusters(line.text[row.start : row.end]) if c.cells]) == 1
            )


@given(texts)
def test_clusters_cover_the_text_and_add_up_to_its_width(text: str) -> None:
    found = clusters(text)
    assert "".join(text[cluster.start : cluster.end] for cluster in found) == text
    assert sum(cluster.cells for cluster in found) == cell_len(text)


@given(texts, st.integers(0, 30), st.sampled_from(["left", "right", "center"]))
def test_fit_and_pad_keep_to_the_width(text: str, width: int, align: Align) -> None:
    assert cell_len(fit(text, width)) <= width
    assert cell_len(pad(text, width, align)) == width
    if 0 < width >= cell_len(text):
        assert fit(text, width) == text


def test_words_stay_whole_and_prefixes_hang() -> None:
    line = Line("the quick brown fox", first="• ", rest="  ")
    assert shown(line, wrap([line], 12)) == ["• the quick", "  brown fox"]


def test_a_long_word_is_broken_and_an_indent_is_kept() -> None:
    line = Line("   abcdefghij k")
    assert shown(line, wrap([line], 6)) == ["   abc", "defghi", "j k"]


def test_code_is_cut_at_the_width_with_its_spaces() -> None:
    line = Line("ab  cd  ef", wrap=False)
    assert shown(line, wrap([line], 4)) == ["ab  ", "cd  ", "ef"]


def test_chinese_breaks_between_characters_but_not_before_a_full_stop() -> None:
    line = Line("今天天气很好。我们")
    assert shown(line, wrap([line], 12)) == ["今天天气很", "好。我们"]


@pytest.mark.parametrize("sign", ["👨‍👩‍👧", "👍🏽", "🇩🇪", "❤️", "e\u0301"])
def test_a_sign_of_several_code_points_is_one_cluster(sign: str) -> None:
    assert [text for text in shown(Line(sign * 3), wrap([Line(sign * 3)], 2)) if sign not in text] == []


def test_a_wide_sign_on_a_narrow_screen_still_ends() -> None:
    assert shown(Line("你好"), wrap([Line("你好")], 1)) == ["你", "好"]


def test_a_prefix_gives_way_on_a_narrow_screen() -> None:
    line = Line("words", first="│ │ │ │ ", rest="│ │ │ │ ")
    assert shown(line, wrap([line], 6)) == ["│ │wor", "│ │ds"]


def test_the_width_must_be_positive() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        wrap([Line("a")], 0)


def test_every_character_of_the_basic_plane_pads_to_the_width() -> None:
    for code in range(0x10000):
        text = visible(chr(code)).replace("\n", " ") * 3
        assert cell_len(pad(text, 4)) == 4, f"U+{code:04X}"
