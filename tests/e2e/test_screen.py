"""`moderation screen` as a user runs it: a process, files, exit codes."""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow


def screen(*arguments: str, stdin: bytes = b"", cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "moderation", "screen", *arguments],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        check=False,
    )


def lines(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.splitlines()]


def without_time(decisions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in decision.items() if name != "decided_at"} for decision in decisions]


BAD_INPUT = b"\n".join(
    [
        b'{"id": "good-1", "text": "first"}',
        b'{"id": "broken", "text": ',
        b'{"text": "no id"}',
        '{"id": "good-2", "text": "姐妹们加V看主页"}'.encode(),
        b'{"id": "nul", "text": "a\\u0000b"}',
        b'{"id": "surrogate", "text": "\\ud83d"}',
        b'{"id": "long", "text": "' + b"x" * 30_000 + b'"}',
        b'{"id": "type", "text": 7}',
        b'{"id": "good-1", "text": "first"}',
        b'{"id": "good-1", "text": "other content"}',
        b"\xff\xfe",
        b'{"id": "good-1", "text": "second revision", "revision": 2}',
        b'{"id": "good-3", "text": ""}',
        b"",
    ]
)


@pytest.fixture(scope="module")
def bad_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[bytes], Path]:
    folder = tmp_path_factory.mktemp("bad")
    (folder / "posts.jsonl").write_bytes(BAD_INPUT)
    done = screen(str(folder / "posts.jsonl"), "-o", str(folder / "out.jsonl"))
    return done, folder


def test_good_lines_between_bad_ones_are_decided_once_in_input_order(
    bad_run: tuple[subprocess.CompletedProcess[bytes], Path],
) -> None:
    done, folder = bad_run
    assert done.returncode == 0, done.stderr
    decisions = lines((folder / "out.jsonl").read_bytes())
    keys = [(decision["post_id"], decision["revision"]) for decision in decisions]
    assert keys == [("good-1", 1), ("good-2", 1), ("good-1", 2), ("good-3", 1)]


REFUSED = [
    (2, "line", "not JSON"),
    (3, "id", "missing"),
    (5, "text", "NUL"),
    (6, "text", "lone surrogate"),
    (7, "text", "30,000 characters"),
    (8, "text", "must be a string"),
    (10, "id", "other content in line 1"),
    (11, "line", "UTF-8"),
]


def test_each_bad_line_is_named_on_stderr_and_kept_in_the_dead_letter_file(
    bad_run: tuple[subprocess.CompletedProcess[bytes], Path],
) -> None:
    done, folder = bad_run
    kept = lines((folder / "out.jsonl.refused.jsonl").read_bytes())
    said = done.stderr.decode().splitlines()
    assert [(letter["line"], letter["field"]) for letter in kept] == [(n, field) for n, field, _ in REFUSED]
    for (number, field, reason), letter in zip(REFUSED, kept, strict=True):
        assert reason in letter["reason"]
        assert any(line.startswith(f"line {number}: {field}: ") and reason in line for line in said)
    assert "4 posts decided" in said[-1]
    assert "1 repeats left out" in said[-1]
    assert "8 lines refused" in said[-1]


def test_an_empty_text_is_approved_without_a_language(
    bad_run: tuple[subprocess.CompletedProcess[bytes], Path],
) -> None:
    decision = lines((bad_run[1] / "out.jsonl").read_bytes())[-1]
    assert decision["action"] == "approve"
    assert decision["review"] is None
    assert decision["language"]["tag"] == "und"


def test_stdin_to_stdout_gives_the_contract_and_exact_slices(tmp_path: Path) -> None:
    text = "姐妹们加V看主页"
    done = screen(stdin=json.dumps({"id": "n-1", "text": text}).encode(), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (decision,) = lines(done.stdout)
    assert list(decision) == [
        "post_id",
        "revision",
        "action",
        "review",
        "outcomes",
        "language",
        "scores",
        "matches",
        "notes",
        "unavailable",
        "decided_at",
        "versions",
    ]
    language = decision["language"]
    assert language["tag"] == "zh-Hans"
    assert language["shares"] == {"zh-Hans": 0.875, "en": 0.125}
    assert language["spans"] == [["text", 0, 4, "zh-Hans"], ["text", 4, 5, "en"], ["text", 5, 8, "zh-Hans"]]
    for match in decision["matches"]:
        for field, start, end, piece in match["spans"]:
            assert field == "text"
            assert text[start:end] == piece
    assert not (tmp_path / "refused.jsonl").exists()


def test_the_output_depends_neither_on_the_number_of_processes_nor_on_compression(tmp_path: Path) -> None:
    texts = [
        "hello there",
        "大家好，交猫税",
        "加V聊，日结300",
        "¿qué tal?",
        "kill the boss",
        "",
        "🙂",
        "今天的OOTD太cute了",
    ]
    data = b"\n".join(json.dumps({"id": f"p-{n}", "text": texts[n % len(texts)]}).encode() for n in range(1500))
    (tmp_path / "posts.jsonl").write_bytes(data)
    (tmp_path / "posts.jsonl.gz").write_bytes(gzip.compress(data))
    one = screen(str(tmp_path / "posts.jsonl"), "--jobs", "1", cwd=tmp_path)
    two = screen(str(tmp_path / "posts.jsonl.gz"), "--jobs", "2", cwd=tmp_path)
    assert one.returncode == two.returncode == 0
    assert [decision["post_id"] for decision in lines(two.stdout)] == [f"p-{n}" for n in range(1500)]
    assert without_time(lines(one.stdout)) == without_time(lines(two.stdout))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["absent.jsonl"], "absent.jsonl: cannot be read"),
        (["-", "--rules", "absent"], "absent"),
        (["-", "--config", "absent.yaml"], "absent.yaml: cannot be read"),
        (["-", "-o", "no/such/folder/out"], "cannot be written"),
    ],
)
def test_a_call_that_cannot_work_ends_with_2_and_one_message(arguments: list[str], says: str, tmp_path: Path) -> None:
    done = screen(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_a_broken_rule_file_ends_with_2_and_names_its_place(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "bad.yaml").write_text("id: spam.x\nid: spam.y\n", encoding="utf-8")
    done = screen("-", "--rules", "rules", stdin=b'{"id": "a", "text": "x"}', cwd=tmp_path)
    assert done.returncode == 2
    assert "bad.yaml:1:1: error R" in done.stderr.decode()
    assert "moderation rules check" in done.stderr.decode()


def test_the_lines_before_the_damage_of_a_compressed_file_are_decided(tmp_path: Path) -> None:
    data = b"\n".join(b'{"id": "p-%d", "text": "%d"}' % (n, n * 7919) for n in range(3000))
    (tmp_path / "posts.gz").write_bytes(gzip.compress(data)[:-200])
    done = screen("posts.gz", cwd=tmp_path)
    assert done.returncode == 2
    assert "damaged after line" in done.stderr.decode()
    said = int(done.stderr.decode().split("damaged after line ")[1].split()[0])
    assert [decision["post_id"] for decision in lines(done.stdout)] == [f"p-{n}" for n in range(said)]
