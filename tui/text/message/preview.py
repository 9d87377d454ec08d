"""The second line of a list row: the newest message as one line, cheaply and without parsing Markdown."""

from __future__ import annotations

import re

from store.domain.pictures import without_pictures
from store.domain.tool_calls import parse_tool_calls
from tui.text.markdown.literal import stands_for_itself
from tui.text.message.attachments import card, split_attachments
from tui.text.message.tool_call_lines import summary_line
from tui.text.visible import one_line
from tui.text.wrap import fit

LENGTH = 200
"""Columns of a preview at most."""
READ = 600
"""Characters of a message that are looked at."""

_NAME = re.compile(r'"name"\s*:\s*"([^"\\]{1,64})"')
_BLOCK_MARK = re.compile(r"(?m)^ {0,3}(?:#{1,6} |> ?|[-*+] |(?:```|~~~)[^\n]*$|\d{1,3}[.)] )+")
# A backtick, a pair of stars, or a single one beside a word; all begin with one set, which is fast to find.
_INLINE_MARK = re.compile(r"[*_`](?:(?<=`)|(?<=\*)\*|(?<=_)_|(?<!\w.)(?=\w)|(?<=[\w.!?].)(?!\w))")
_RUN = re.compile(r"\*+|_+")
_LINK = re.compile(r"!?\[([^\[\]\n]{1,200})\]\([^()\s]{1,400}\)")


def preview_text(role: str, head: str) -> str:
    """Return a message, known by its head, as one sanitised line of at most ``LENGTH`` columns."""
    if role == "tool_calls":
        return fit(_tools(head), LENGTH)
    head = without_pictures(head, is_whole=False)
    if role == "user":
        head, attachments = split_attachments(head)
        text = one_line(head.lstrip()[:READ])
        return fit(" ".join([text, *(card(each) for each in attachments[:3])]).strip(), LENGTH)
    text = _BLOCK_MARK.sub("", head.lstrip()[:READ])
    return fit(one_line(_LINK.sub(r"\1", _without_marks(text))), LENGTH)


def _without_marks(text: str) -> str:
    """Return a text without its marks of emphasis and code; those of paths, globs and names stay."""
    if "*" not in text and "_" not in text:
        return text.replace("`", "")
    kept: set[int] = set()
    for run in _RUN.finditer(text):
        if stands_for_itself(text, run.start(), run.end()):
            kept.update(range(run.start(), run.end()))
    return _INLINE_MARK.sub(lambda match: match[0] if match.start() in kept else "", text)


def _tools(head: str) -> str:
    calls = parse_tool_calls(head)
    if calls is not None:
        return summary_line(calls)
    names = _NAME.findall(head)
    return f"tools: {one_line(' '.join(names))} …" if names else one_line(head[:READ])
