"""Training of what ships under ``classifiers/artifacts``: data, linear heads, embedding, evaluation, model cards."""
