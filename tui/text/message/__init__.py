"""A message as lines: its text, tool calls, attachments, links, marks of hostile characters."""
