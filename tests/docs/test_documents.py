"""Documents keep step with the code: each command, exit code, setting and package has its place in them."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from moderation.cli import COMMANDS
from moderation.domain import errors
from moderation.domain.taxonomy import CATEGORIES
from moderation.settings import Settings

ROOT = Path(__file__).parent.parent.parent
CONTRACTS = (ROOT / "docs" / "contracts.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_in_the_contracts(name: str) -> None:
    assert re.search(rf"\b{name}\b", CONTRACTS)


def test_every_category_stands_in_the_contracts() -> None:
    assert all(category in CONTRACTS for category in CATEGORIES)


def test_every_exit_code_of_an_error_stands_in_the_contracts_and_in_the_tree_of_errors() -> None:
    kinds = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.ModerationError)
    ]
    for kind in kinds:
        assert f"| {kind.exit_code} |" in CONTRACTS
        assert kind.__name__ in str(errors.__doc__)


def names(model: type[BaseModel], prefix: str = "") -> list[str]:
    found = []
    for name, field in model.model_fields.items():
        kind = field.annotation
        inner = isinstance(kind, type) and issubclass(kind, BaseModel)
        found += names(kind, f"{name}.") if inner else [name]  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize("name", [name for name in names(Settings) if name != "lang"])
def test_every_setting_stands_in_the_settings_file_with_a_word_on_it(name: str) -> None:
    text = (ROOT / "configs" / "moderation.yaml").read_text(encoding="utf-8")
    assert re.search(rf"^\s*(# )?{name}: .+ # .+|^\s*(# )?{name}: .+$", text, re.MULTILINE)


def test_links_in_documents_lead_somewhere() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} → {target}"


def test_decision_records_are_numbered_without_gaps() -> None:
    numbers = sorted(int(page.name[:4]) for page in (ROOT / "docs" / "decisions").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_no_module_is_longer_than_400_lines() -> None:
    for folder in ("moderation", "workers"):
        for module in (ROOT / folder).rglob("*.py"):
            assert len(module.read_text(encoding="utf-8").splitlines()) <= 400, module
