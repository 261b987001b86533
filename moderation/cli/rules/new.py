"""``moderation rules new``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from moderation.cli import options
from moderation.cli.display import print_json, visible
from moderation.cli.rules.common import folder_of, today
from moderation.domain.errors import UsageError
from moderation.policy.loader import read_folder

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {"wrote": "wrote", "next": "Replace the placeholders and the tests, then run:"},
    "zh": {"wrote": "已写入", "next": "请替换占位词和测试，然后运行："},
}


@click.command()
@click.argument("identifier", metavar="ID")
@click.option("--languages", default="zh,en", show_default=True, help="Languages of the scope, with commas.")
@options.rules
@options.common
def new(identifier: str, languages: str, rules: Path | None, config: Path | None, as_json: bool, lang: str) -> None:
    """Write a draft rule and its tests, which pass, for an author to fill in. ID is category.name.

    \b
    Example:
      moderation rules new spam.follow_train --languages zh,en,es --rules rules
    """
    from moderation.authoring.scaffold import scaffold

    folder = folder_of(rules, config)
    files = read_folder(folder) if folder.is_dir() and any(folder.rglob("*.y*ml")) else {}
    tags = list(dict.fromkeys(tag for part in languages.split(",") if (tag := part.strip())))
    made = scaffold(identifier, tags, lang, today(), files)
    for name, text in made.files.items():
        _write(folder / name, text)
    where = "" if rules is None else f" --rules {folder}"
    commands = [f"moderation rules check{where}", f"moderation rules test {identifier}{where}"]
    if not (folder / "schema.json").exists():
        commands.insert(0, f"moderation rules schema > {folder / 'schema.json'}")
    if as_json:
        print_json({"files": [str(folder / name) for name in made.files], "next": commands})
        return
    for name in made.files:
        click.echo(f"{_WORDS[lang]['wrote']} {visible(str(folder / name))}")
    click.echo(_WORDS[lang]["next"])
    for line in commands:
        click.echo(f"  {visible(line)}")


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise UsageError(f"{path}: is there already; give another id, or edit it") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}); give --rules DIR") from None
