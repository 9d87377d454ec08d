"""The commands of both panes."""

from __future__ import annotations

from store.contract.capability import Capability
from tui.commands.command import Command, Scope

B = Scope.BROWSER

BROWSER_COMMANDS = (
    Command("other-pane", "tab", "panes.other", B, "other pane", "Go to the other pane.", True),
    Command("to-list", "h,left", "panes.to_list", B, "list", "Go to the list."),
    Command("to-transcript", "l,right", "panes.to_transcript", B, "transcript", "Go to the transcript."),
    Command(
        "channel-next",
        "right_square_bracket",
        "view.step_channel(1)",
        B,
        "next channel",
        "Show the next channel.",
        key_label="]",
    ),
    Command(
        "channel-previous",
        "left_square_bracket",
        "view.step_channel(-1)",
        B,
        "previous channel",
        "Show the previous channel.",
        key_label="[",
    ),
    Command("channel-0", "0", "view.pick_channel_at(0)", B, "all channels", "Show every channel."),
    *(
        Command(f"channel-{n}", str(n), f"view.pick_channel_at({n})", B, f"channel {n}", f"Show channel number {n}.")
        for n in range(1, 10)
    ),
    Command(
        "machines",
        "a",
        "view.step_machines",
        B,
        "machine threads",
        "Routine and heartbeat threads: fold, show, or only them.",
        True,
    ),
    Command(
        "edit",
        "e",
        "edits.edit",
        B,
        "metadata",
        "Edit the metadata of the conversation.",
        True,
        needs=Capability.WRITE,
    ),
    Command(
        "rename", "R", "edits.rename", B, "rename", "Give the conversation another title.", needs=Capability.WRITE
    ),
    Command("undo", "z", "edits.undo", B, "undo", "Undo the last edit.", needs=Capability.WRITE),
    Command(
        "edits",
        "Z",
        "edits.list_edits",
        B,
        "past edits",
        "List past edits, to undo or redo one of them.",
        needs=Capability.WRITE,
    ),
    Command("info", "i", "facts.show", B, "facts", "Show what is known of the conversation and its routine."),
    Command(
        "routines",
        "r",
        "threads.open_routines",
        B,
        "routines",
        "List the routines; open their threads.",
        True,
        needs=Capability.ROUTINES,
    ),
    Command(
        "heartbeat",
        "H",
        "threads.open_heartbeat",
        B,
        "heartbeat",
        "Open the heartbeat thread.",
        needs=Capability.HEARTBEAT,
    ),
    Command(
        "assistant",
        "A",
        "threads.open_assistant",
        B,
        "assistant thread",
        "Open the assistant thread of this channel.",
        needs=Capability.ASSISTANT,
    ),
    Command(
        "pipe",
        "vertical_line",
        "pipe.ask_command",
        B,
        "pipe to",
        "Pipe the message, the selection or the listed conversation to a command.",
        key_label="|",
    ),
    Command("pager", "v", "pipe.page", B, "pager", "Open the message, or the listed conversation, in a pager."),
    Command(
        "export",
        "x",
        "export.open",
        B,
        "export",
        "Take conversations along as a file.",
        needs=Capability.ROW_EXPORT,
    ),
    Command("bookmarks", "B", "bookmarks.list_all", B, "bookmarks", "List the bookmarks; enter goes to the message."),
    Command("marked", "M", "marks.list_marked", B, "marked", "List the marked conversations, to unmark them."),
    Command(
        "mark-seen",
        "C",
        "seen.offer",
        B,
        "mark as seen",
        "Mark the conversation, the channel or everything as seen; again takes that back.",
    ),
    Command("newsroom", "F", "live.show_arrivals", B, "newsroom", "Show all that arrives, on every channel."),
    Command("save-view", "w", "views.ask_name", B, "save view", "Keep what is listed under a name."),
    Command("views", "W", "views.offer", B, "views", "Show again what was kept under a name."),
    Command("users", "U", "view.offer_users", B, "users", "Choose whose conversations to read."),
    Command("history", "S", "histories.switch", B, "other history", "Show the other history, if there are two."),
    Command("hide-list", "ctrl+b", "panes.toggle_list", B, "hide list", "Hide or show the list."),
    Command("reload", "ctrl+r", "browser.reload", B, "read again", "Read the file again."),
    Command("palette", "ctrl+p,colon", "palette.open", B, "palette", "Find a command by its name."),
    Command("help", "question_mark,f1", "help", B, "help", "Show every key.", True, "? F1"),
    Command("back", "escape", "back", B, "back", "Leave what is open, one layer at a time.", key_label="esc"),
    Command("quit", "q", "app.quit", B, "quit", "Leave clawback."),
)
