"""What the shipped rules do to posts that nobody held anything against; a part of ``benchmarks/policy.py``."""
