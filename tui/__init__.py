"""The Textual application and the command line. May use ``store``; nothing below may use this."""
