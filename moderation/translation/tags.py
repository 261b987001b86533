"""From the detector's language tags to those of an engine."""

from __future__ import annotations

from collections.abc import Collection, Mapping

_SAME: Mapping[
    str, tuple[str, ...]
] = {  # by what engines call it, the exactest first; both scripts are read as Chinese
    "zh": ("zh", "zh-Hans", "zh-CN"),
    "zh-Hans": ("zh-Hans", "zh-CN", "zh"),
    "zh-Hant": ("zh-Hant", "zt", "zh-TW", "zh"),
    "yue": ("yue", "zh-Hant", "zt", "zh-TW", "zh"),
    "nb": ("nb", "no"),
    "no": ("no", "nb"),
    "fil": ("fil", "tl"),
    "tl": ("tl", "fil"),
}


def engine_tag(tag: str, known: Collection[str]) -> str | None:
    """What an engine that knows ``known`` calls a language; None where it does not know it.

    A language in letters that are not its own (``zh-Latn-pinyin``) is no text that an engine has learnt.

    >>> engine_tag("zh-Hans", {"en", "zh"}), engine_tag("zh-Hant", {"zh", "zt"}), engine_tag("pt-BR", {"pt"})
    ('zh', 'zt', 'pt')
    >>> engine_tag("hi-Latn", {"hi"}), engine_tag("th", {"en"})
    (None, None)
    """
    names = _SAME.get(tag, (tag,) if "-Latn" in tag else (tag, tag.partition("-")[0]))
    return next((name for name in names if name in known), None)
