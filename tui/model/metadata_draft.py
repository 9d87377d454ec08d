"""A conversation's metadata while it is being edited: what was stored, and what it is to become.

Pure: JSON as text, no Textual and no store. What was not touched keeps its exact text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from store.domain import metadata_json as documents
from store.domain.strict_json import parse
from tui.text.json_text import compact, escaped, pretty

if TYPE_CHECKING:
    from collections.abc import Collection

    from store.domain.metadata_json import Change, Field, Merge, Type


class DraftField(NamedTuple):
    """A field as the editor lists it."""

    name: str
    type: Type
    value_text: str
    """Its value as JSON; of a deleted field the old one."""
    state: str
    """``new``, ``changed``, ``deleted``, or nothing."""


class Draft:
    """An edit of one document.

    Args:
        stored: The document as it is stored; a JSON object.
    """

    def __init__(self, stored: str) -> None:
        self.base = stored
        self.text = stored

    @property
    def changes(self) -> list[Change]:
        """Return what the edit changes, field by field."""
        return documents.changes(self.base, self.text)

    @property
    def fields(self) -> list[DraftField]:
        """Return the fields as they are to become, deleted ones where they were, new ones at the end."""
        changed = {change.name for change in self.changes}
        now = {field.name: field for field in documents.fields(self.text)}
        listed = []
        for old in documents.fields(self.base):
            field = now.pop(old.name, None)
            state = "deleted" if field is None else "changed" if old.name in changed else ""
            listed.append(_listed(field or old, state))
        return listed + [_listed(field, "new") for field in now.values()]

    @property
    def document(self) -> str:
        """Return the whole document to be read and edited: indented, and harmless."""
        return escaped(pretty(self.text))

    def put(self, name: str, value_text: str | None) -> None:
        """Give a field a value, as JSON, or delete it (``None``)."""
        self.text = documents.with_field(self.text, name, value_text)
        self._drop_no_op()

    def adopt(self, typed: str) -> None:
        """Take over the whole document as it was typed; what means the same keeps its stored spelling.

        Raises:
            DocumentError: this is no JSON that could be stored.
        """
        parse(typed)
        self.text = documents.respelled(compact(typed), self.text)
        self._drop_no_op()

    def rebase(self, theirs: str, merge: Merge, *, mine: Collection[str]) -> None:
        """Put the edit on top of a document that was stored meanwhile.

        Args:
            theirs: That document.
            merge: Its changes and those of this edit, in one document.
            mine: Of the fields that both changed, those where this edit wins.
        """
        self.text = merge.resolved(mine)
        self.base = theirs
        self._drop_no_op()

    def _drop_no_op(self) -> None:
        """Go back to the stored text where an edit came to the same."""
        if not self.changes:
            self.text = self.base


def _listed(field: Field, state: str) -> DraftField:
    return DraftField(field.name, field.type, field.value_text, state)
