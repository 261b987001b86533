"""What a folder of models is refused for, with the file and the remedy."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from moderation.classifiers.artifact import CARD, METADATA, read_artifact, write_artifact
from moderation.domain.errors import UsageError

KIND = "weights@1"


def write(folder: Path, **contents: bytes) -> Path:
    write_artifact(folder, {"kind": KIND, "bits": 3}, contents or {"numbers": b"123"}, "# card\n")
    return folder


def test_what_was_written_is_read(tmp_path: Path) -> None:
    artifact = read_artifact(write(tmp_path / "fast", numbers=b"123", words=b"abc"), KIND)
    assert artifact.name == "fast"
    assert artifact.metadata["bits"] == 3
    assert artifact.files == {"numbers": b"123", "words": b"abc"}
    assert (tmp_path / "fast" / CARD).read_text() == "# card\n"


def test_the_version_is_that_of_the_contents_and_not_of_the_card_or_the_folder(tmp_path: Path) -> None:
    one, same = write(tmp_path / "one"), write(tmp_path / "same")
    (same / CARD).write_text("# another card\n")
    other = write(tmp_path / "other", numbers=b"124")
    versions = [read_artifact(folder, KIND).version for folder in (one, same, other)]
    assert versions[0] == versions[1] != versions[2]
    assert all(len(version) == 12 and int(version, 16) >= 0 for version in versions)


def edit(folder: Path, **changes: object) -> None:
    described = json.loads((folder / METADATA).read_text())
    (folder / METADATA).write_text(json.dumps({**described, **changes}))


DAMAGE: list[tuple[str, Callable[[Path], object], str]] = [
    # what happened, how, what the message names
    ("other bytes", lambda folder: (folder / "numbers").write_bytes(b"124"), "numbers"),
    ("cut off", lambda folder: (folder / "numbers").write_bytes(b"12"), "numbers"),
    ("a file is gone", lambda folder: (folder / "numbers").unlink(), "numbers"),
    ("no description", lambda folder: (folder / METADATA).unlink(), METADATA),
    ("half a description", lambda folder: (folder / METADATA).write_text('{"kind": "wei'), METADATA),
    ("a list", lambda folder: (folder / METADATA).write_text("[]"), METADATA),
    ("no JSON", lambda folder: (folder / METADATA).write_bytes(b"\xff\xfe"), METADATA),
    ("no kind", lambda folder: (folder / METADATA).write_text('{"files": {}}'), METADATA),
    ("no files", lambda folder: edit(folder, files=3), METADATA),
    ("another digest", lambda folder: edit(folder, files={"numbers": "0" * 64}), "numbers"),
]


@pytest.mark.parametrize(("damage", "names"), [row[1:] for row in DAMAGE], ids=[row[0] for row in DAMAGE])
def test_a_damaged_model_is_refused_with_file_and_remedy(
    tmp_path: Path, damage: Callable[[Path], object], names: str
) -> None:
    damage(write(tmp_path / "fast"))
    with pytest.raises(UsageError, match=r"models train --force") as refused:
        read_artifact(tmp_path / "fast", KIND)
    assert str(tmp_path / "fast" / names) in str(refused.value)


def test_a_model_of_another_kind_is_refused_by_its_kind(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"weights@1.*weights@2.*models train"):
        read_artifact(write(tmp_path / "fast"), "weights@2")


def test_a_half_written_model_never_loads(tmp_path: Path) -> None:
    """The description is written last."""
    with pytest.raises(TypeError):
        write_artifact(tmp_path / "fast", {"kind": {KIND}}, {"numbers": b"123"}, "# card\n")  # a set is no JSON
    assert (tmp_path / "fast" / "numbers").is_file()
    with pytest.raises(UsageError):
        read_artifact(tmp_path / "fast", KIND)
