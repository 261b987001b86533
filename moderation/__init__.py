"""Moderation pipeline of one global content pool."""

__version__ = "0.1.0"
