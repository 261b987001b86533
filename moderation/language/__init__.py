"""Telling the languages of posts: set aside what is no language → runs of one script → a verdict on each → one value.

``aside.py`` (addresses and names), ``traits.py``, ``runs.py`` (letters of one script) → ``han.py`` and ``kanji.py``,
``scripts.py``, ``shared.py`` over ``profiles.py`` and ``ngrams.py`` (what each script says by itself) →
``calibration.py`` (how sure) → ``latin.py`` over ``shorthand.py``, ``pinyin.py``, ``lexicon.py``, ``leet.py`` (words
that statistics cannot know), ``second.py`` (lingua) → ``judge.py``, ``mixture.py`` (shares, spans) → ``detector.py``.
"""
