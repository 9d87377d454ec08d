"""The commands of the ledger of a routine."""

from __future__ import annotations

from tui.commands.command import Command, Scope

R = Scope.LEDGER

LEDGER_COMMANDS = (
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
    Command(
        "ledger",
        "L",
        "ledger.toggle",
        R,
        "plain",
        "Show the plain transcript, or the ledger again.",
        True,
    ),
    Command("run-fold", "t", "fold_runs", R, "fold", "Fold runs that say the same, or show each."),
    Command("run-find", "slash", "find.open", R, "find", "Find in the whole thread.", key_label="/"),
    Command(
        "run-go-to",
        "at",
        "go_to.ask",
        R,
        "go to",
        "Go to a date, a time, a run by its number.",
        key_label="@",
    ),
    Command("run-first-new", "u", "unseen.go_to_first", R, "first new", "Go to the first run that is new."),
    Command("run-follow", "f", "follow", R, "follow", "Stay with the newest run, or with the selected one."),
    Command("run-bookmark", "b", "bookmarks.toggle", R, "bookmark", "Bookmark the run, or take the bookmark away."),
    Command("run-copy", "y", "copy('run')", R, "copy run", "Copy the text of the run."),
    Command("run-link", "Y", "copy('link')", R, "copy link", "Copy the ids of the thread and the run."),
)
