"""The composition root: settings in, objects out. Nothing connects before it is asked to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import SecretStr

from moderation import __version__
from moderation.domain import ports
from moderation.domain.collector import uncollected
from moderation.domain.decision import Versions
from moderation.domain.errors import UsageError
from moderation.domain.ports import Campaigns, Classifier, Counters, Fuses, Store
from moderation.domain.signal import POSTS, Fuse, Gate, Pattern, Tally, Term, Vocabulary, Window
from moderation.settings import Settings, load_macros, load_policies, load_routes, load_shifts, load_taxonomy, shipped

if TYPE_CHECKING:
    from moderation.classifiers.embeddings import Embedder, Vectors
    from moderation.language.detector import Detector
    from moderation.matching.matcher import Matcher
    from moderation.pipeline import Pipeline
    from moderation.policy.model import RuleSet
    from moderation.pool.review.gloss import Glossary
    from moderation.pool.review.office import Office
    from moderation.pool.review.precedents import Precedents
    from moderation.pool.review.view import Gloss, Policy, Precedent

KEY_BYTES = 32
LINGUA = "lingua-language-detector"


class Memory(NamedTuple):
    """Makes what the flow remembers of earlier posts, each for what the rules ask of it."""

    campaigns: Callable[[Sequence[Window]], Campaigns]
    counters: Callable[[Sequence[Tally]], Counters]
    fuses: Callable[[Sequence[Fuse]], Fuses]


def build_rules(settings: Settings, rules: Path | None = None) -> RuleSet:
    """Load the rule set of a folder; :class:`~moderation.domain.errors.RulesRefused` when it has errors."""
    from moderation.policy.loader import load_rules, read_folder

    return load_rules(read_folder(rules or settings.rules), today=datetime.now(UTC).date())


@dataclass(frozen=True, slots=True)
class Models:
    """What takes seconds and memory to load, and does not change with the rules."""

    detector: ports.Detector
    detector_version: str
    classifier: Classifier
    embedder: Embedder


@uncollected()
def load_models(settings: Settings, *, forks: bool = False, detector: ports.Detector | None = None) -> Models:
    """Load the models that the settings name; once a process, and where it ``forks`` before it does.

    A ``detector`` that is given is not loaded.
    """
    from moderation.classifiers.embeddings import load_embedder
    from moderation.classifiers.tiers import load_classifier

    return Models(
        detector or load_detector(settings, forks=forks),
        detector_version(settings),
        load_classifier(settings.models.classifiers),
        load_embedder(settings.models.embedding),
    )


def load_detector(settings: Settings, *, forks: bool = False) -> Detector:
    """Load the language detector.

    A process that ``forks`` loads all of lingua at once, to share it; any other as much as a text in doubt needs, when
    it meets one. Raises :class:`UsageError` where the settings name it and it is absent.
    """
    from moderation.language.detector import Detector
    from moderation.language.second import SecondOpinion

    if settings.language.doubtful == "none":
        return Detector()
    lingua_version()
    return Detector(SecondOpinion(preload=forks))


def lingua_version() -> str:
    """The version of lingua that is installed; :class:`UsageError` where there is none."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(LINGUA)
    except PackageNotFoundError:
        raise UsageError(
            f"language.doubtful is lingua, and the package {LINGUA} is not installed; install it, or set "
            "`language: {doubtful: none}` or MODERATION_LANGUAGE__DOUBTFUL=none"
        ) from None


def detector_version(settings: Settings) -> str:
    """Digest of what the detector reads (its data, langdetect's profiles), and who is asked beside it."""
    from hashlib import sha256
    from importlib.metadata import version
    from importlib.resources import files

    data = Path(str(files("moderation.language"))) / "data"
    digest = sha256(version("langdetect").encode())
    for file in sorted(path for path in data.rglob("*") if path.is_file()):
        digest.update(file.relative_to(data).as_posix().encode())
        digest.update(sha256(file.read_bytes()).digest())
    asked = f"+lingua-{lingua_version()}" if settings.language.doubtful == "lingua" else ""
    return f"{digest.hexdigest()[:12]}{asked}"


@uncollected()
def assemble(models: Models, rule_set: RuleSet, memory: Memory | None = None) -> Pipeline:
    """The flow of a rule set over models that are loaded.

    It remembers the posts that go through this pipeline, or what the ``memory`` that is given knows.
    """
    from moderation.classifiers.exemplars import Exemplars
    from moderation.matching.campaigns import MemoryCampaigns
    from moderation.pipeline import Pipeline
    from moderation.policy.engine import Engine
    from moderation.pool.counting import MemoryCounters, MemoryFuses

    vocabulary = rule_set.vocabulary
    windows, fuses = vocabulary.windows, vocabulary.fuses
    posts = [tally for tally in vocabulary.tallies if tally.of == POSTS]
    matches = [tally for tally in vocabulary.tallies if tally.of != POSTS]
    make = memory or Memory(MemoryCampaigns, MemoryCounters, MemoryFuses)
    exemplars = Exemplars(vocabulary.exemplars, models.embedder)
    versions = Versions(
        moderation=__version__,
        rules=rule_set.digest,
        models={"language": models.detector_version, **models.classifier.versions, **exemplars.versions},
    )
    return Pipeline(
        detector=models.detector,
        matcher=_matcher(
            vocabulary.terms,
            vocabulary.disguised,
            vocabulary.patterns,
            vocabulary.gates,
            vocabulary.contacts,
            vocabulary.links,
        ),
        classifier=models.classifier,
        exemplars=exemplars,
        campaigns=make.campaigns(windows) if windows else None,
        posted=make.counters(posts) if posts else None,
        matched=make.counters(matches) if matches else None,
        fuses=make.fuses(fuses) if fuses else None,
        exemplar_gate=vocabulary.exemplar_gate,
        policy=Engine(rule_set, load_taxonomy(), load_routes().desks, versions, models.classifier.points),
    )


