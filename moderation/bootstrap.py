"""The composition root: settings in, objects out. Nothing connects before it is asked to."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from moderation import __version__
from moderation.domain.decision import Versions
from moderation.domain.ports import Store
from moderation.pipeline import Pipeline
from moderation.policy.loader import load_rules, read_folder
from moderation.policy.model import RuleSet
from moderation.settings import Settings, load_routes, load_taxonomy


def build_rules(settings: Settings, rules: Path | None = None) -> RuleSet:
    """Load the rule set of a folder; :class:`~moderation.domain.errors.RulesRefused` when it has errors."""
    return load_rules(read_folder(rules or settings.rules), today=datetime.now(UTC).date())


def build_pipeline(settings: Settings, rules: Path | None = None) -> Pipeline:
    """The whole flow, models loaded: takes seconds, so build it once (a worker: before it forks)."""
    return assemble(settings, build_rules(settings, rules))


def assemble(settings: Settings, rule_set: RuleSet) -> Pipeline:
    """The flow around a rule set that is loaded."""
    from moderation.classifiers.embeddings import load_embedder
    from moderation.classifiers.exemplars import Exemplars
    from moderation.classifiers.linear import load_classifier
    from moderation.language.detector import Detector
    from moderation.matching.matcher import Matcher
    from moderation.policy.engine import Engine

    classifier = load_classifier(settings.models.classifiers)
    exemplars = Exemplars(rule_set.vocabulary.exemplars, load_embedder(settings.models.embedding))
    versions = Versions(
        moderation=__version__, rules=rule_set.digest, models={**classifier.versions, **exemplars.versions}
    )
    return Pipeline(
        detector=Detector(),
        matcher=Matcher(rule_set.vocabulary),
        classifier=classifier,
        exemplars=exemplars,
        policy=Engine(rule_set, load_taxonomy(), load_routes().desks, versions),
    )


def open_store(settings: Settings) -> Store:
    """The pool's store: the URL of the settings, else SQLite under ``home``."""
    from moderation.storage import open_store as open_url

    return open_url(settings.store_url.get_secret_value() if settings.store_url else None, settings.home)
