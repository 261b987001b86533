"""Real workers, a real Redis and a real store under load, and what goes wrong there: see ``python -m tests.chaos``."""