@lru_cache(maxsize=1)
def _matcher(
    terms: tuple[Term, ...],
    disguised: frozenset[Term] | None,
    patterns: tuple[Pattern, ...],
    gates: tuple[Gate | None, ...],
    contacts: bool,
    links: bool,
) -> Matcher:
    """The matcher of a vocabulary: it takes seconds, and most changes of rules leave their words as they are."""
    from moderation.matching.matcher import Matcher

    return Matcher(
        Vocabulary(terms=terms, disguised=disguised, patterns=patterns, gates=gates, contacts=contacts, links=links)
    )


def build_pipeline(settings: Settings, rules: Path | None = None, *, forks: bool = False) -> Pipeline:
    """The whole flow; the rules are checked before the models are loaded (``forks``: see :func:`load_models`)."""
    rule_set = build_rules(settings, rules)
    return assemble(load_models(settings, forks=forks), rule_set)


def open_store(settings: Settings) -> Store:
    """The pool's store: the URL of the settings, else SQLite under ``home``."""
    from moderation.storage import open_store as open_url

    return open_url(settings.store_url.get_secret_value() if settings.store_url else None, settings.home)


def open_office(settings: Settings, store: Store, clock: Callable[[], float] = time) -> Office:
    """What the review desks share. Words, precedents and models are loaded when the first item asks for them."""
    from moderation.pool.review.office import Office
    from moderation.pool.review.policies import Policies
    from moderation.translation import open_translator

    translate = settings.review.translate
    return Office(
        store=store,
        taxonomy=load_taxonomy(),
        policies=Policies(_Texts()),
        shifts=load_shifts(),
        macros=load_macros(),
        glossary=_Words(settings),
        translator=open_translator(
            translate.engine, _secret(translate.url), _secret(translate.key), translate.timeout_s
        ),
        precedents=_Past(store, settings),
        key=pseudonym_key(settings),
        rules=settings.review.limits(),
        clock=clock,
    )


def pseudonym_key(settings: Settings) -> bytes:
    """The key of the settings, else that of ``home``, which is made when it is first asked for.

    Raises :class:`UsageError` where it can be neither read nor made.
    """
    from secrets import token_bytes
    from tempfile import mkstemp

    if settings.review.pseudonym_key:
        return settings.review.pseudonym_key.get_secret_value().encode()
    file = settings.home / "pseudonyms.key"
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            handle, made = mkstemp(".tmp", "pseudonyms.", settings.home)  # nobody else's, and readable by nobody else
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(token_bytes(KEY_BYTES))
                with suppress(FileExistsError):  # another process was first: its key holds
                    os.link(made, file)
            finally:
                Path(made).unlink()
        key = file.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{file}: {error.strerror}; make it readable, or set MODERATION_REVIEW__PSEUDONYM_KEY"
        ) from None
    if len(key) < KEY_BYTES:
        raise UsageError(f"{file}: has {len(key)} bytes, not {KEY_BYTES}; delete it: authors get other pseudonyms")
    return key


class _Texts(Mapping[str, "Policy"]):
    """The policies as their file has them now: a screen stays open for a shift, and may not cite what holds no more.

    While the file cannot be read, as one that is being written, what was read last holds.
    """

    def __init__(self) -> None:
        self._read = self._stamp(), load_policies().by_category

    def __getitem__(self, category: str) -> Policy:
        return self._now()[category]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())

    def _now(self) -> Mapping[str, Policy]:
        with suppress(OSError, UsageError):
            if (stamp := self._stamp()) != self._read[0]:
                self._read = stamp, load_policies().by_category
        return self._read[1]

    @staticmethod
    def _stamp() -> tuple[int, int]:
        found = (shipped("configs") / "policies.yaml").stat()
        return found.st_mtime_ns, found.st_size


class _Words:
    """The glossary, read when it is first asked for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def gloss(self, post: Mapping[str, Any], decision: Mapping[str, Any]) -> Sequence[Gloss]:
        return self._glossary.gloss(post, decision)

    def notes(self, decision: Mapping[str, Any]) -> Sequence[Mapping[str, str]]:
        return self._glossary.notes(decision)

    @cached_property
    def _glossary(self) -> Glossary:
        from moderation.policy.glossary import load_lexicon
        from moderation.policy.loader import read_folder
        from moderation.pool.review.gloss import Glossary

        return Glossary(load_lexicon(read_folder(self._settings.rules)))


class _Past:
    """The precedents, read when they are first asked for."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def of(self, text: str, language: str, exclude: tuple[str, int] | None = None) -> Sequence[Precedent]:
        return self._precedents.of(text, language, exclude)

    @cached_property
    def _precedents(self) -> Precedents:
        from moderation.pool.review.precedents import Precedents

        return Precedents(self._store, _Embedding(self._settings), self._settings.home / "precedents.npz")


class _Embedding:
    """The embedding model, loaded when it is first asked for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __call__(self, texts: Sequence[str]) -> Vectors:
        return self._embedder(texts)

    @cached_property
    def _embedder(self) -> Embedder:
        from moderation.classifiers.embeddings import load_embedder

        return load_embedder(self._settings.models.embedding)


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value else None
