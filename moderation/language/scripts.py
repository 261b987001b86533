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

_LATIN = "af ca cs cy da de en es et fi fr hr hu id it lt lv nl no pl pt ro sk sl so sq sv sw tl tr vi"

# Several languages each, told apart by langdetect's profiles.
SHARED = {
    "Latn": _LATIN.split(),
    "Cyrl": ["bg", "mk", "ru", "uk"],
    "Arab": ["ar", "fa", "ur"],
    "Deva": ["hi", "mr", "ne"],
}

# Letters that settle the language, the first that the text has; for four languages there is no profile.
TELLTALE = {
    "Cyrl": {"ў": "be", "ђ": "sr", "ћ": "sr", "қ": "kk", "ұ": "kk", "ғ": "kk", "ө": "mn", "ї": "uk", "є": "uk",
             "ґ": "uk", "і": "uk", "ы": "ru", "э": "ru", "ё": "ru"},
    "Arab": {"ٹ": "ur", "ڈ": "ur", "ڑ": "ur", "ے": "ur", "ں": "ur"},
    "Deva": {"ळ": "mr"},
}  # fmt: skip

# Nats added to a language's score: how often posts of a global pool are in it. Chosen on the development half of the
# read sentences; they turn short texts and close relatives, not long texts.
PRIORS = {
    "en": 3.0,
    **dict.fromkeys(("et", "hr", "lt", "lv", "no", "sk", "sl", "tl"), -6.0),
    **dict.fromkeys(("af", "ca", "cy", "so", "sq", "sw"), -10.0),
    "mk": -8.0,
    "bg": -4.0,
    "mr": -8.0,
    "ne": -8.0,
}


def telltale(script: str, text: str) -> str | None:
    """The language that a letter of the text settles by itself, where one does.

    >>> telltale("Cyrl", "привіт"), telltale("Cyrl", "как дела")
    ('uk', None)
    """
    return next((tag for letter, tag in TELLTALE.get(script, {}).items() if letter in text), None)
