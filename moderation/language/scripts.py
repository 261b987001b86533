"""What a script says by itself: the one language written in it, or the profiles that may be."""

from __future__ import annotations

# One language each, as far as posts go.
SETTLED = {
    "Hang": "ko", "Thai": "th", "Hebr": "he", "Grek": "el", "Armn": "hy", "Geor": "ka", "Beng": "bn", "Guru": "pa",
    "Gujr": "gu", "Orya": "or", "Taml": "ta", "Telu": "te", "Knda": "kn", "Mlym": "ml", "Sinh": "si", "Laoo": "lo",
    "Tibt": "bo", "Mymr": "my", "Khmr": "km", "Ethi": "am", "Mong": "mn", "Thaa": "dv", "Cher": "chr", "Cans": "iu",
    "Nkoo": "nqo", "Syrc": "syr", "Tfng": "zgh", "Yiii": "ii", "Java": "jv", "Bali": "ban", "Olck": "sat",
    "Adlm": "ff", "Vaii": "vai", "Tale": "tdd", "Talu": "khb",
}  # fmt: skip

_LATIN = (
    "af az bs ca cs cy da de en eo es et eu fi fr ga gl ha hr ht hu id ig is it jv lg lt lv mi ms nl nn no pl pt ro "
    "rw sk sl so sq sr-Latn sv sw tl tn tr ts uz vi xh yo zu ar-Latn el-Latn hi-Latn ja-Latn ru-Latn ur-Latn "
    "zh-Latn-pinyin"
)

# Several languages each, told apart by their profiles.
SHARED = {
    "Latn": _LATIN.split(),
    "Cyrl": ["be", "bg", "kk", "ky", "mk", "mn", "ru", "sr", "tg", "tt", "uk"],
    "Arab": ["ar", "ckb", "fa", "ps", "sd", "ug", "ur"],
    "Deva": ["hi", "mr", "ne"],
}

# Nats added to a language's score: how often posts of a global pool are in it. Chosen on the development half of the
# read sentences; they turn short texts and close relatives, not long texts. A nat of a score is worth an eighth of one
# nat of evidence, because n-grams overlap.
_LIKELY = "de es fr id it nl pl pt tr vi ru ar hi fa ur"
_LESS = "ca cs da fi hr hu ms no ro sk sv sw tl uk bg mk mr ne zh-Latn-pinyin"
_SELDOM = "af az bs cy et eu ga gl is lt lv sl so sq be sr kk mn ckb ps hi-Latn ru-Latn sr-Latn ar-Latn ja-Latn"
PRIORS = {
    "en": 9.0,
    **dict.fromkeys(_LIKELY.split(), 6.0),
    **dict.fromkeys(_LESS.split(), -4.0),
    **dict.fromkeys(_SELDOM.split(), -16.0),
}
RARE = -24.0
"""Nats of every language that is not in :data:`PRIORS`."""
