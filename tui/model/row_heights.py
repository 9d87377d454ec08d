"""How many rows each message takes: measured where it was seen, estimated elsewhere.

Pure: knows numbers only. The transcript asks it where a message begins among millions of rows, and which message a
row belongs to, both in O(log n).
"""

from __future__ import annotations

from array import array

BLOCK = 64
"""Messages per leaf of the tree; within a block the rows are added one by one."""


class HeightIndex:
    """The heights of a sequence of messages, in rows.

    Args:
        total: Number of messages.
        estimate: Rows assumed for a message that was not measured.
    """

    def __init__(self, total: int, estimate: int = 6) -> None:
        self._estimate = max(1, estimate)
        self._measured = array("I", bytes(4 * total))
        blocks = total // BLOCK + 1
        # A Fenwick tree over the differences from the estimate, so that an unmeasured index is all zeros.
        self._tree = array("q", bytes(8 * (blocks + 1)))
        self._excess = 0

    def __len__(self) -> int:
        return len(self._measured)

    def __getitem__(self, ordinal: int) -> int:
        return self._measured[ordinal] or self._estimate

    @property
    def rows(self) -> int:
        """Return the rows of all messages together."""
        return len(self._measured) * self._estimate + self._excess

    def is_measured(self, ordinal: int) -> bool:
        """Tell whether the height of a message is known."""
        return self._measured[ordinal] != 0

    def set(self, ordinal: int, rows: int) -> None:
        """Record the measured height of a message, at least one row."""
        self._add(ordinal, rows - self[ordinal])
        self._measured[ordinal] = rows

    def extend(self, count: int) -> None:
        """Append unmeasured messages at the end."""
        self._measured.extend(array("I", bytes(4 * count)))
        blocks = len(self._measured) // BLOCK + 1
        while len(self._tree) <= blocks:
            node = len(self._tree)
            # A new node sums the nodes below it; the leaf itself is still zero.
            low, child, value = node - (node & -node), node - 1, 0
            while child > low:
                value += self._tree[child]
                child -= child & -child
            self._tree.append(value)

    def start(self, ordinal: int) -> int:
        """Return the number of rows before a message; ``rows`` for the position after the last."""
        block = ordinal // BLOCK
        total = ordinal * self._estimate
        node = block
        while node > 0:
            total += self._tree[node]
            node -= node & -node
        for index in range(block * BLOCK, ordinal):
            if self._measured[index]:
                total += self._measured[index] - self._estimate
        return total

    def find(self, row: int) -> tuple[int, int]:
        """Return the message that a row falls into and the row within it, cut to what exists."""
        if not len(self):
            return 0, 0
        row = max(0, min(row, self.rows - 1))
        node, left, step = 0, row, 1 << (len(self._tree).bit_length())
        while step:
            child = node + step
            if child < len(self._tree):
                # A full block below ``child`` holds BLOCK messages, except that the last may hold fewer.
                span = self._tree[child] + (child & -child) * BLOCK * self._estimate
                if span <= left:
                    node, left = child, left - span
            step >>= 1
        ordinal = node * BLOCK
        while ordinal < len(self) - 1 and left >= self[ordinal]:
            left -= self[ordinal]
            ordinal += 1
        return ordinal, min(left, self[ordinal] - 1)

    def _add(self, ordinal: int, difference: int) -> None:
        self._excess += difference
        node = ordinal // BLOCK + 1
        while node < len(self._tree):
            self._tree[node] += difference
            node += node & -node
