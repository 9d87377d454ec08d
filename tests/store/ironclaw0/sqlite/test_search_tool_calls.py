"""A search reads of tool calls what is shown of them, never the JSON that they are stored in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from store import open_store
from store.domain.query import excerpt
from store.ironclaw0.sqlite.text_index import SqliteTextIndex
from tests.store.asking import find, query, search
from tests.store.conftest import USER, add_conversation, add_message, plain

if TYPE_CHECKING:
    from pathlib import Path

OUTPUT = 'print("hello, Ødegård")\nC:\\Users\\me\tsecond'
WRAPPED = f'<tool_output name="shell" sanitized="true">\n{OUTPUT}\n</tool_output>'
CALLS: Any = {
    "narrative": "Let me have a look at the “ledger”.",
    "calls": [
        {
            "name": "read_file",
            "call_id": "turn0_1",
            "tool_call_id": "call_abc",
            "result_preview": "print(...",
            "result": WRAPPED,
            "rationale": "The first line\nsecond line tells why.",
        },
        {"name": "http", "call_id": "turn0_2", "error": "timeout after 30\u00a0s\u001b[0m", "result_preview": None},
        {"name": "list_dir", "result": {"entries": ["a/b.txt", "naïve"], "depth": 2}},
        {
            "name": "image_generate",
            "result": json.dumps(
                {"type": "image_generated", "data": "data:image/png;base64,Y2F0Y2F0", "media_type": "image/png"}
            ),
        },
    ],
}
SHAPES = {
    "as IronClaw writes it": json.dumps(CALLS, ensure_ascii=False),
    "escaped": json.dumps(CALLS),
    "with escaped slashes": json.dumps(CALLS, ensure_ascii=False).replace("/", "\\/"),
    "every letter escaped": json.dumps(CALLS).replace("hello", "".join(f"\\u{ord(each):04x}" for each in "hello")),
    "indented": json.dumps(CALLS, indent=4),
}
FOUND = [
    'print("hello',
    '"print("',
    "C:\\Users\\me",
    '"me second"',
    '"line second"',
    '"timeout after 30 s"',
    "read_file",
    "http",
    "ledger",
    "ødegård",
    "odegard",
    "naive",
    "a/b.txt",
    "depth",
    '"tells why"',
    "png",
]
NOT_FOUND = [
    "result",
    "preview",
    "rationale",
    "narrative",
    "calls",
    "call_id",
    "turn0",
    "call_abc",
    "tool_output",
    "sanitized",
    "base64",
    "y2f0",
    "image_generated",
    "nsecond",
    "tsecond",
    "u001b",
    '\\"',
    "\\n",
]


@pytest.mark.parametrize("is_indexed", [False, True], ids=["without index", "with index"])
async def test_what_is_shown_of_a_call_is_found_and_nothing_else(
    path: Path, tmp_path: Path, *, is_indexed: bool
) -> None:
    with plain(path) as db:
        for shape, stored in SHAPES.items():
            add_conversation(db, id=shape)
            add_message(db, shape, stored, role="tool_calls")
            add_message(db, shape, "nothing of it here", role="assistant")
    folder = tmp_path / "indexes" if is_indexed else None
    if folder is not None:
        async with SqliteTextIndex(path, folder) as index:
            assert await index.build(lambda done, total: True)
    async with open_store(path, index_folder=folder) as store:
        for typed in FOUND:
            found, _ = await search(store, typed)
            hits = {each.conversation_id: each.hits for each in found.conversations()}
            assert hits == dict.fromkeys(SHAPES, 1), typed
            for finding in found.conversations():
                shape = finding.conversation_id
                assert len(await find(store, typed, shape)) == 1, (typed, shape)
                shown = excerpt(finding.excerpt, query(typed), 80)
                assert shown.spans
                assert '\\"' not in shown.text
                assert "<tool_output" not in shown.text
        for typed in NOT_FOUND:
            found, _ = await search(store, f"role:tool_calls {typed}")
            assert not found.conversations(), typed
            for shape in SHAPES:
                assert not await find(store, typed, shape), (typed, shape)


@pytest.mark.parametrize("content", ['{"calls": 3, "result": 1}', '[{"result": "x"', "result"])
async def test_what_is_no_list_of_calls_is_searched_as_it_is_shown_a_text(path: Path, content: str) -> None:
    with plain(path) as db:
        add_message(db, add_conversation(db), content, role="tool_calls")
    async with open_store(path) as store:
        assert (await search(store, "result"))[0].hits == 1


async def test_words_of_people_are_searched_with_every_sign(path: Path) -> None:
    with plain(path) as db:
        key = add_conversation(db)
        add_message(db, key, '{"calls": [{"name": "x", "result": "say \\"hi\\""}]}', role="user")
    async with open_store(path) as store:
        for typed, hits in (("calls", 1), ('say\\"hi', 0), ('say \\"hi\\"', 1), ('say"hi"', 0), ("\\", 1)):
            found, _ = await search(store, f"role:user {typed}", USER)
            assert found.hits == hits, typed


@pytest.mark.parametrize("is_indexed", [False, True], ids=["without index", "with index"])
async def test_a_picture_is_left_out_and_the_text_around_it_is_not(
    path: Path, tmp_path: Path, *, is_indexed: bool
) -> None:
    letters = "iVBORw0KGgo" + "cat" * 40
    with plain(path) as db:
        key = add_conversation(db)
        add_message(db, key, f"before data:image/png;base64,{letters} after", role="assistant")
    folder = tmp_path / "indexes" if is_indexed else None
    if folder is not None:
        async with SqliteTextIndex(path, folder) as index:
            assert await index.build(lambda done, total: True)
    async with open_store(path, index_folder=folder) as store:
        for typed, hits in (("cat", 0), ("ivborw", 0), ("base64", 0), ("before after", 1)):
            assert (await search(store, f"role:assistant {typed}"))[0].hits == hits, typed
            assert len(await find(store, typed, key)) == hits, typed
