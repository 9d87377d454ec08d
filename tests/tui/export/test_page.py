"""The HTML export: well formed, alone, and harmless, whatever was said; a real browser has the last word."""

from __future__ import annotations

import asyncio
import random
import re
import shutil
import subprocess
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from store.contract.stored_rows import RowSelection
from tests.store.conftest import CAMPAIGN, add_conversation, add_message, loose_tables, make_database, plain
from tests.store.histories import fill
from tests.tui.browser.test_hostile import OWNER, write_hostile
from tests.tui.conftest import SCREENSHOTS
from tests.tui.export.conftest import exported
from tui.export.export_format import Format
from tui.text.visible import is_harmless, visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VOID = {"meta", "br", "hr"}
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "article", "section", "div", "p", "span", "b", "em", "strong",
    "s", "a", "h1", "h2", "h4", "h5", "h6", "time", "details", "summary", "pre", "code", "ul", "ol", "li", "nav",
    "blockquote", "table", "thead", "tbody", "tr", "th", "td", "hr", "br", "footer",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "rel", "datetime", "title", "style",
    "start",
}  # fmt: skip
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Strict(HTMLParser):
    """Fails where a tag is not known, not closed, or closed out of order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.links: list[str] = []
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        assert len({name for name, _ in attrs}) == len(attrs)
        for name, value in attrs:
            assert name in ATTRIBUTES, (tag, name, value)
            if name == "style":
                assert re.fullmatch(r"text-align:(left|right|center)", value or "")
            if name == "href":
                self.links.append(value or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID, tag
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.parts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.parts)


def checked(page: str) -> Strict:
    strict = Strict()
    strict.feed(page)
    strict.close()
    assert strict.open == []
    assert all(re.match(r"https?://|#c\d+\Z", link) for link in strict.links)
    assert visible(page) == page
    assert "default-src 'none'" in page
    return strict


def payloads(server: str) -> list[str]:
    """Return what would run, load or tell if any of it got through; the server is named in each."""
    return [
        f"<script>document.title='run';fetch('{server}/1')</script>",
        f"<img src={server}/2 onerror=\"document.title='run'\"> <iframe src={server}/3></iframe>",
        f"![image]({server}/4) ![x][r]\n\n[r]: {server}/5",
        f"[link](javascript:document.title='run') [data](data:text/html,<script>) <{server}/6>",
        f"</style><link rel=stylesheet href={server}/7><style>@import '{server}/8'; *{{background:url({server}/9)}}",
        f'"><svg onload="document.title=1"> <meta http-equiv=refresh content="0;url={server}/10">',
        f"<base href={server}/11>",
        f"| a | b |\n|:--|--:|\n| <object data={server}/12> | `</code><script src={server}/13>` |",
        f'```html" onload="x\n</code></pre><script src={server}/14></script>\n',
        f"&lt;script src={server}/15&gt; &#27;]52; &#x202e; \x1b]8;;{server}/16\x1b\\ \u202e\u2066\u200b\x00",
        f'[a]({server}/17 "x\' onmouseover=\'1") [b](//127.0.0.1/18) [c](https://ok.example/?a=1&b="2")',
        f"<details open><summary>x</summary><form action={server}/19><button autofocus onfocus=1>",
        "> - 1. # * **_~~`" * 40,
        f"{server}/20. ({server}/21) http://user:pw@host/ http://\u202eevil/",
    ]


def hostile(folder: Path, server: str) -> Path:
    """Make a file in which everything that can be stored is hostile."""
    path = make_database(folder / "hostile.db", loose_tables())
    with plain(path) as db:
        for payload in payloads(server):
            conversation = add_conversation(db, channel=payload, metadata="{}")
            for role in ("user", "assistant", payload):
                add_message(db, conversation, payload, role=role)
            quoted = payload.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            quoted = re.sub(r"[\x00-\x1f]", " ", quoted)
            call = f'{{"name": "{quoted}", "result": "{quoted}", "error": "{quoted}", "rationale": "{quoted}"}}'
            add_message(db, conversation, f'{{"calls": [{call}], "narrative": "{quoted}"}}', role="tool_calls")
            attachment = f'<attachment type="{payload}" filename="{payload}" mime="x">{payload}</attachment>'
            add_message(db, conversation, f"see\n\n<attachments>{attachment}</attachments>")
    return path


async def test_the_sample_history_is_a_well_formed_page_with_everything_on_it(sample: Path) -> None:
    page = await exported(sample, Format.HTML)
    shown = checked(page).text
    for words in (
        "Lisbon, four days, few queues",
        "Router watch",
        "no reply stored",
        "136 conversations",
        "timed out",
    ):
        assert words in shown
    assert page.count("<article ") == 136


async def test_a_hostile_history_is_a_well_formed_page_that_loads_nothing(tmp_path: Path) -> None:
    page = await exported(hostile(tmp_path, "http://127.0.0.1:9"), Format.HTML)
    strict = checked(page)
    assert is_harmless(page)
    assert "<script>document.title='run'" in strict.text
    assert 'rel="noreferrer noopener"' in page
    assert not [link for link in strict.links if "user:pw" in link]


async def test_any_history_is_a_well_formed_page(tmp_path: Path) -> None:
    for seed in range(3 * CAMPAIGN):
        path = make_database(tmp_path / f"{seed}.db", loose_tables())
        fill(path, random.Random(seed))
        checked(await exported(path, Format.HTML))
        for kind in (Format.TEXT, Format.MARKDOWN):
            assert is_harmless(await exported(path, kind))


async def test_what_people_read_of_hostile_texts_is_harmless(tmp_path: Path) -> None:
    await asyncio.to_thread(write_hostile, tmp_path / "hostile.db")
    for kind in (Format.TEXT, Format.MARKDOWN, Format.HTML):
        text = await exported(tmp_path / "hostile.db", kind, user=OWNER)
        assert is_harmless(text)
        assert "RESULT00" in text
    checked(text)


class _Listener(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]  # made below
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    listening = ThreadingHTTPServer(("127.0.0.1", 0), _Listener)
    listening.asked = []  # type: ignore[attr-defined]  # what was asked for
    thread = Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield listening
    listening.shutdown()
    thread.join()
    listening.server_close()


def chromium(folder: Path, *arguments: str) -> str:
    assert BROWSER is not None
    done = subprocess.run(
        [
            BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
            f"--user-data-dir={folder / 'profile'}", *arguments,
        ],
        capture_output=True, timeout=60, check=True,
    )  # fmt: skip
    return done.stdout.decode()


@pytest.mark.skipif(BROWSER is None, reason="there is no Chromium on this machine")
async def test_in_a_real_browser_no_script_runs_and_no_request_leaves(
    tmp_path: Path, server: ThreadingHTTPServer
) -> None:
    address = f"http://127.0.0.1:{server.server_port}"
    page = await exported(hostile(tmp_path, address), Format.HTML)
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    shown = chromium(tmp_path, "--virtual-time-budget=2000", "--dump-dom", (tmp_path / "page.html").as_uri())
    assert "<title>everything · clawback</title>" in shown
    assert shown.count("<article ") == len(payloads(address))
    assert server.asked == []  # type: ignore[attr-defined]  # made above
    # That the server would have noticed: the same browser, a page that does load something.
    (tmp_path / "loads.html").write_text(f"<img src={address}/loaded>", encoding="utf-8")
    chromium(tmp_path, "--virtual-time-budget=2000", "--dump-dom", (tmp_path / "loads.html").as_uri())
    assert server.asked == ["/loaded"]  # type: ignore[attr-defined]  # made above


@pytest.mark.skipif(BROWSER is None, reason="there is no Chromium on this machine")
async def test_the_screenshot_can_be_taken(sample: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    with plain(sample) as db:
        (shown,) = db.execute(
            "SELECT conversation_id FROM conversation_messages WHERE content LIKE '%Lisbon, four days%'"
        ).fetchone()
    page = await exported(sample, Format.HTML, RowSelection(ids=(shown,)))
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    picture = tmp_path / "page.png"
    chromium(tmp_path, "--window-size=900,1300", f"--screenshot={picture}", (tmp_path / "page.html").as_uri())
    assert 30_000 < picture.stat().st_size < 300_000
    if request.config.getoption("--update-screenshots"):
        shutil.copy(picture, SCREENSHOTS / "export-html.png")
