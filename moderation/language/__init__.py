"""Telling the languages of posts: set aside what is no language → runs of one script → a tag for each → one value.

``aside.py`` (addresses and names) → ``runs.py`` → ``han.py``, ``scripts.py``, ``profiles.py``, ``pinyin.py``,
``shorthand.py`` (what each script may be) → ``calibration.py`` (how sure) → ``detector.py``.
"""
