"""The one table of commands: id, keys, where they work, what they do.

Bindings, palette, help, ``clawback keys`` and the README's key table are all made from it.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from textual.binding import Binding
from textual.keys import format_key

if TYPE_CHECKING:
    from collections.abc import Mapping


class Scope(Enum):
    """Where a command works: in one of the panes, everywhere in the browser, or in the metadata editor."""

    BROWSER = "browser"
    LIST = "list"
    TRANSCRIPT = "transcript"
    LEDGER = "ledger"
    EDITOR = "editor"

    @property
    def title(self) -> str:
        """Return where that is, as a heading."""
        return _TITLES[self]


_TITLES = {
    Scope.BROWSER: "Everywhere",
    Scope.LIST: "In the list",
    Scope.TRANSCRIPT: "In the transcript",
    Scope.LEDGER: "In the ledger of a routine",
    Scope.EDITOR: "In the metadata editor",
}


class Command(NamedTuple):
    """Something the reader can do."""

    id: str
    keys: str
    """Key names, comma separated, the one to show first."""
    action: str
    scope: Scope
    title: str
    """A few words for the footer and the palette."""
    help: str
    """One sentence."""
    show: bool = False
    """Whether the footer has room for it."""
    key_label: str | None = None
    """How the keys are written where the table's own form is clumsy."""
    writes: bool = False
    """Whether it leads to a write; such commands are hidden where nothing may be written."""

    @property
    def works_while_typing(self) -> bool:
        """Tell whether its key is its own wherever the focus is; Textual would move the focus on with it."""
        return "tab" in self.keys.split(",")

    @property
    def action_name(self) -> str:
        """Return the name of the action without its arguments."""
        return self.action.partition("(")[0]


B, L, T, E = Scope.BROWSER, Scope.LIST, Scope.TRANSCRIPT, Scope.EDITOR
R = Scope.LEDGER

