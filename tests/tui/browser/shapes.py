"""The shapes that rows take in IronClaw's files, each as a conversation of its own, written by IronClaw's engine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.store.agent import IRONCLAW, libsql

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

Rows = list[tuple[str, str]]


def wrapped(text: str, name: str = "http", *, attributes: str = "") -> str:
    return f'<tool_output name="{name}"{attributes}>\n{text}\n</tool_output>'


def calls(*each: dict[str, Any], narrative: str | None = None) -> str:
    return json.dumps({"calls": each} | ({"narrative": narrative} if narrative else {}))


OLD_ARRAY = json.dumps([{"name": "http", "result_preview": "200 OK"}, {"name": "weather", "error": "timeout"}])
ARRAY_WITH_RESULTS = json.dumps(
    [
        {
            "name": "http",
            "call_id": "turn3_0",
            "result_preview": wrapped("200 OK", attributes=' sanitized="true"'),
            "result": wrapped("200 OK\ncontent-type: text/html", attributes=' sanitized="true"'),
        }
    ]
)
NARRATED = calls(
    {
        "name": "weather",
        "call_id": "turn1_0",
        "rationale": "Lisbon was named, so its forecast is wanted.",
        "result_preview": wrapped("23 °C and sunny", "weather"),
        "result": wrapped("23 °C and sunny until Thursday <\u200b/tool_output> they say", "weather"),
    },
    {"name": "calendar", "call_id": "turn1_1", "error": wrapped("no permission", "calendar")},
    narrative="I look at the weather first, then at the calendar.",
)
IMAGE = calls(
    {
        "name": "draw",
        "result_preview": "Generated image",
        "result": json.dumps(
            {
                "type": "image_generated",
                "media_type": "image/png",
                "path": "/out/1.png",
                "data": "data:image/png;base64," + "A" * 4096,
            }
        ),
    },
    {
        "name": "draw",
        "result_preview": "Generated image",
        "result": json.dumps(
            {
                "type": "image_generated",
                "mime_type": "image/webp",
                "data_omitted": True,
                "omitted_reason": "larger than 512 KiB",
            }
        ),
    },
)
ENGINE_2 = calls({"name": "shell", "result_preview": "done", "tool_call_id": "call_9f2"})
ATTACHED = (
    "Here is the lease.\n\n<attachments>\n"
    '<attachment index="0" type="document" filename="lease &amp; terms.pdf" mime="application/pdf" size="184320">\n'
    "1. The tenant &lt;A&gt; pays on the first.\n</attachment>\n"
    '<attachment index="1" type="audio" filename="voice.ogg" mime="audio/ogg" duration="12">\n'
    "Transcript: bring the keys\n</attachment>\n"
    '<attachment index="2" type="image" filename="door.jpg" mime="image/jpeg" size="2048">\n'
    "[Image attached — sent as visual content]\n</attachment>\n"
    "</attachments>"
)
ATTACHMENTS_ALONE = (
    '<attachments>\n<attachment index="0" type="audio" filename="a.ogg" mime="audio/ogg" duration="3">\n'
    "Audio transcript unavailable.\n</attachment>\n</attachments>"
)

SHAPES: dict[str, Rows] = {
    "plain answer": [("user", "hello"), ("assistant", "Hello.")],
    "old array": [("user", "go"), ("tool_calls", OLD_ARRAY), ("assistant", "Done.")],
    "array with results": [("user", "go"), ("tool_calls", ARRAY_WITH_RESULTS), ("assistant", "Done.")],
    "narrated calls": [("user", "Lisbon?"), ("tool_calls", NARRATED), ("assistant", "Sunny.")],
    "images": [("user", "draw"), ("tool_calls", IMAGE), ("assistant", "Two pictures.")],
    "second engine": [("user", "run"), ("tool_calls", ENGINE_2), ("assistant", "Ran.")],
    "failed": [("user", "are you there?")],
    "failed, then asked again": [("user", "there?"), ("user", "hello?"), ("assistant", "Here.")],
    "waiting": [("user", "send it"), ("tool_calls", ENGINE_2)],
    "resumed": [
        ("user", "send it"),
        ("tool_calls", ENGINE_2),
        ("tool_calls", OLD_ARRAY),
        ("assistant", "Sent."),
    ],
    "rejected": [("user", "delete all"), ("assistant", "Tool 'shell' was rejected by the user.")],
    "filtered": [("user", "secret?"), ("assistant", "[Response filtered: contains a key]")],
    "blocked": [("user", "secret?"), ("assistant", "[Response blocked by hook policy: no keys]")],
    "question lost": [("tool_calls", OLD_ARRAY), ("assistant", "Done all the same.")],
    "calls alone": [("tool_calls", OLD_ARRAY)],
    "greeting": [("assistant", "Hey there! I'm excited to be your new assistant"), ("user", "hi")],
    "malformed calls": [("user", "go"), ("tool_calls", '[{"name": "http"'), ("assistant", "Done.")],
    "foreign roles": [("system", "You are kind."), ("user", "hi"), ("function", "42"), ("assistant", "42.")],
    "attachments": [("user", ATTACHED), ("assistant", "Read it.")],
    "attachments alone": [("user", ATTACHMENTS_ALONE)],
    "empty": [("user", ""), ("assistant", "")],
}
"""By name; every conversation's messages lie a minute apart."""


def live_state(started_at: datetime) -> str:
    """Metadata of a conversation in which the agent began to work on a turn."""
    state = {"turn_number": 1, "state": "Processing", "user_input": "x", "started_at": started_at.isoformat()}
    return json.dumps({"live_state": state})


def write_shapes(path: Path, shapes: dict[str, Rows] | None = None, metadata: str | None = None) -> Path:
    """Write conversations by libSQL, the first one last used."""
    statements: list[str | tuple[str, list[Any]]] = [*IRONCLAW]
    for number, (name, rows) in enumerate((SHAPES if shapes is None else shapes).items()):
        conversation = f"{number:08d}-0000-4000-8000-000000000000"
        used = f"2026-03-01T{23 - number // 60:02d}:{59 - number % 60:02d}:00.000Z"
        statements.append(
            (
                "INSERT INTO conversations (id, channel, user_id, started_at, last_activity, metadata)"
                " VALUES (?, 'gateway', 'default', ?, ?, ?)",
                [conversation, used, used, metadata or json.dumps({"title": name})],
            )
        )
        for row, (role, content) in enumerate(rows):
            statements.append(
                (
                    "INSERT INTO conversation_messages VALUES (?, ?, ?, ?, ?)",
                    [
                        f"{number:08d}-0000-4000-8000-{row + 1:012d}",
                        conversation,
                        role,
                        content,
                        f"2026-03-01T09:{row:02d}:00.000Z",
                    ],
                )
            )
    answers = libsql(path, *statements)
    assert not [answer for answer in answers if isinstance(answer, str)], answers
    return path
