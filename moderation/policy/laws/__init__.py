"""The laws: what a rule that reads well may still do wrong. One function a law, one module a subject.

``LAWS`` look at one rule with its tests, ``PACK_LAWS`` at all files together. A law reports at the cursor of the file
and never raises, whatever could not be read. docs/policy.md says more of each code.
"""

from __future__ import annotations

from moderation.policy.laws.base import Law, Pack, PackLaw, Surroundings
from moderation.policy.laws.counting import counted_rules_are_there
from moderation.policy.laws.evidence import acts_on_what_was_said, removal_needs_more_than_a_model
from moderation.policy.laws.languages import filters_meet_their_hits, matches_in_its_languages, words_are_in_the_scope
from moderation.policy.laws.life import (
    acting_rules_act,
    canary_has_its_end,
    canary_has_its_share,
    does_not_expire_soon,
    not_expired,
)
from moderation.policy.laws.logic import can_be_true, every_condition_is_used, filters_take_hits_away
from moderation.policy.laws.markets import markets_exist, matrix_names_countries, outcomes_are_in_the_scope
from moderation.policy.laws.naming import placeholders_have_words, texts_are_in_their_language
from moderation.policy.laws.pack import idioms_are_reviewed, ids_stand_once, lists_are_used, tests_have_their_rule
from moderation.policy.laws.patterns import (
    borders_stand_beside_ascii,
    classes_know_the_letters,
    patterns_are_of_a_size,
    patterns_begin_and_end_somewhere,
)
from moderation.policy.laws.shadowed import rules_change_something
from moderation.policy.laws.testing import (
    desks_are_compared,
    enforced_rules_are_tested,
    pairs_are_translations,
    tests_agree,
    tests_speak_the_scope,
)
from moderation.policy.laws.words import terms_are_no_essays, terms_say_something, words_are_not_everyday

LAWS: tuple[Law, ...] = (
    every_condition_is_used,
    filters_take_hits_away,
    can_be_true,
    placeholders_have_words,
    texts_are_in_their_language,
    canary_has_its_share,
    canary_has_its_end,
    not_expired,
    does_not_expire_soon,
    acting_rules_act,
    markets_exist,
    outcomes_are_in_the_scope,
    acts_on_what_was_said,
    removal_needs_more_than_a_model,
    matches_in_its_languages,
    words_are_in_the_scope,
    filters_meet_their_hits,
    words_are_not_everyday,
    terms_say_something,
    terms_are_no_essays,
    patterns_are_of_a_size,
    borders_stand_beside_ascii,
    patterns_begin_and_end_somewhere,
    classes_know_the_letters,
    enforced_rules_are_tested,
    tests_speak_the_scope,
    pairs_are_translations,
    desks_are_compared,
    tests_agree,
)

PACK_LAWS: tuple[PackLaw, ...] = (
    ids_stand_once,
    tests_have_their_rule,
    counted_rules_are_there,
    rules_change_something,
    lists_are_used,
    idioms_are_reviewed,
    matrix_names_countries,
)

__all__ = ["LAWS", "PACK_LAWS", "Law", "Pack", "PackLaw", "Surroundings"]
