"""What a person typed to search for, as a ``Query``, and what a text must have to match it. Pure.

::

    lisbon weather              both words, anywhere in a message, as parts of longer words too
    "at nine o'clock"           the words side by side, whatever white space lies between them; “…” does, too
    -rain -"see you"            and none of these
    channel:telegram            only conversations of one channel
    kind:routine                only chat, assistant, routine or heartbeat threads
    role:user                   only messages of one role
    tool:http                   only calls of tools that have this in their name
    -tool                       no tool calls; -"tool" leaves out the word
    since:7d until:"3 Jan"      only messages of a stretch of time, see ``moments``

Anything else is a word: ``secret:x``, ``5"`` and ``{a}:b`` are looked for as they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from store.domain.folding import Span, first_of, folded, occurs, origin, spans
from store.domain.moments import UnknownTime, parse_time
from store.errors import NotUnderstood
from store.records import Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, tzinfo

    from store.domain.moments import Stretch
    from store.domain.typed_days import DateOrder

LONGEST = 1000
"""Characters that a query has at most."""
MOST_TERMS = 32
"""Words and phrases that a query has at most."""

FILTERS = ("channel", "kind", "role", "tool", "since", "until")
"""What may stand before a colon."""
OF_CONVERSATIONS = ("channel", "kind")
"""Those that choose among conversations."""

_OTHER_NAMES = {"from": "role", "type": "kind", "after": "since", "before": "until"}
"""What other programs call them."""
_TIME_WORDS = 8
_STRETCH = 32_768
_TOKEN = re.compile(
    rf"\s*(?P<minus>-?)(?:(?P<name>{'|'.join(FILTERS)}):)?"
    r'(?:"(?P<quoted>[^"]*)"?|[“„‟](?P<curly>[^“”„‟]*)[“”‟]?|(?P<plain>\S*))',
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for; made by ``parse_query``."""

    typed: str
    words: tuple[str, ...] = ()
    """Folded words and phrases that a text must have; a space in one stands for any white space."""
    without: tuple[str, ...] = ()
    """Folded words and phrases that it must not have."""
    channel: str | None = None
    kind: Kind | None = None
    role: str | None = None
    tool: str | None = None
    """Folded; only calls of tools that have it in their name match."""
    has_tools: bool = True
    """Whether tool calls can match."""
    since: datetime | None = None
    """The first moment that counts, UTC."""
    until: datetime | None = None
    """The first moment that no longer counts, UTC."""
    unknown: tuple[str, ...] = ()
    """Words that are looked for as they are, and look like a misspelt filter: ``chanel:telegram``."""

    @property
    def is_about_messages(self) -> bool:
        """Tell whether only messages can match: a title has no role, no tool and no time."""
        return not self.words or any(each is not None for each in (self.role, self.tool, self.since, self.until))

    @property
    def is_about_conversations_only(self) -> bool:
        """Tell whether it chooses among conversations and says nothing of messages."""
        is_free = not (self.words or self.without or self.role or self.tool or self.since or self.until)
        is_free = is_free and self.has_tools
        return is_free and (self.channel is not None or self.kind is not None)

    def accepts(self, seen: str) -> bool:
        """Tell whether a folded text has every word, and none that it must not have."""
        return all(occurs(word, seen) for word in self.words) and not any(occurs(w, seen) for w in self.without)


class Excerpt(NamedTuple):
    """A piece of a text on one line, and what to mark in it."""

    text: str
    spans: list[Span]


@dataclass
class _Draft:
    terms: list[tuple[bool, str]] = field(default_factory=list)
    filters: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    has_tools: bool = True


def parse_query(typed: str, now: datetime, zone: tzinfo, order: DateOrder | None = None) -> Query:
    """Return what was typed as a query.

    Args:
        typed: Any text.
        now: An aware time, for ``yesterday`` and ``7d``.
        zone: The zone of the person who typed it.
        order: In which order the person writes the numbers of a date, ``None`` if that is not known.

    Raises:
        NotUnderstood: it is no query; the sentence says why.
    """
    if len(typed) > LONGEST:
        raise NotUnderstood(f"That is too long to look for; type at most {LONGEST:,} characters.")
    if any("\ud800" <= character <= "\udfff" for character in typed):
        raise NotUnderstood("Half a character cannot be looked for; type it again.")
    draft = _Draft()
    clock = partial(parse_time, now=now, zone=zone, order=order)
    text = typed.replace("\0", " ")
    place = 0
    while text[place:].strip():
        place = _take(draft, text, place, clock)
    words = tuple(dict.fromkeys(term for is_wanted, term in draft.terms if is_wanted))
    without = tuple(dict.fromkeys(term for is_wanted, term in draft.terms if not is_wanted))
    if len(words) + len(without) > MOST_TERMS:
        raise NotUnderstood(f"Those are too many words; type at most {MOST_TERMS}.")
    if "tool" in draft.filters and not draft.has_tools:
        raise NotUnderstood("tool: and -tool leave nothing to look for; remove one of them.")
    if draft.has_tools and not (words or without or draft.filters):
        raise NotUnderstood("There is nothing to look for; type a word.")
    times = {name: clock(draft.filters[name]) for name in ("since", "until") if name in draft.filters}
    return Query(
        typed,
        words,
        without,
        channel=draft.filters.get("channel"),
        kind=_kind(draft.filters["kind"]) if "kind" in draft.filters else None,
        role=draft.filters.get("role"),
        tool=folded(draft.filters["tool"]) if "tool" in draft.filters else None,
        has_tools=draft.has_tools,
        since=times["since"].start if "since" in times else None,
        until=times["until"].end if "until" in times else None,
        unknown=tuple(draft.unknown),
    )


