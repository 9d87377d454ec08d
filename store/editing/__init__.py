"""Edits of metadata: their journal, their undo."""
