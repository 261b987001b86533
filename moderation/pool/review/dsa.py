"""A measure as the EU transparency database takes it (Regulation (EU) 2022/2065, Article 24(5)).

Names, values and lengths are those of its API since July 2025:
https://transparency.dsa.ec.europa.eu/page/api-documentation
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from moderation.domain.errors import UsageError
from moderation.domain.language import UNDETERMINED, primary
from moderation.domain.market import EU, markets_of
from moderation.domain.taxonomy import Taxonomy
from moderation.pool.review.statements import DEFAULT, EVERYWHERE, Letters, Measure

EEA = EU | {"IS", "LI", "NO"}
"""The countries that ``territorial_scope`` can name."""

Visibility = Literal[
    "DECISION_VISIBILITY_CONTENT_DEMOTED",
    "DECISION_VISIBILITY_CONTENT_DISABLED",
    "DECISION_VISIBILITY_CONTENT_REMOVED",
]
Automation = Literal[
    "AUTOMATED_DECISION_FULLY",
    "AUTOMATED_DECISION_PARTIALLY",
    "AUTOMATED_DECISION_NOT_AUTOMATED",
]
Content = Literal[
    "CONTENT_TYPE_AUDIO",
    "CONTENT_TYPE_IMAGE",
    "CONTENT_TYPE_PRODUCT",
    "CONTENT_TYPE_TEXT",
    "CONTENT_TYPE_VIDEO",
]
Category = Literal[
    "STATEMENT_CATEGORY_ANIMAL_WELFARE",
    "STATEMENT_CATEGORY_CONSUMER_INFORMATION",
    "STATEMENT_CATEGORY_CYBER_VIOLENCE",
    "STATEMENT_CATEGORY_CYBER_VIOLENCE_AGAINST_WOMEN",
    "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
    "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
    "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
    "STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
    "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
    "STATEMENT_CATEGORY_PROTECTION_OF_MINORS",
    "STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY",
    "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
    "STATEMENT_CATEGORY_SELF_HARM",
    "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS",
    "STATEMENT_CATEGORY_VIOLENCE",
]

_UNNAMED = "OTHER_VIOLATION_TC"
_VISIBILITY: Mapping[str, Visibility] = {
    "limit": "DECISION_VISIBILITY_CONTENT_DEMOTED",
    "hold": "DECISION_VISIBILITY_CONTENT_DISABLED",
    "remove": "DECISION_VISIBILITY_CONTENT_REMOVED",
}
_AUTOMATION: Mapping[str, Automation] = {
    "automated": "AUTOMATED_DECISION_FULLY",
    "together": "AUTOMATED_DECISION_PARTIALLY",
    "person": "AUTOMATED_DECISION_NOT_AUTOMATED",
}
_FACTS: Mapping[str, str] = {
    "automated": "The measure was taken by the provider's rules and models without a person.",
    "together": "A person decided about several near-identical posts at once.",
    "person": "A person decided about the post.",
}
_CONTENT: Mapping[str, Content] = {
    "image": "CONTENT_TYPE_IMAGE",
    "video": "CONTENT_TYPE_VIDEO",
    "live": "CONTENT_TYPE_VIDEO",
    "audio": "CONTENT_TYPE_AUDIO",
    "listing": "CONTENT_TYPE_PRODUCT",
}


class Statement(BaseModel):
    """One row of the database."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    decision_visibility: list[Visibility] = Field(min_length=1)
    decision_ground: Literal["DECISION_GROUND_INCOMPATIBLE_CONTENT"] = "DECISION_GROUND_INCOMPATIBLE_CONTENT"
    decision_ground_reference_url: Annotated[str, Field(max_length=500, pattern="^https?://")] | None = None
    incompatible_content_ground: str = Field(min_length=1, max_length=500)
    incompatible_content_explanation: str = Field(min_length=1, max_length=2000)
    category: Category
    content_type: list[Content] = Field(min_length=1)
    content_language: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None
    content_date: date = Field(ge=date(2000, 1, 1), le=date(2038, 1, 1))
    application_date: date = Field(ge=date(2020, 1, 1), le=date(2038, 1, 1))
    territorial_scope: list[str] = Field(min_length=1)
    decision_facts: str = Field(min_length=1, max_length=5000)
    source_type: Literal["SOURCE_VOLUNTARY"] = "SOURCE_VOLUNTARY"
    automated_detection: Literal["Yes", "No"]
    automated_decision: Automation
    puid: str = Field(max_length=500, pattern="^[A-Za-z0-9_-]+$")

    @model_validator(mode="after")
    def _in_the_eea(self) -> Self:
        if unknown := set(self.territorial_scope) - EEA:
            raise ValueError(f"territorial_scope: not of the EEA: {', '.join(sorted(unknown))}")
        return self

    def to_json(self) -> dict[str, Any]:
        """As it is sent: without what is not known."""
        return self.model_dump(mode="json", exclude_none=True)


