"""Finding a vocabulary in posts: terms through their disguises, patterns, contacts, links, near-duplicates.

Terms: ``forms.py`` (other ways to write one) → ``index.py``, ``automaton.py`` (where they stand in the skeletons of
``lines.py``) → ``reading.py`` (as what it is read) → ``checks.py`` (whether it is meant) → ``finds.py``, together
``terms.py``. Patterns: ``literals.py`` (what one waits for) → ``patterns.py`` (RE2). ``contacts/``: handles, numbers,
addresses, links. ``matcher.py`` puts these together for a batch of posts. ``shingles.py``, ``sightings.py`` →
``campaigns.py``: near-duplicates, in memory.
"""
