"""The composition root: settings in, objects out. Nothing connects before it is asked to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from moderation import __version__
from moderation.domain.decision import Versions
from moderation.domain.ports import Classifier, Detector, Store
from moderation.pipeline import Pipeline
from moderation.policy.loader import load_rules, read_folder
from moderation.policy.model import RuleSet
from moderation.settings import Settings, load_routes, load_taxonomy

if TYPE_CHECKING:
    from moderation.classifiers.embeddings import Embedder


def build_rules(settings: Settings, rules: Path | None = None) -> RuleSet:
    """Load the rule set of a folder; :class:`~moderation.domain.errors.RulesRefused` when it has errors."""
    return load_rules(read_folder(rules or settings.rules), today=datetime.now(UTC).date())


@dataclass(frozen=True, slots=True)
class Models:
    """What takes seconds and memory to load, and does not change with the rules."""

    detector: Detector
    classifier: Classifier
    embedder: Embedder


def load_models(settings: Settings) -> Models:
    """Load the models that the settings name; once a process, and in a worker before it forks."""
    from moderation.classifiers.embeddings import load_embedder
    from moderation.classifiers.linear import load_classifier
    from moderation.language.detector import Detector as LanguageDetector

    return Models(
        LanguageDetector(), load_classifier(settings.models.classifiers), load_embedder(settings.models.embedding)
    )


def assemble(models: Models, rule_set: RuleSet) -> Pipeline:
    """The flow of a rule set over models that are loaded."""
    from moderation.classifiers.exemplars import Exemplars
    from moderation.matching.matcher import Matcher
    from moderation.policy.engine import Engine

    exemplars = Exemplars(rule_set.vocabulary.exemplars, models.embedder)
    versions = Versions(
        moderation=__version__, rules=rule_set.digest, models={**models.classifier.versions, **exemplars.versions}
    )
    return Pipeline(
        detector=models.detector,
        matcher=Matcher(rule_set.vocabulary),
        classifier=models.classifier,
        exemplars=exemplars,
        exemplar_gate=rule_set.vocabulary.exemplar_gate,
        policy=Engine(rule_set, load_taxonomy(), load_routes().desks, versions),
    )


def build_pipeline(settings: Settings, rules: Path | None = None) -> Pipeline:
    """The whole flow; the rules are checked before the models are loaded."""
    rule_set = build_rules(settings, rules)
    return assemble(load_models(settings), rule_set)


def open_store(settings: Settings) -> Store:
    """The pool's store: the URL of the settings, else SQLite under ``home``."""
    from moderation.storage import open_store as open_url

    return open_url(settings.store_url.get_secret_value() if settings.store_url else None, settings.home)
