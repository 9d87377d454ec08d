"""The screens: ``browser`` is the controller, every other file is one modal."""
