"""Pure text work: sanitising, Markdown, wrapping, times. Knows no App and no store connection."""