COMMANDS = (
    Command("read", "enter", "screen.read", L, "read", "Read the selected conversation.", True),
    Command("list-next", "j,down", "move(1)", L, "next", "Select the next conversation."),
    Command("list-previous", "k,up", "move(-1)", L, "previous", "Select the previous conversation."),
    Command("list-half-down", "ctrl+d", "half_pages(1)", L, "half a page down", "Go half a page down."),
    Command("list-half-up", "ctrl+u", "half_pages(-1)", L, "half a page up", "Go half a page up."),
    Command("list-page-down", "pagedown,space", "half_pages(2)", L, "page down", "Go a page down."),
    Command("list-page-up", "pageup", "half_pages(-2)", L, "page up", "Go a page up."),
    Command("list-newest", "g,home", "newest", L, "newest", "Select the newest conversation."),
    Command("list-oldest", "G,end", "oldest", L, "oldest", "Select the oldest conversation, loading only that end."),
    Command("search", "slash", "screen.search", L, "search", "Search all titles and messages.", True, "/"),
    Command("next-unseen", "u", "screen.next_unseen", L, "next new", "Go to the next conversation with news."),
    Command("copy-title", "y", "copy_title", L, "copy title", "Copy the title of the conversation."),
    Command("copy-id", "Y", "copy_id", L, "copy id", "Copy the id of the conversation."),
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
    Command("find", "slash", "screen.find", T, "find", "Find in the whole conversation.", True, "/"),
    Command("match-next", "n", "screen.match(1)", T, "next match", "Go to the next match, towards the start."),
    Command(
        "match-previous",
        "N",
        "screen.match(-1)",
        T,
        "previous match",
        "Go to the previous match, towards the end.",
    ),
    Command(
        "go-to",
        "at",
        "screen.go_to",
        T,
        "go to",
        "Go to a date, a time, the first or last message, a position, a turn.",
        key_label="@",
    ),
    Command("first-new", "u", "screen.first_new", T, "first new", "Go to the first message that is new."),
    Command("follow", "f", "follow", T, "follow", "Follow the end, or stay; moving up stays too."),
    Command("tools", "t", "screen.tools", T, "tool calls", "Show tool calls folded, by a line each, or in full."),
    Command("times", "T", "screen.times", T, "times", "Show times as clock, in full, or not at all."),
    Command("copy-message", "y", "copy_message", T, "copy message", "Copy the text of the message."),
    Command("copy-link", "Y", "copy_link", T, "copy link", "Copy the ids of the conversation and the message."),
    Command("links", "o", "screen.links", T, "links", "List the links of the message, in full; open or copy one."),
    Command("raw", "s", "screen.raw", T, "as stored", "Show what is stored of the message, byte for byte."),
    Command("plain-ledger", "L", "screen.ledger", T, "as ledger", "Show a routine's thread as a ledger of its runs."),
    Command("run-open", "enter", "open_run", R, "open", "Open folded runs, or the run in the transcript.", True),
    Command("run-next", "j,down,J", "move(1)", R, "next run", "Select the next run.", key_label="j ↓"),
    Command("run-previous", "k,up,K", "move(-1)", R, "previous run", "Select the previous run.", key_label="k ↑"),
    Command("run-half-down", "ctrl+d", "half_pages(1)", R, "half a page down", "Go half a page down."),
    Command("run-half-up", "ctrl+u", "half_pages(-1)", R, "half a page up", "Go half a page up."),
    Command("run-page-down", "pagedown,space", "half_pages(2)", R, "page down", "Go a page down."),
    Command("run-page-up", "pageup", "half_pages(-2)", R, "page up", "Go a page up."),
    Command("run-first", "g,home", "first", R, "first run", "Go to the first run of all, loading only that end."),
    Command("run-last", "G,end", "last", R, "newest run", "Go to the newest run and stay with the end."),
    Command(
        "run-failure",
        "exclamation_mark",
        "failure",
        R,
        "failure",
        "Go to the failure before this run.",
        show=True,
        key_label="!",
    ),
    Command("run-diff", "D", "diff", R, "difference", "Compare the run with the one before it, word by word.", True),
    Command("ledger", "L", "screen.ledger", R, "plain", "Show the plain transcript, or the ledger again.", True),
    Command("run-fold", "t", "fold_runs", R, "fold", "Fold runs that say the same, or show each."),
    Command("run-find", "slash", "screen.find", R, "find", "Find in the whole thread.", key_label="/"),
    Command(
        "run-go-to", "at", "screen.go_to", R, "go to", "Go to a date, a time, a run by its number.", key_label="@"
    ),
    Command("run-first-new", "u", "screen.first_new", R, "first new", "Go to the first run that is new."),
    Command("run-follow", "f", "follow", R, "follow", "Stay with the newest run, or with the selected one."),
    Command("run-copy", "y", "copy('run')", R, "copy run", "Copy the text of the run."),
    Command("run-link", "Y", "copy('link')", R, "copy link", "Copy the ids of the thread and the run."),
    Command("other-pane", "tab", "other_pane", B, "other pane", "Go to the other pane.", True),
    Command("to-list", "h,left", "to_list", B, "list", "Go to the list."),
    Command("to-transcript", "l,right", "to_transcript", B, "transcript", "Go to the transcript."),
    Command(
        "channel-next",
        "right_square_bracket",
        "channel(1)",
        B,
        "next channel",
        "Show the next channel.",
        key_label="]",
    ),
    Command(
        "channel-previous",
        "left_square_bracket",
        "channel(-1)",
        B,
        "previous channel",
        "Show the previous channel.",
        key_label="[",
    ),
    Command("channel-0", "0", "channel_at(0)", B, "all channels", "Show every channel."),
    *(
        Command(f"channel-{n}", str(n), f"channel_at({n})", B, f"channel {n}", f"Show channel number {n}.")
        for n in range(1, 10)
    ),
    Command(
        "machines",
        "a",
        "machines",
        B,
        "machine threads",
        "Routine and heartbeat threads: fold, show, or only them.",
        True,
    ),
    Command("edit", "e", "edit", B, "metadata", "Edit the metadata of the conversation.", True, writes=True),
    Command("rename", "R", "rename", B, "rename", "Give the conversation another title.", writes=True),
    Command("undo", "z", "undo", B, "undo", "Undo the last edit.", writes=True),
    Command("edits", "Z", "edits", B, "past edits", "List past edits, to undo or redo one of them.", writes=True),
    Command("info", "i", "info", B, "facts", "Show what is known of the conversation and its routine."),
    Command(
        "routines", "r", "open_special('routine')", B, "routines", "List the routines; open their threads.", True
    ),
    Command("heartbeat", "H", "open_special('heartbeat')", B, "heartbeat", "Open the heartbeat thread."),
    Command(
        "assistant",
        "A",
        "open_special('assistant')",
        B,
        "assistant thread",
        "Open the assistant thread of this channel.",
    ),
    Command(
        "pipe",
        "vertical_line",
        "pipe",
        B,
        "pipe to",
        "Pipe the message, the selection or the listed conversation to a command.",
        key_label="|",
    ),
    Command("pager", "v", "pager", B, "pager", "Open the message, or the listed conversation, in a pager."),
    Command("export", "x", "export", B, "export", "Take conversations along as a file."),
    Command("newsroom", "F", "newsroom", B, "newsroom", "Show all that arrives, on every channel."),
    Command("save-view", "w", "save_view", B, "save view", "Keep what is listed under a name."),
    Command("views", "W", "views", B, "views", "Show again what was kept under a name."),
    Command("users", "U", "users", B, "users", "Choose whose conversations to read."),
    Command("hide-list", "ctrl+b", "toggle_list", B, "hide list", "Hide or show the list."),
    Command("reload", "ctrl+r", "reload", B, "read again", "Read the file again."),
    Command("palette", "ctrl+p", "app.command_palette", B, "palette", "Find a command by its name."),
    Command("help", "question_mark,f1", "help", B, "help", "Show every key.", True, "? F1"),
    Command("back", "escape", "back", B, "back", "Leave what is open, one layer at a time.", key_label="esc"),
    Command("quit", "q", "app.quit", B, "quit", "Leave clawback."),
    Command("field-change", "enter", "change", E, "change", "Change the field, or take back its deletion.", True),
    Command("field-add", "plus,insert", "add", E, "add", "Add a field.", True, "+ Ins"),
    Command(
        "field-delete", "minus,delete", "remove", E, "delete", "Delete the field, or take that back.", True, "- Del"
    ),
    Command("editor-view", "tab", "view", E, "JSON/fields", "Go to the whole document as JSON, or back.", True),
    Command(
        "editor-save", "ctrl+o,s", "save", E, "save", "Show what will change, then save; s only in the fields.", True
    ),
    Command(
        "editor-close",
        "escape",
        "close",
        E,
        "close",
        "Leave the editor; asks if something would be lost.",
        True,
        "esc",
    ),
)

