"""The HTML reports as a person opens them: in a real browser."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.policy.building import rule

pytestmark = pytest.mark.slow

BROWSER = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
HOSTILE = (
    "please join us <script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
    "</bdi></li><h1 id=taken>taken</h1> \u202egnp.exe"
)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1180,1600",
)  # fmt: skip
ACTING = {"status": "canary", "canary": "100%"}


def browse(folder: Path, page: Path, *flags: str) -> str:
    assert BROWSER is not None
    done = subprocess.run(
        [BROWSER, *FLAGS, f"--user-data-dir={folder / 'profile'}", *flags, page.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    for name, words in (("old", "[join us]"), ("new", "[our garden]")):
        (folder / name).mkdir()
        (folder / name / "a.yaml").write_text(
            rule(detect=f"{{a: {{words: {words}}}}}", condition="a", **ACTING), "utf-8"
        )
    posts = [
        {"id": "hostile", "text": HOSTILE, "violating": 1},
        {"id": "benign", "text": "Please join us for dinner this evening", "violating": 0},
        {"id": "other", "text": "The roses in our garden are in bloom this week"},
        {"id": "zh", "text": "今天天气很好，我们一起去公园散步 join us"},
    ]
    (folder / "posts.jsonl").write_text("".join(json.dumps(post) + "\n" for post in posts), "utf-8")
    return folder


@pytest.fixture(
    scope="module", params=[("backtest", "en"), ("backtest", "zh"), ("diff", "en"), ("diff", "zh")], ids="-".join
)
def page(request: pytest.FixtureRequest, folder: Path) -> Path:
    name, lang = request.param
    page = folder / f"{name}-{lang}.html"
    rules = [folder / "old"] if name == "backtest" else [folder / "old", folder / "new"]
    subprocess.run(
        [sys.executable, "-m", "moderation", "rules", name, *map(str, rules), str(folder / "posts.jsonl"),
         "--html", str(page), "--lang", lang, "--jobs", "1"],
        capture_output=True,
        check=True,
    )  # fmt: skip
    return page


@pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")
def test_hostile_text_is_text_in_the_browser_too(folder: Path, page: Path) -> None:
    dom = browse(folder, page, "--dump-dom")
    assert "<mark>" in dom
    assert "&lt;script&gt;" in dom
    assert "<script" not in dom
    assert "<img" not in dom
    assert 'id="taken"' not in dom
    assert "<title>taken" not in dom
    assert "&lt;U+202E&gt;" in dom
    assert dom.count("<svg") >= 2


@pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_drawn_in_the_light_and_in_the_dark(folder: Path, page: Path, scheme: str) -> None:
    from PIL import Image

    shot = folder / f"{page.stem}-{scheme}.png"
    dark = ("--blink-settings=preferredColorScheme=0",) if scheme == "dark" else ()
    browse(folder, page, f"--screenshot={shot}", *dark)
    with Image.open(shot) as image:
        grey = image.convert("L")
        paper = grey.getpixel((5, 5))
        colours = image.convert("RGB").getcolors(maxcolors=1 << 24)
    assert isinstance(paper, int)
    assert (paper > 200) is (scheme == "light")
    assert colours is not None
    assert len(colours) > 100  # letters, lines, bars: not a blank page
    assert sum(count for count, colour in colours if abs(sum(colour) / 3 - paper) > 60) > 5_000  # and readable on it


def test_the_report_stands_whole_in_its_place(page: Path) -> None:
    text = page.read_text("utf-8")
    assert text.startswith("<!doctype html>")
    assert text.endswith("</html>\n")
    assert not list(page.parent.glob(".*html*"))
