"""What can become of a save; an editor that is open shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from store.domain.metadata_json import Merge
    from store.editing.journal import Edit


class Saved(NamedTuple):
    """What the edit asks for is stored."""

    kept: tuple[str, ...] = ()
    """Fields that somebody else changed meanwhile and that were kept."""
    is_ours: bool = True
    """Whether the edit wrote it; ``False`` if somebody else had done the same already."""


class Contested(NamedTuple):
    """Somebody else changed a field that the edit changes too; nothing was written."""

    theirs: str
    """The document as it is stored by now."""
    merge: Merge
    """Both sets of changes, and the fields in conflict."""


class Failed(NamedTuple):
    """Nothing was written."""

    sentence: str
    """What happened and what to do."""


class CutOff(NamedTuple):
    """The connection was lost while it was written: whether it is stored is not known yet."""

    edit: Edit
    kept: tuple[str, ...] = ()
    """Fields that somebody else changed meanwhile and that were kept."""


class Unknown(NamedTuple):
    """Whether anything was written is not known yet."""

    sentence: str
    """What happened."""
    fate: Awaitable[Saved | Failed]
    """What became of it, once that can be looked up."""


Outcome = Saved | Contested | Failed | Unknown
"""What a sheet is told of its save."""
if TYPE_CHECKING:
    Save = Callable[[str, str], Awaitable[Outcome]]
    """Writes a new document over the one that was shown: ``save(new, expected)``."""
