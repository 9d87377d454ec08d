"""Machinery that every format shares. No engine, no table."""
