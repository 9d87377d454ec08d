"""Conversations on their way out of the database: rows in, pieces of a file out.

Pure but for ``output_file``, which writes files, and ``job``, which takes rows from a store and hands them on.
"""
