"""Scores and similarities: a fast tier, a second reader, their calibration, and a static multilingual embedding."""
