"""What the owner set, and what is remembered from one run to the next."""