def nearest_filter(word: str) -> str | None:
    """Return the filter that a word was perhaps meant to be: ``channel`` for ``chanel:telegram``."""
    name, colon, value = word.partition(":")
    if not (colon and value and name.isalpha() and name.isascii()):
        return None
    near = get_close_matches(name.lower(), [*FILTERS, *_OTHER_NAMES], 1, 0.7)
    return _OTHER_NAMES.get(near[0], near[0]) if near else None


def matches(text: str, query: Query) -> list[Span]:
    """Return what to mark in a text: where the words and phrases of a query occur, in order and apart."""
    return spans(text, query.words)


def around(text: str, query: Query, width: int = 400) -> str:
    """Return the piece of a text in which the first match lies: at most ``width`` characters, a third before it."""
    start = 0
    if len(text) > width:
        found = _first(text, query)
        start = max(min(found - width // 3, len(text) - width), 0)
    return text[start : start + width]


def excerpt(text: str, query: Query, width: int) -> Excerpt:
    """Return one line of at most ``width`` characters around the first match, with … where something was left out."""
    line = " ".join(text.split())
    if len(line) <= width:
        return Excerpt(line, matches(line, query))
    room = max(width - 2, 1)
    start = max(min(_first(line, query) - room // 3, len(line) - room), 0)
    if start and (space := line.find(" ", start, start + room // 6)) >= 0:
        start = space + 1
    shown = f"{'…' if start else ''}{line[start : start + room]}{'…' if start + room < len(line) else ''}"
    return Excerpt(shown, matches(shown, query))


def _first(text: str, query: Query) -> int:
    """Return where the first match begins, 0 if there is none; looks no further than it."""
    for start in range(0, len(text), _STRETCH):
        piece = text[start : start + _STRETCH + LONGEST * 2]
        found = first_of(folded(piece), query.words)
        if found is not None:
            return start + origin(piece, found)
    return 0


def _take(draft: _Draft, text: str, place: int, clock: Callable[[str], Stretch]) -> int:
    """Read one word, phrase or filter at a place; return the place after it."""
    match = _TOKEN.match(text, place)
    assert match is not None
    minus, name, straight, curly, plain = match.groups()
    quoted = straight if curly is None else curly
    if name is None:
        term = " ".join(folded(plain or quoted or "").split())
        if minus and plain is not None and plain.lower() == "tool":
            draft.has_tools = False
        elif term:
            draft.terms.append((not minus, term))
        if plain is not None and nearest_filter(plain) is not None:
            draft.unknown.append(plain)
        return match.end()
    name = name.lower()
    if minus:
        raise NotUnderstood(f"A minus goes before words; {name}: takes none.")
    if name in draft.filters:
        raise NotUnderstood(f"Only one {name}: can be given; remove the other.")
    value, end = quoted or plain or "", match.end()
    if plain and name in ("since", "until"):
        value, end = _time_at(text, match.start("plain"), clock)
    if not value.strip():
        raise NotUnderstood(f"Something is missing after {name}:; type what it should be.")
    draft.filters[name] = value.strip()
    return end


def _time_at(text: str, place: int, clock: Callable[[str], Stretch]) -> tuple[str, int]:
    """Return the longest run of words at a place that names a time, or else the first word."""
    ends = [place + match.end() for match in re.finditer(r"\S+(?=\s|\Z)", text[place:])][:_TIME_WORDS]
    for end in reversed(ends):
        try:
            clock(text[place:end])
        except UnknownTime:
            continue
        except NotUnderstood:
            pass  # It is a time, and what is wrong with it is told when it is read.
        return text[place:end], end
    return text[place : ends[0]], ends[0]


def _kind(text: str) -> Kind:
    try:
        return Kind(text.lower())
    except ValueError:
        raise NotUnderstood(f"There is no such kind; kind: takes {', '.join(Kind)}.") from None
