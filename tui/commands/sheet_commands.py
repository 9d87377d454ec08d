"""The commands of the windows that lie over the browser."""

from __future__ import annotations

from tui.commands.command import Command, Scope

SHEET_COMMANDS = (
    Command("window-close", "escape,q", "close", Scope.SHEET, "close", "Close the window.", key_label="esc q"),
    Command("window-pick", "enter", "pick", Scope.SHEET, "pick", "Take what is selected."),
    Command(
        "window-keys",
        "question_mark,f1",
        "app.window_keys",
        Scope.SHEET,
        "keys",
        "Show the keys of the window; F1 also where you type.",
        key_label="? F1",
    ),
    Command("row-next", "j,down", "move(1)", Scope.ROWS, "next row", "Go to the next row."),
    Command("row-previous", "k,up", "move(-1)", Scope.ROWS, "previous row", "Go to the previous row."),
    Command("row-half-down", "ctrl+d", "half_pages(1)", Scope.ROWS, "half a page down", "Go half a page down."),
    Command("row-half-up", "ctrl+u", "half_pages(-1)", Scope.ROWS, "half a page up", "Go half a page up."),
    Command("row-page-down", "pagedown,space", "half_pages(2)", Scope.ROWS, "page down", "Go a page down."),
    Command("row-page-up", "pageup", "half_pages(-2)", Scope.ROWS, "page up", "Go a page up."),
    Command("row-first", "g,home", "end(-1)", Scope.ROWS, "first row", "Go to the first row."),
    Command("row-last", "G,end", "end(1)", Scope.ROWS, "last row", "Go to the last row."),
    Command("form-next", "down", "app.focus_next", Scope.FORM, "next field", "Go to the next field."),
    Command("form-previous", "up", "app.focus_previous", Scope.FORM, "previous field", "Go to the previous field."),
    Command("choice-next", "right,l,space", "step(1)", Scope.FORM, "next choice", "Choose the next word."),
    Command("choice-previous", "left,h", "step(-1)", Scope.FORM, "previous choice", "Choose the previous word."),
    Command("answer-yes", "y", "dismiss(True)", Scope.QUESTION, "yes", "Answer yes."),
    Command("answer-no", "n", "close", Scope.QUESTION, "no", "Answer no."),
    Command("link-copy", "y", "copy", Scope.LINKS, "copy", "Copy the address."),
    Command("view-rename", "R", "rename", Scope.VIEWS, "rename", "Give the view another name."),
    Command("view-delete", "d,delete", "delete", Scope.VIEWS, "delete", "Delete the view; asks first."),
    Command("review-kind", "a", "turn_all", Scope.REVIEW, "its kind", "Keep or mask all of the kind."),
    Command("review-export", "x", "dismiss(True)", Scope.REVIEW, "export", "Export as it was decided."),
    Command("conflict-save", "s,ctrl+o", "save", Scope.CONFLICT, "save", "Save what was picked."),
    Command("away-seen", "C", "mark_all", Scope.AWAY, "all seen", "Mark everything as seen."),
    Command("bookmark-note", "e", "note", Scope.BOOKMARKS, "note", "Say in a line why the message is bookmarked."),
    Command("bookmark-remove", "b", "take_away", Scope.BOOKMARKS, "take away", "Take the bookmark away, or back."),
    Command("marked-unmark", "m", "unmark", Scope.MARKED, "unmark", "Take the mark of the conversation away."),
    Command("marked-clear", "M", "clear", Scope.MARKED, "unmark all", "Take every mark away."),
)
