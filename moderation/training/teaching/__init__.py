"""The teaching corpus: contrast seeds, patterns that a generator fills and frames, and the lexicons of the signals.

seeds (written one by one) ─┐
                            ├→ compose → training, calibration and report rows
patterns (slots, frames) ───┘
"""
