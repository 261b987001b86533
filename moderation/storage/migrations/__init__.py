"""Alembic's migrations of the pool; the store runs them itself (:mod:`moderation.storage.sql.schema`)."""

HEAD = "0003"
"""The newest revision; a test holds it to the files in ``versions``."""
