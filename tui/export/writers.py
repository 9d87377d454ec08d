"""The writer of each format, loaded when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.export.export_format import Format

if TYPE_CHECKING:
    from tui.export.export_format import Facts, Writer


def writer(kind: Format, facts: Facts) -> Writer:
    """Return what makes a file of a format."""
    match kind:
        case Format.JSON:
            from tui.export.json_writer import JsonWriter

            return JsonWriter(facts)
        case Format.JSONL:
            from tui.export.json_writer import JsonLinesWriter

            return JsonLinesWriter(facts)
        case Format.MARKDOWN:
            from tui.export.markdown_writer import MarkdownWriter

            return MarkdownWriter(facts)
        case Format.TEXT:
            from tui.export.text_writer import TextWriter

            return TextWriter(facts)
        case Format.HTML:
            from tui.export.html_writer import HtmlWriter

            return HtmlWriter(facts)
