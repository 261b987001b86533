"""Scores and similarities: linear heads on hashed character n-grams, and a static multilingual embedding."""
