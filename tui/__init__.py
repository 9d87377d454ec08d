"""The Textual application and the command line of clawback. May use ``store``; nothing below may use this."""
