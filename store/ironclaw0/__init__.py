"""The history of IronClaw 0.x."""
