"""The browser: its screen, its two panes, and one file for each feature. The one room that asks the store."""
