"""Conversations on their way out of the database: rows in, pieces of a file out.

Pure but for ``draft``, which writes files. Nothing here knows a store or a screen; ``tui.taking`` reads and hands on.
"""
