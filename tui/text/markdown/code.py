"""Colours for fenced code, within bounds.

Pygments' patterns can take seconds on a hostile kilobyte. So only languages that were tried with hostile text are
coloured, only code with lines of ordinary length, and only until a message has used up its tokens or its time.
"""

from __future__ import annotations

import re
import time
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from tui.text.lines import Span

if TYPE_CHECKING:
    from pygments.lexer import Lexer

MAX_CODE = 8_000
"""Characters at the head of a block that are coloured."""
MAX_LINE = 400
"""Characters of a line; a block with a longer one stays plain."""
MAX_TOKENS = 1_500
"""Tokens coloured in one message."""
MAX_SECONDS = 0.02
"""Processor time for the colours of one message."""

_TRIED = """
    bash c c# c++ clj clojure console cpp cs csharp css dart diff docker dockerfile elixir ex go golang graphql
    haskell hs html ini java javascript js json json5 jsx kotlin kt latex lua make makefile mf nginx nix perl php pl
    powershell proto protobuf ps1 pwsh py python python3 r rb rs ruby rust scala scss sh shell sql swift toml ts tsx
    typescript vim xml yaml yml zig zsh
"""
LANGUAGES = frozenset(_TRIED.split())
"""Names behind a fence that are coloured."""
_STYLES = (
    ("Token.Keyword", "code-keyword"),
    ("Token.Literal.String", "code-string"),
    ("Token.Literal.Number", "code-number"),
    ("Token.Comment", "code-comment"),
    ("Token.Name.Function", "code-name"),
    ("Token.Name.Class", "code-name"),
    ("Token.Name.Tag", "code-name"),
    ("Token.Name.Attribute", "code-name"),
    ("Token.Name.Builtin", "code-name"),
    ("Token.Name.Decorator", "code-name"),
    ("Token.Operator", "code-operator"),
    ("Token.Punctuation", "code-operator"),
)
_has_gap = re.compile(r"(?:\n *){20}").search


class Highlighter:
    """Colours the code blocks of one message, which share its bounds."""

    def __init__(self) -> None:
        self._tokens = MAX_TOKENS
        self._seconds = MAX_SECONDS

    def spans(self, code: str, language: str) -> list[list[Span]]:
        """Return the styles of each line of a block.

        Args:
            code: Sanitised code.
            language: What stands behind the fence; unknown ones have no colours.
        """
        lines = code.split("\n")
        spans: list[list[Span]] = [[] for _ in lines]
        language = language.lower()
        if language not in LANGUAGES or self._tokens <= 0 or self._seconds <= 0 or max(map(len, lines)) > MAX_LINE:
            return spans
        head = code if len(code) <= MAX_CODE else code[: code.rfind("\n", 0, MAX_CODE)]
        if not _has_gap(head):
            self._colour(head, _lexer(language), spans)
        return spans

    def _colour(self, code: str, lexer: Lexer, spans: list[list[Span]]) -> None:
        started = time.thread_time()
        number = column = 0
        for kind, piece in islice(lexer.get_tokens(code), self._tokens):
            style = _style(kind)
            for index, part in enumerate(piece.split("\n")):
                if index:
                    number, column = number + 1, 0
                if style and part:
                    spans[number].append(Span(column, column + len(part), style))
                column += len(part)
            self._tokens -= 1
            if time.thread_time() - started > self._seconds:
                break
        self._seconds -= time.thread_time() - started


@cache
def _lexer(language: str) -> Lexer:
    from pygments.lexers import get_lexer_by_name

    return get_lexer_by_name(language, stripnl=False, ensurenl=False)


@cache
def _style(kind: object) -> str:
    """Return the style of a kind of token, empty for none."""
    name = str(kind)
    return next((style for prefix, style in _STYLES if name.startswith(prefix)), "")
