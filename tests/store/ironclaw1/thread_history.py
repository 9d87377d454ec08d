"""Files of IronClaw 1.x in the shapes that its versions left, written through the engine that it writes with."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from store.demo import thread_files as files
from store.ironclaw1.addresses import Thread, ThreadScope
from tests.store.contract.backend import at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from store.demo.thread_files import Statement

ADA = ThreadScope("reborn-cli", "ada", "reborn-cli-agent", owner="ada")
GARDEN = ADA._replace(project="garden")
BEN = ThreadScope("acme", "ben", "helper", owner="ben")
NOBODY = ThreadScope("reborn-cli", "__system__", "reborn-cli-agent")
EVERYTHING = Thread(ADA, "everything")
LOGGED = Thread(ADA, "logged")
PREFIXES = ("a", "a%", "a%b", "a_", "ab")
TRIGGER = "01J0000000000000000000TEST"
STATUSES = (
    "accepted", "queued", "submitted", "rejected_busy", "deferred_busy", "draft", "finalized", "interrupted",
    "superseded", "deleted", "of tomorrow",
)  # fmt: skip
DECOY = "DECOY of a secret"


def uuid(number: int) -> str:
    """Return an id of which the greater comes later."""
    return f"{number:08d}-0000-4000-8000-000000000000"


def said(thread: Thread, number: int, kind: str, content: str | None, **fields: Any) -> dict[str, Any]:
    """Return a message, written so many minutes after the start."""
    moment = fields.pop("at", at(minutes=number))
    return files.record(thread, uuid(number), number, kind, content, at=moment, **fields)


def conversation(
    thread: Thread, *texts: str, active: datetime | None = None, has_order: bool = True, **fields: Any
) -> Iterator[Statement]:
    """Yield what writes a thread of questions and answers."""
    yield from files.thread(thread, active or at(hours=1), created=at(), **fields)
    for number, text in enumerate(texts, 1):
        kind = "user" if number % 2 else "assistant"
        yield files.message(thread, said(thread, number, kind, text), has_order=has_order)


def of_1_3() -> Iterator[Statement]:
    """Yield a history as 1.3 writes it."""
    yield from files.tables()
    for scope in (ADA, BEN, NOBODY):
        yield from files.order(scope)
    yield from everything()
    for minute, name in enumerate(PREFIXES):
        yield from conversation(Thread(ADA, name), f"I am {name}", active=at(minutes=minute))
    yield from conversation(Thread(GARDEN, "a"), "Which tomatoes?", active=at(days=2))
    yield from conversation(Thread(BEN, "a"), "Ben asks", active=at(days=3))
    yield from conversation(Thread(NOBODY, "shared"), "Whose is this?")
    yield from conversation(
        Thread(ADA, "child"), "Look it up", metadata_json=json.dumps({"kind": "subagent", "parent_thread_id": "a"})
    )
    yield from conversation(Thread(ADA, "prepared"), metadata_json=json.dumps({"prepared_context": True}))
    stray = Thread(ADA, "stray")
    yield from files.thread(stray, None, created=at(), is_listed=False)
    yield files.message(stray, said(stray, 1, "user", "No list knows me"))
    yield from automation()


def everything() -> Iterator[Statement]:
    """Yield a thread with every kind and every status, and what should not be there."""
    thread = EVERYTHING
    yield from files.thread(
        thread, at(days=1), created=at(), title="Everything", metadata_json=json.dumps({"client_action_id": "x"})
    )
    picture = {"id": "1", "kind": "image", "mime_type": "image/png", "filename": "sea & sand.png", "size_bytes": 2048}
    paper = {"id": "2", "kind": "document", "mime_type": "application/pdf", "extracted_text": "<Chapter> one"}
    records = [
        said(thread, 1, "user", "Look at this", attachments=[picture, paper]),
        said(thread, 2, "user", "__ironclaw_attachments_only_v1__", attachments=[picture]),
        said(thread, 3, "assistant", "I look.", created_at="2026-01-01T00:03:00.123456789Z"),
        said(thread, 4, "tool_result_reference", json.dumps({"version": 1, "result_ref": "r1", "safe_summary": "ok"}))
        | {
            "tool_result_provider_call": {
                "provider_tool_name": "http_get",
                "arguments": {"url": "https://example.org"},
                "reasoning": "It must be looked up.",
            }
        },
        said(thread, 5, "capability_display_preview", json.dumps(card("r1", "completed"))),
        said(thread, 6, "capability_display_preview", json.dumps(card("r2", "failed"))),
        said(thread, 7, "system", "|||\nthe child's result\n|||", source_binding_id="subagent-result:run-1"),
        said(thread, 8, "system", "A rule."),
        said(thread, 9, "checkpoint_reference", "checkpoint-9"),
        said(thread, 10, "of tomorrow", None, payload={"new": True}),
        said(thread, 11, "user", None, status="redacted", redaction_ref="redaction-1"),
        said(thread, 12, "assistant", "no time", at=None),
        *(said(thread, 20 + 2 * n, "user", status, status=status) for n, status in enumerate(STATUSES)),
        said(thread, 60, "user", "one of two"),
        said(thread, 60, "assistant", "two of two") | {"message_id": uuid(61)},
    ]
    for record in records:
        yield files.message(thread, record)
    yield files.file(f"{thread.messages.low}{uuid(90)}.json", '{"message_id": "broken', "thread_message")
    yield files.file(f"{thread.messages.low}{uuid(91)}.json", {"message_id": uuid(91), "kind": "user"}, None)
    foreign = said(thread, 70, "user", "of another thread") | {"thread_id": "a", "message_id": uuid(92)}
    yield files.file(f"{thread.messages.low}{uuid(92)}.json", foreign, "thread_message")
    yield files.summary(thread, uuid(80), 1, 8, "They looked at the sea.")
    yield files.summary(thread, uuid(81), 9, 12, "This tells what was taken back.")


def card(reference: str, status: str) -> dict[str, Any]:
    return {
        "version": 1,
        "invocation_id": "i1",
        "capability_id": "http.get",
        "status": status,
        "title": "Fetch a page",
        "input_summary": "example.org",
        "output_summary": "404" if status == "failed" else "200",
        "output_preview": "The page.",
        "result_ref": reference,
        "truncated": True,
    }


def automation() -> Iterator[Statement]:
    """Yield an automation with runs that failed, run and went well."""
    row = {
        "trigger_id": TRIGGER,
        "tenant_id": "reborn-cli",
        "creator_user_id": "ada",
        "agent_id": "reborn-cli-agent",
        "name": "Morning news",
        "source": "schedule",
        "schedule_kind": "cron",
        "schedule_expression": "0 7 * * *",
        "schedule_timezone": "Europe/Stockholm",
        "prompt": "What happened?",
        "state": "scheduled",
        "next_run_at": files.stamp(at(days=4), 9),
        "last_run_at": files.stamp(at(days=3), 9),
        "last_status": "error",
        "created_at": files.stamp(at(), 9),
    }
    yield from files.insert("trigger_records", [row])
    for day, status in enumerate(("ok", "error", "error", "running")):
        moment = at(days=day, hours=7)
        name = f"run-{day}" if status != "running" else None
        run = {
            "tenant_id": "reborn-cli",
            "trigger_id": TRIGGER,
            "fire_slot": files.stamp(moment, 9),
            "run_id": f"id-{day}",
            "thread_id": name,
            "status": status,
            "submitted_at": files.stamp(moment + timedelta(seconds=1), 9),
            "completed_at": files.stamp(moment + timedelta(seconds=31), 9) if name else None,
        }
        yield from files.insert("trigger_run_history", [run])
        if name:
            metadata = json.dumps({"source": "automation_trigger", "trigger_id": TRIGGER})
            thread = Thread(ADA, name)
            yield from conversation(thread, "What happened?", f"News of day {day}", metadata_json=metadata)


def of_1_0() -> Iterator[Statement]:
    """Yield a history as 1.0 left it: no ordered index, the last replies in the append log alone."""
    yield from files.tables(has_order=False)
    yield from conversation(LOGGED, "One?", has_order=False)
    yield from replies()
    yield from conversation(Thread(ADA, "other"), "Old question", "Old answer", has_order=False, active=at(hours=2))


def replies() -> Iterator[Statement]:
    """Yield replies that only the log has, one that a file took back, and what another thread's log holds."""
    yield files.event(LOGGED.log, said(LOGGED, 2, "assistant", "Reply of the log"))
    yield files.event(LOGGED.log, said(LOGGED, 3, "assistant", "Secret that was taken back"))
    redacted = said(LOGGED, 3, "assistant", None, status="redacted", redaction_ref="r")
    yield files.message(LOGGED, redacted, has_order=False)
    yield files.event(LOGGED.log, said(Thread(ADA, "other"), 4, "assistant", "Strayed"))


