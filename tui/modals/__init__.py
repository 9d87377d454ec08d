"""The modals: one file for each, ``sheet`` the base of all."""
