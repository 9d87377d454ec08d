"""The history of IronClaw 1.x."""
