"""The lexicons of the signals, as people write them: ``lexicons/LANG.yaml``; ``train`` puts them into the fast tier.

::

    language: de
    groups: {muslims: {kind: religion, neutral: [muslim*], slur: []}}
    predicates: {dehumanise: [ungeziefer], exclude: […], …}
    stance: {negate: [nicht], …}
    target: {you: [du], …}
    cues: {profanity: […], …}
"""

from __future__ import annotations

from pathlib import Path

from moderation.classifiers.lexicon import CUES, Entry
from moderation.domain.errors import UsageError
from moderation.training.teaching.documents import value_of

LEXICONS = Path(__file__).parent / "lexicons"
SECTIONS = ("predicates", "stance", "target", "cues")


def read_lexicons(folder: Path = LEXICONS) -> dict[str, list[Entry]]:
    """Language → its entries; :class:`UsageError` names the file, the line and what is wrong."""
    return {path.stem: _read(path) for path in sorted(folder.glob("*.yaml"))}


def _read(path: Path) -> list[Entry]:
    value = value_of(path)
    try:
        entries = [
            (str(term), cue)
            for names in value["groups"].values()
            for cue, key in (("group", "neutral"), ("slur", "slur"))
            for term in names.get(key, ())
        ]
        entries += [
            (str(term), str(cue)) for section in SECTIONS for cue, terms in value[section].items() for term in terms
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{path}: not a lexicon ({error}); see the README of the teaching corpus") from None
    unknown = sorted({cue for _, cue in entries} - set(CUES))
    if unknown:
        raise UsageError(f"{path}: no cue `{unknown[0]}`; there are {', '.join(CUES)}")
    return entries
