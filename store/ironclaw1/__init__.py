"""The history of IronClaw 1.x, which keeps files of JSON in the tables of a virtual filesystem. Read only."""
