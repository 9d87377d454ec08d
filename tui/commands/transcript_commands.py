"""The commands of the transcript."""

from __future__ import annotations

from store.contract.capability import Capability
from tui.commands.command import Command, Scope

T = Scope.TRANSCRIPT

TRANSCRIPT_COMMANDS = (
    Command("toggle", "enter", "fold", T, "open/fold", "Open or fold the message; read more of a long one.", True),
    Command("line-down", "j,down", "line(1)", T, "line down", "Scroll one line down."),
    Command("line-up", "k,up", "line(-1)", T, "line up", "Scroll one line up."),
    Command("message-next", "J", "message(1)", T, "next message", "Go to the next message."),
    Command("message-previous", "K", "message(-1)", T, "previous message", "Go to the previous message."),
    Command("turn-next", "right_curly_bracket", "turn(1)", T, "next turn", "Go to the next turn.", key_label="}"),
    Command(
        "turn-previous",
        "left_curly_bracket",
        "turn(-1)",
        T,
        "previous turn",
        "Go to the beginning of the turn, then to the one before.",
        key_label="{",
    ),
    Command("half-down", "ctrl+d", "half_pages(1)", T, "half a page down", "Scroll half a page down."),
    Command("half-up", "ctrl+u", "half_pages(-1)", T, "half a page up", "Scroll half a page up."),
    Command("page-down", "pagedown,space", "half_pages(2)", T, "page down", "Scroll a page down."),
    Command("page-up", "pageup", "half_pages(-2)", T, "page up", "Scroll a page up."),
    Command("first", "g,home", "first", T, "start", "Go to the true start of the conversation.", True),
    Command("last", "G,end", "last", T, "newest", "Go to the newest message and stay with the end.", True),
    Command("find", "slash", "find.open", T, "find", "Find in the whole conversation.", True, "/"),
    Command("match-next", "n", "find.step(1)", T, "next match", "Go to the next match, towards the start."),
    Command(
        "match-previous",
        "N",
        "find.step(-1)",
        T,
        "previous match",
        "Go to the previous match, towards the end.",
    ),
    Command(
        "go-to",
        "at",
        "go_to.ask",
        T,
        "go to",
        "Go to a date, a time, the first or last message, a position, a turn.",
        key_label="@",
    ),
    Command("outline", "O", "outline.open", T, "outline", "List the questions of the conversation, to go to one."),
    Command("first-new", "u", "unseen.go_to_first", T, "first new", "Go to the first message that is new."),
    Command("follow", "f", "follow", T, "follow", "Follow the end, or stay; moving up stays too."),
    Command(
        "tools",
        "t",
        "step_tools",
        T,
        "tool calls",
        "Show tool calls folded, by a line each, or in full.",
    ),
    Command("plain-message", "p", "step_markup", T, "as written", "Show the message as it was written, or rendered."),
    Command("times", "T", "step_times", T, "times", "Show times as clock, in full, or not at all."),
    Command("copy-message", "y", "message.copy", T, "copy message", "Copy the text of the message."),
    Command(
        "copy-link", "Y", "message.copy_link", T, "copy link", "Copy the ids of the conversation and the message."
    ),
    Command(
        "links",
        "o",
        "message.list_links",
        T,
        "links",
        "List the links of the message, in full; open or copy one.",
    ),
    Command("bookmark", "b", "bookmarks.toggle", T, "bookmark", "Bookmark the message, or take the bookmark away."),
    Command("save-pictures", "P", "message.save_pictures", T, "save pictures", "Save the pictures of the message."),
    Command(
        "raw",
        "s",
        "message.show_raw",
        T,
        "as stored",
        "Show what is stored of the message, byte for byte.",
        needs=Capability.RAW_ROWS,
    ),
    Command(
        "plain-ledger",
        "L",
        "ledger.toggle",
        T,
        "as ledger",
        "Show a routine's thread as a ledger of its runs.",
    ),
)
