"""The commands of the conversation list."""

from __future__ import annotations

from tui.commands.command import Command, Scope

L = Scope.LIST

LIST_COMMANDS = (
    Command("read", "enter", "read", L, "read", "Read the selected conversation.", True),
    Command("list-next", "j,down", "move(1)", L, "next", "Select the next conversation."),
    Command("list-previous", "k,up", "move(-1)", L, "previous", "Select the previous conversation."),
    Command("list-half-down", "ctrl+d", "half_pages(1)", L, "half a page down", "Go half a page down."),
    Command("list-half-up", "ctrl+u", "half_pages(-1)", L, "half a page up", "Go half a page up."),
    Command("list-page-down", "pagedown,space", "half_pages(2)", L, "page down", "Go a page down."),
    Command("list-page-up", "pageup", "half_pages(-2)", L, "page up", "Go a page up."),
    Command("list-newest", "g,home", "newest", L, "newest", "Select the newest conversation."),
    Command("list-oldest", "G,end", "oldest", L, "oldest", "Select the oldest conversation, loading only that end."),
    Command("search", "slash", "search.open", L, "search", "Search all titles and messages.", True, "/"),
    Command("filter", "c", "view.ask_filter", L, "filter", "Filter the list by title, preview, channel, kind, time."),
    Command("next-unseen", "u", "unseen.go_to_next", L, "next new", "Go to the next conversation with news."),
    Command("mark", "m", "marks.toggle", L, "mark", "Mark or unmark the conversation, for export, seen and copy."),
    Command("copy-title", "y", "marks.copy_titles", L, "copy title", "Copy the title, or those of what is marked."),
    Command("copy-id", "Y", "marks.copy_ids", L, "copy id", "Copy the id, or those of what is marked."),
)
