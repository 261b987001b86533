"""What serves the authors of rules: their tests, and rules and traces in words."""
