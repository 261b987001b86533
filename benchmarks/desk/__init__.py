"""Parts of ``benchmarks/review.py``."""
