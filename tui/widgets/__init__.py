"""The widgets: they know records, never the store; state comes down, messages go up."""
