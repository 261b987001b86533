"""What ``benchmarks/end_to_end.py`` is made of: services, the real worker, and the plain composition beside it."""
