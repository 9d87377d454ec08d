"""What a long-lived file gathers: imports, legacy times, damage, and text that would like to drive a terminal."""

# ruff: noqa: E501 - a paragraph of a play is one line

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from store.demo.script import Line, Thread, lines_of, row, timed

if TYPE_CHECKING:
    from random import Random

HOSTILE_TITLE = "A page I found about terminal colours, is any of it safe to paste?"

HOSTILE_TEXTS = (
    "Copies to your clipboard: \x1b]52;c;cm0gLXJmIH4=\x07 and renames your window: \x1b]0;you have mail\x1b\\",
    "Clears the screen: \x1b[2J\x1b[H, moves up: \x1b[5A, hides the cursor: \x1b[?25l, leaves the alternate screen: \x1b[?1049l",
    "The same in eight bits: \x9b2J \x9d0;gotcha\x9c \x90q\x9c, and with a bell \x07 and a backspace: safe\x08\x08\x08\x08evil",
    "A file that reads backwards: invoice_\u202efdp.exe\u202c, and isolates left open: \u2066\u2067abc",
    "Nothing between the bars: |\u200b\u200c\u200d\u2060\ufeff|, letters that hide: |\U000e0068\U000e0069\U000e007f|",
    "Markup: [/x] [@click=app.quit]boo[/] [bold red]shout[/bold red] [link=javascript:alert(1)]here[/link] \\[not]",
    "[a link](javascript:alert(1)) ![an image](file:///etc/passwd) <script>alert(1)</script> <b>html</b>",
    "A NUL: before\x00after. A lone carriage return: 100 %\r0 %. Vertical \x0b and form feed \x0c, delete \x7f.",
    "Stacked: Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324a\u0363\u0368\u0312lgo; families: 👨‍👩‍👧‍👦 👩🏽‍🚀 🏳️‍🌈; wide: ｆｕｌｌ",
)

_IMPORTED = """
> Moved in! This is the first thing I say to you.
< Welcome, Mara. I found 3 notebooks, 1 calendar and a surprising number of lists about bread.
? system | Context was compacted: 41 messages became a summary of 900 tokens.
> what do you know about me
? tool | {"name":"memory.search","query":"mara","hits":12}
< You translate from four languages, play the bass, and own a home server called *juniper*. You dislike phone calls.
> all true, sadly
? function | {"status":"ok"}
"""

_LEGACY = """
> happy new year! what's a good resolution for somebody who keeps none
< Keep *one* you already keep. You water the fig every Sunday: call it a resolution, and you are done by January 3rd.
> I like how you think
< It is less work for both of us.
"""

_DAMAGED = """
> Where does the ferry to Cacilhas leave from?
< From **Cais do Sodré**, every 20 minutes, the last one back at 1:20.
> And it takes bicycles?
< Yes, at no charge, on the lower deck.
"""


def imported(at: datetime, rng: Random) -> Thread:
    """Return a conversation from an OpenClaw import: unknown roles, and one time for all its rows."""
    rows = tuple(row(line.role, line.text, at) for line in lines_of(_IMPORTED))
    metadata = {"openclaw_conversation_id": f"oc-{rng.getrandbits(48):012x}", "openclaw_channel": "whatsapp"}
    return Thread("whatsapp", rows, started=at, metadata=metadata)


def legacy(last: datetime, rng: Random) -> Thread:
    """Return a conversation whose times are naive, as IronClaw wrote them before 0.18."""
    rows = timed(lines_of(_LEGACY), rng, last=last)
    rows = tuple(replace(each, at=_second(each.at), stored_at=f"{each.at:%Y-%m-%d %H:%M:%S}") for each in rows)
    return Thread("repl", rows, started=rows[0].at, legacy_times=True)


def damaged(last: datetime, rng: Random) -> Thread:
    """Return a conversation with one row whose time is no date."""
    first, second, *rest = timed(lines_of(_DAMAGED), rng, last=last)
    return Thread("telegram", (first, replace(second, stored_at="yesterday-ish"), *rest), started=first.at)


def hostile(last: datetime, rng: Random) -> Thread:
    """Return a conversation full of control characters, under an innocent title."""
    lines = [Line("user", HOSTILE_TITLE)]
    lines += [Line("assistant" if number % 2 else "user", text) for number, text in enumerate(HOSTILE_TEXTS, 1)]
    lines.append(Line("assistant", "None of it. A browser that shows you this line unharmed did its work."))
    return Thread("discord", (rows := timed(lines, rng, last=last)), started=rows[0].at)


def empty(at: datetime) -> Thread:
    """Return a conversation in which nobody ever said a word."""
    return Thread("gateway", (), started=at, metadata={"thread_type": "thread"})


def long_log(rng: Random, size: int = 200_000) -> str:
    """Return at least ``size`` characters of a server's log, indented as in a play."""
    clock = datetime(2000, 1, 1, 1)
    lines: list[str] = []
    written = 0
    while written < size:
        clock += timedelta(seconds=rng.randrange(1, 9))
        text = f"  {clock:%H:%M:%S} {rng.choice(_LOG).format(n=rng.randrange(1, 999), m=rng.randrange(10, 90))}"
        lines.append(text)
        written += len(text) + 1
    return "\n".join(lines)


_LOG = (
    "juniper photod[812]: rescan /srv/photos: 48210 files, 0 changed, {n} ms",
    "juniper kernel: sd 1:0:0:0: [sdb] Starting disk",
    "juniper smartd[640]: Device: /dev/sdb, Temperature changed {m} Celsius",
    "juniper nginx[901]: 192.168.1.{m} - GET /photos/thumb/{n}.webp 200 {n} us",
    "juniper restic[2211]: snapshot {n}a{m}f: processed {n}.{m} GiB in 0:{m}",
    "juniper systemd[1]: photod.timer: next elapse in {m} s",
    "juniper dnsmasq[577]: query[A] calendar.example from 192.168.1.{m}",
)


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
