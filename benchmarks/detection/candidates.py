"""What is compared: langdetect, lingua, py3langid, and the detector of this project with lingua and without."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from moderation.domain.language import Language
from moderation.domain.post import Post
from moderation.language.detector import Detector

from .scoring import Answer, primaries

if TYPE_CHECKING:
    from lingua import Language as LinguaLanguage
    from lingua import LanguageDetector

LANGDETECT = "langdetect"
UNSEEDED = "langdetect, unseeded"
LINGUA = "lingua"
PY3LANGID = "py3langid"
OURS = "this, with lingua"
LIGHT = "this, light"
AMONG_18 = ", 18 only"

BATCH = 256


@dataclass(frozen=True, slots=True)
class Candidate:
    """A way to tell languages: ``ask`` raises what its library raises; ``ask_all`` where it takes batches."""

    name: str
    ask: Callable[[str], Answer]
    ask_all: Callable[[Sequence[str]], list[Answer]] | None = None

    def answers(self, texts: Sequence[str]) -> list[Answer]:
        """The answers to texts; undetermined where the library raises."""
        if self.ask_all:
            return self.ask_all(texts)
        return [self._or_undetermined(text) for text in texts]

    def _or_undetermined(self, text: str) -> Answer:
        try:
            return self.ask(text)
        except Exception:  # noqa: BLE001 - langdetect and lingua raise errors of several kinds
            return Answer()


def langdetect_with(seed: int | None, name: str) -> Candidate:
    """All languages of langdetect; without a seed it draws n-grams anew at each call."""
    import langdetect

    def ask(text: str) -> Answer:
        langdetect.DetectorFactory.seed = seed
        best = langdetect.detect_langs(text)[0]
        return Answer(best.lang, best.prob)

    return Candidate(name, ask)


def build_lingua(languages: Sequence[str] = ()) -> LanguageDetector:
    """The accurate mode of lingua, with some languages or with all 75."""
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    if not languages:
        return LanguageDetectorBuilder.from_all_languages().build()
    codes = [getattr(IsoCode639_1, language.upper()) for language in languages]
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).build()


def lingua_among(languages: Sequence[str], name: str) -> Candidate:
    """Ask lingua alone; like its ``detect_language_of``, it tells nothing where the best two are level."""
    detector = build_lingua(languages)

    def ask(text: str) -> Answer:
        best, second = detector.compute_language_confidence_values(text)[:2]
        return Answer(_tag(best.language), best.value) if best.value > second.value else Answer()

    return Candidate(name, ask)


def lingua_sets(texts: Sequence[str]) -> list[frozenset[str]]:
    """The languages that lingua finds in each text when asked for several."""
    detector = build_lingua()
    return [primaries(_tag(part.language) for part in detector.detect_multiple_languages_of(text)) for text in texts]


def _tag(language: LinguaLanguage) -> str:
    return language.iso_code_639_1.name.lower()


def py3langid_among(languages: Sequence[str], name: str) -> Candidate:
    """Ask py3langid with probabilities, with some languages or with all of its own."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(languages or None)
    return Candidate(name, lambda text: Answer(*identifier.classify(text)))


def ours(detector: Detector, name: str) -> Candidate:
    """The detector of this project, in batches as the workers ask it."""

    def ask_all(texts: Sequence[str]) -> list[Answer]:
        posts = [Post("post", text) for text in texts]
        batches = (posts[start : start + BATCH] for start in range(0, len(posts), BATCH))
        return [_answer(language) for batch in batches for language in detector(batch)]

    return Candidate(name, lambda text: ask_all([text])[0], ask_all)


def _answer(found: Language) -> Answer:
    return Answer(found.tag, found.confidence, found.doubtful, primaries(found.shares))
