"""The threads of which a user has one each: of a routine, the heartbeat, of a channel the assistant's."""

from __future__ import annotations

from typing import NamedTuple

from store.records import Kind


class SingleThread(NamedTuple):
    """A thread that there is one of."""

    kind: Kind
    user_id: str
    key: str = ""
    """The routine's id, or the assistant's channel."""

    @property
    def channel(self) -> str:
        """Return the channel of a new one."""
        return self.key if self.kind is Kind.ASSISTANT else str(self.kind)

    def metadata(self, routine_name: str = "") -> dict[str, str]:
        """Return the metadata of a new one, as IronClaw writes them."""
        match self.kind:
            case Kind.ROUTINE:
                return {"thread_type": "routine", "routine_id": self.key, "routine_name": routine_name}
            case Kind.ASSISTANT:
                return {"thread_type": "assistant", "title": "Assistant"}
        return {"thread_type": "heartbeat"}