WRITING = frozenset(command.action_name for command in COMMANDS if command.writes)
"""Actions of the browser that lead to a write."""

_LABELS = {
    "pagedown": "PgDn", "pageup": "PgUp", "down": "↓", "up": "↑", "left": "←", "right": "→",
    "home": "Home", "end": "End", "enter": "enter",
}  # fmt: skip
_OWN: dict[str, str] = {}
"""No key was set."""


_NUMBERED = tuple(f"channel-{number}" for number in range(1, 10))


def bindings(scope: Scope) -> list[Binding]:
    """Return the bindings of every command that works in a scope."""
    return [
        Binding(
            command.keys,
            command.action,
            command.title,
            show=command.show,
            key_display=keys_label(command).split()[0] if command.key_label or "," in command.keys else None,
            tooltip=command.help,
            id=command.id,
            priority=command.works_while_typing,
        )
        for command in COMMANDS
        if command.scope is scope
    ]


def keys_label(command: Command, keymap: Mapping[str, str] = _OWN) -> str:
    """Return a command's keys as they are written for people, such as ``j ↓``.

    Args:
        command: The command.
        keymap: Keys that were set, by the ids of their commands.
    """
    if command.id in keymap:
        keys = keymap[command.id].split(",")
    elif command.key_label is not None:
        return command.key_label
    else:
        keys = command.keys.split(",")
    return " ".join(_LABELS.get(key) or format_key(key) for key in keys)


def listed(scope: Scope, *, can_write: bool = True, keymap: Mapping[str, str] = _OWN) -> list[tuple[str, str]]:
    """Return keys and help of a scope's commands for people, the numbered channels as one.

    Args:
        scope: Where the commands work.
        can_write: Whether those that lead to a write are among them.
        keymap: Keys that were set, by the ids of their commands.
    """
    is_own = not keymap.keys() & set(_NUMBERED)
    found = []
    for command in COMMANDS:
        if not can_write and (command.writes or command.scope is Scope.EDITOR):
            continue
        if command.scope is scope and not (is_own and command.id in _NUMBERED):
            found.append((keys_label(command, keymap), command.help))
        elif command.scope is scope and command.id == _NUMBERED[0]:
            found.append(("1 … 9", "Show channel number 1 to 9."))
    return found
