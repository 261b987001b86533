"""Training of what ships under ``classifiers/artifacts``: data, teaching corpus, tiers, embedding, cards."""
