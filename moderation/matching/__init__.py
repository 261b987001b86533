"""Finding a vocabulary in posts: automata over folded views, RE2 for patterns, checks on hits only.

``terms.py`` (automata) → ``boundaries.py``, ``junctions.py`` (checks) → hits; ``patterns.py`` (RE2) → hits;
``matcher.py`` puts both together for a batch of posts.
"""
