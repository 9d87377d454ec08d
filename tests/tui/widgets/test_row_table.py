"""The table of the modals: which row is selected, and what fits."""

from __future__ import annotations

from textual.app import App, ComposeResult

from tui.text.visible import is_harmless
from tui.widgets.row_table import Column, Row, Table

COLUMNS = (Column("name", 6, share=1), Column("type", 6, from_width=30), Column("state", 5, align="right"))


class TableApp(App[None]):
    CSS_PATH = ["../../../tui/app.tcss", "../../../tui/modals/modals.tcss"]

    def compose(self) -> ComposeResult:
        yield Table(*COLUMNS)


def shown(table: Table) -> list[str]:
    lines = [table.render_line(y) for y in range(len(table.rows) + 1)]
    return ["".join(segment.text for segment in line).rstrip() for line in lines]


async def test_the_selection_passes_over_rows_that_stand_still() -> None:
    rows = [
        Row(("Heading",), is_fixed=True),
        Row(("a", "b", "c"), id="first"),
        Row(("x", "y", "z"), is_fixed=True),
        Row(("d", "e", "f"), id="last"),
    ]
    async with TableApp().run_test(size=(60, 12)) as pilot:
        table = pilot.app.query_one(Table)
        table.focus()
        table.show(rows)
        assert table.selected_id == "first"
        await pilot.press("j", "j")
        assert table.selected_id == "last"
        await pilot.press("g")
        assert table.selected_id == "first"
        await pilot.press("k", "G", "pageup")
        assert table.selected_id == "first"
        table.show([])
        assert table.selected_id is None
        await pilot.press("j", "k", "G", "pagedown")


async def test_a_narrow_table_leaves_columns_out_and_never_overflows() -> None:
    async with TableApp().run_test(size=(60, 6)) as pilot:
        table = pilot.app.query_one(Table)
        table.show([Row(("a name that is rather long", "text", "new"))])
        assert shown(table)[1].split() == ["▌a", "name", "that", "is", "rather", "long", "text", "new"]
        for width in (25, 12, 3, 1):
            await pilot.resize_terminal(width, 6)
            await pilot.pause()
            assert all(table.render_line(y).cell_length == width for y in range(2))
            assert "text" not in shown(table)[1]


async def test_cells_are_made_visible() -> None:
    async with TableApp().run_test(size=(60, 6)) as pilot:
        table = pilot.app.query_one(Table)
        table.show([Row(("\x1b[2J\u202e[/]", "\x9b\n\t", "\x00")), Row(("\x1b]0;x\x07",), is_fixed=True)])
        assert all(is_harmless(line) for line in shown(table))


async def test_the_selected_row_stays_in_sight() -> None:
    async with TableApp().run_test(size=(40, 6)) as pilot:
        table = pilot.app.query_one(Table)
        table.styles.height = 6
        table.focus()
        table.show([Row((f"row {number}", "", "")) for number in range(50)])
        await pilot.press("G")
        await pilot.pause()
        assert "▌row 49" in shown(table)[5]
        assert "name" in shown(table)[0], "the headings stand still"


async def test_a_share_is_drawn_as_a_bar_of_its_column() -> None:
    async with TableApp().run_test(size=(60, 12)) as pilot:
        table = Table(Column("name", 6), Column("", 4, is_bar=True), Column("state", 5))
        await pilot.app.mount(table)
        table.show([Row(("a", "1.0", "x"), id=1), Row(("b", "0.375", "y"), id=2), Row(("c", "", "z"), id=3)])
        await pilot.pause()
        assert [line[1:].split() for line in shown(table)[1:4]] == [["a", "████", "x"], ["b", "█▌", "y"], ["c", "z"]]
