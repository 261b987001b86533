"""Contacts and links in a field: one small recogniser for each kind, in all styles of numbers, in any language."""
