"""Put ``[masked: e-mail 3]`` in the place of secrets: the same one has the same number throughout a file."""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b
from typing import TYPE_CHECKING

from tui.export import rewriting
from tui.export.rewriting import Change
from tui.export.secrets import Find, Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from store.contract.stored_rows import StoredConversation, StoredMessage


class Masker:
    """Masks one file.

    Args:
        is_masked: Tells whether a secret of some kind is to be masked.
    """

    def __init__(self, is_masked: Callable[[Secret, str], bool]) -> None:
        self._is_masked = is_masked
        # A digest, since a secret may be long and a file may have many.
        self._numbers: dict[Secret, dict[bytes, int]] = {kind: {} for kind in Secret}
        self._counts: Counter[Secret] = Counter()

    @classmethod
    def of(cls, kinds: frozenset[Secret]) -> Masker:
        """Return one that masks all of some kinds."""
        return cls(lambda kind, _: kind in kinds)

    @property
    def counts(self) -> Mapping[str, int]:
        """Return how often something of each kind was masked."""
        return {kind.label: self._counts[kind] for kind in Secret if self._counts[kind]}

    def conversation(self, row: StoredConversation) -> StoredConversation:
        """Return a conversation masked."""
        return rewriting.conversation(row, self._swap, self._swap_uncounted)

    def message(self, row: StoredMessage) -> StoredMessage:
        """Return a message masked."""
        return rewriting.message(row, self._swap)

    def text(self, text: str) -> str:
        """Return a text masked that is not counted, such as a title for a file name."""
        return rewriting.text(text, self._swap_uncounted)

    def _swap(self, text: str, found: Sequence[Find]) -> list[Change]:
        return [self._counted(kind, change) for kind, change in self._masks(text, found)]

    def _swap_uncounted(self, text: str, found: Sequence[Find]) -> list[Change]:
        return [change for _, change in self._masks(text, found)]

    def _counted(self, kind: Secret, change: Change) -> Change:
        self._counts[kind] += 1
        return change

    def _masks(self, text: str, found: Sequence[Find]) -> Iterator[tuple[Secret, Change]]:
        """Yield what is masked; what overlaps is masked as one, as the kind of what begins first."""
        joined: list[Find] = []
        for find in found:
            if not self._is_masked(find.kind, text[find.start : find.end]):
                continue
            if joined and find.start < joined[-1].end:
                joined[-1] = joined[-1]._replace(end=max(joined[-1].end, find.end))
            else:
                joined.append(find)
        for start, end, kind in joined:
            yield kind, Change(start, end, self._mask(kind, text[start:end]))

    def _mask(self, kind: Secret, secret: str) -> str:
        numbers = self._numbers[kind]
        digest = blake2b(secret.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        number = numbers.setdefault(digest, len(numbers) + 1)
        return f"[masked: {kind.label} {number}]"