def grown() -> Iterator[Statement]:
    """Yield a history that 1.0 began and 1.3 went on with: its index has what came later alone."""
    yield from of_1_0()
    yield from list(files.tables())[len(list(files.tables(has_order=False))) :]
    yield from files.order(ADA)
    yield files.message(LOGGED, said(LOGGED, 5, "user", "Two?"))
    yield from files.thread(LOGGED, at(hours=5), created=at())
    yield from conversation(Thread(ADA, "new"), "New question", "New answer", active=at(hours=6))


def decoys() -> Iterator[Statement]:
    """Yield files that nobody has to read."""
    message = said(EVERYTHING, 500, "user", DECOY)
    for folder in (
        "/tenants/reborn-cli/users/ada/secrets/s1",
        "/tenants/reborn-cli/users/ada/approvals/a1",
        "/tenants/reborn-cli/users/ada/authorization/x",
        "/tenants/reborn-cli/users/ada/threads/idempotency",
        "/tenants/reborn-cli/shared/reborn-identity/i1",
        "/tenants/reborn-cli/shared/extension-admin-configuration/e1",
        f"{ADA.root}/structured-finalizations/everything",
        "/secrets/threads/agents/a/threads/x/messages",
    ):
        yield files.file(f"{folder}/{uuid(500)}.json", message, "thread_message")
        yield files.file(f"{folder}/thread.json", {"thread_id": DECOY, "title": DECOY}, "session_thread")
        yield files.event(f"{folder}/message_appends", message)
