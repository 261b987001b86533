"""A second opinion on Latin letters that the profiles leave in doubt: lingua, asked about their candidates alone.

Asked about all its languages lingua is slow and often wrong about short texts; asked which of four a text is, it takes
a tenth of the time. It is asked in its low-accuracy mode, n-grams of three letters alone: the other lengths, 310 MB of
them, told the development half of the read sentences no better, and single words 0.4 points better.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from moderation.language.verdict import Verdict

if TYPE_CHECKING:
    from lingua import LanguageDetector

# What lingua is asked about: the Latin languages in which most posts are. Each model takes 1-2 MB.
LANGUAGES = ("de", "en", "es", "fr", "id", "it", "nl", "pl", "pt", "tr", "vi")

_BANTU = ("lg", "sn", "st", "sw", "tn", "ts", "xh", "zu")
_ROMANCE = ("ca", "en", "es", "fr", "it", "la", "pt", "ro")

# Of Latin, Shona and Sotho there are no texts to count: lingua alone knows them. What the profiles take for a relative
# of theirs is asked about once more; a Romance language, English, and Kinyarwanda (which lingua does not know) only
# where it looks strange.
LACKING = frozenset({"la", "sn", "st"})
RARE_RELATIVES = frozenset(_BANTU) - LACKING
RELATIVES = frozenset({*_ROMANCE, "rw"}) - LACKING
_SHORTEST = 20
_LONGEST = 80  # more tells no more, and takes longer

# Fitted on the development half: a nat of lingua's counts for so many of the profiles', one nat at the most.
_WEIGHT = 0.8
_MOST = 1.0
_SURE, _VERY_SURE = 20.0, 200.0  # times as likely as the next
_LEAST = 1e-9


class SecondOpinion:
    """lingua about :data:`LANGUAGES`, and about what the profiles lack.

    ``preload``: with all models at once (0.2 s, 25 MB), as a process does that forks, so that its children share them;
    else each model is read when a text in doubt first needs it.
    """

    def __init__(self, *, preload: bool) -> None:
        if preload:
            _detector(tuple(sorted({*LANGUAGES, *_ROMANCE, *_BANTU})), preload=True)

    def __call__(self, text: str, tags: Sequence[str]) -> list[float]:
        """Nats to add to the score of each tag, best first; zeros where lingua does not know both of the first two."""
        if not {*tags[:2]} <= {*LANGUAGES}:
            return [0.0] * len(tags)
        known = tuple(sorted(tag for tag in tags if tag in LANGUAGES))
        values = {
            value.language.iso_code_639_1.name.lower(): value.value
            for value in _detector(known).compute_language_confidence_values(_readable(text))
        }
        most = max(values.values())
        if most <= 0:
            return [0.0] * len(tags)
        nats = {tag: max(math.log(max(value, _LEAST) / most), -_MOST) for tag, value in values.items()}
        least = min(nats.values())
        return [_WEIGHT * nats.get(tag, least) for tag in tags]

    def lacking(self, text: str, tag: str) -> Verdict | None:
        """The verdict on a text that the profiles take for ``tag``, where it is in one of :data:`LACKING` instead."""
        if len(text) < _SHORTEST:
            return None
        relatives = _ROMANCE if tag in _ROMANCE else _BANTU
        best, second = _detector(relatives).compute_language_confidence_values(_readable(text))[:2]
        found = best.language.iso_code_639_1.name.lower()
        if found not in LACKING or best.value < _SURE * second.value:
            return None
        return Verdict(found, 0.9 if best.value >= _VERY_SURE * second.value else 0.7, (tag,), "lingua")


@lru_cache(maxsize=4096)
def _detector(tags: tuple[str, ...], *, preload: bool = False) -> LanguageDetector:
    """Lingua's detector of some languages: they share the models, and take a fifth of a millisecond to build."""
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    codes = [getattr(IsoCode639_1, tag.upper()) for tag in tags]
    builder = LanguageDetectorBuilder.from_iso_codes_639_1(*codes).with_low_accuracy_mode()
    return (builder.with_preloaded_language_models() if preload else builder).build()


def _readable(text: str) -> str:
    """The beginning of the text, without lone surrogates, on which lingua raises."""
    return text[:_LONGEST].encode("utf-8", "replace").decode("utf-8")