@dataclass(frozen=True, slots=True)
class Register:
    """Writes rows, in the words of the English letters. ``reference`` is where the community rules are published."""

    letters: Letters
    taxonomy: Taxonomy
    reference: str | None = None

    def __call__(self, measure: Measure) -> Statement | None:
        """The row of a measure; None where it applies nowhere in the EEA.

        :class:`UsageError` where the configuration gives what the database would refuse.
        """
        scope = territories(measure)
        if not scope:
            return None
        category = self.taxonomy[measure.category].dsa if measure.category else _UNNAMED
        try:
            return Statement.model_validate(
                {
                    "decision_visibility": [_VISIBILITY[measure.action]],
                    "decision_ground_reference_url": self.reference,
                    "incompatible_content_ground": self._ground(measure),
                    "incompatible_content_explanation": self._explanation(measure),
                    "category": f"STATEMENT_CATEGORY_{category}",
                    "content_type": _content(measure.post),
                    "content_language": _language(measure.decision["language"]["tag"]),
                    "content_date": measure.posted,
                    "application_date": datetime.fromtimestamp(measure.at, UTC).date(),
                    "territorial_scope": scope,
                    "decision_facts": _facts(measure),
                    "automated_detection": "Yes" if measure.flagged else "No",
                    "automated_decision": _AUTOMATION[measure.decided],
                    "puid": measure.id,
                }
            )
        except ValidationError as error:
            wrong = error.errors(include_url=False, include_input=False)
            said = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in wrong)
            raise UsageError(f"{measure.id}: the EU database would refuse its statement: {said}") from None

    def _ground(self, measure: Measure) -> str:
        if measure.category is None:
            return "Community rules"
        version = f" (version {measure.version})" if measure.version else ""
        return f"Community rules: {self.taxonomy[measure.category].title['en']}{version}"

    def _explanation(self, measure: Measure) -> str:
        template = self.letters.templates[DEFAULT]
        if measure.category is None:
            return "The post could not be judged wholly by automated means and waits for a person."
        return template.rule.format(category=template.categories[measure.category])


def territories(measure: Measure) -> list[str]:
    """The countries of the EEA where a measure applies."""
    return sorted(country for country in EEA if _outcome(measure, country) == measure.action)


def _outcome(measure: Measure, country: str) -> str | None:
    names = (*markets_of(country), EVERYWHERE)
    return next((measure.outcomes[name] for name in names if name in measure.outcomes), None)


def _content(post: Mapping[str, Any]) -> list[str]:
    kinds = [post.get("kind"), *(media.get("kind") for media in post.get("media") or ())]
    return sorted({"CONTENT_TYPE_TEXT", *(_CONTENT[kind] for kind in kinds if kind in _CONTENT)})


def _language(tag: str) -> str | None:
    found = primary(tag)
    return None if tag == UNDETERMINED or len(found) != len("en") else found.upper()


def _facts(measure: Measure) -> str:
    found = "by automated means" if measure.flagged else "by a person"
    return f"The post was found {found}. {_FACTS[measure.decided]}"
