"""What stands for a character or a word to the eye, the ear or those in the know: tables written by hand.

=================  ==========================================================  ==============================
``splits``         a character written as its parts side by side               好 → 女子, 法 → 氵去 or 水去
``lookalikes``     characters that pass for each other                         微 → 徽, 枪 → 抢, 口 → ロ
``emoji``          an emoji for the sound or the sight of a word               🐔 → 鸡, 机, chicken
``aliases``        the short and covert names of a word, with their chains     微信 ← 微 ← v
``numerals``       Han numerals                                                叁 → 3, 幺 → 1
=================  ==========================================================  ==============================

Everything stands in its folded form (:func:`moderation.folding.fold.term_form`). The tables say what may stand for
what, not that it does: 女子 is a word, 己 is one too. Whether it is a disguise is for the matcher to judge. They leave
out what can be derived: homophones (``han.py``), pinyin, initials, leet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from types import MappingProxyType

from moderation.folding.sounds import alike
from moderation.folding.tables import DATA

# A part of a split → how else it is typed: the whole character or another shape of the radical. Katakana that look
# like one pass here too, because nobody reads カロ.
PARTS = {
    "亻": "人⺅イ", "氵": "水⺡シ", "扌": "手才⺘", "忄": "心⺖", "讠": "言⻈", "纟": "丝糸⺰", "钅": "金⻐",
    "饣": "食⻠", "犭": "犬⺨", "礻": "示⺭ネ", "衤": "衣⻂", "艹": "草艸卄⺾", "辶": "走之⻌", "灬": "火⺣",
    "刂": "刀⺉リ", "阝": "耳⻖⻏", "冫": "二⺀", "罒": "四⺲", "疒": "病", "攵": "文夂⺙", "足": "⻊", "彳": "ㄔ",
    "囗": "口", "口": "ロ囗", "力": "カ", "夕": "タ", "卜": "ト", "厶": "ムㄙ", "八": "ハ", "工": "エ", "彐": "ヨ",
    "匕": "ヒ",
}  # fmt: skip


def _rows(name: str) -> Iterator[list[str]]:
    for line in (DATA / f"{name}.tsv").read_text("utf-8").splitlines():
        yield line.split("\t")


_TWO = 2  # parts of a character that is written as two
_MOST_KIN = 12  # a part of more characters is a radical, and makes none alike


@cache
def splits() -> Mapping[str, tuple[str, ...]]:
    """Character → the ways to write it as its parts, those with its radicals first.

    >>> splits()["信"][:2]
    ('亻言', '人言')
    """
    table = {}
    for character, ways in _rows("splits"):
        typed = (product(*(part + PARTS.get(part, "") for part in way)) for way in ways.split(" "))
        # 艹早 is 草 too; 草早 would be 草 and a rest.
        table[character] = tuple(
            dict.fromkeys("".join(parts) for way in typed for parts in way if character not in parts)
        )
    return MappingProxyType(table)


@cache
def lookalikes() -> Mapping[str, str]:
    """Character → those that pass for it. A line of the file is a group whose members all pass for each other."""
    table: dict[str, dict[str, None]] = {}
    for (group,) in _rows("lookalikes"):
        for character in group:
            table.setdefault(character, {}).update(dict.fromkeys(group.replace(character, "")))
    return MappingProxyType({character: "".join(others) for character, others in table.items()})


@cache
def emoji() -> Mapping[str, tuple[str, ...]]:
    """Emoji → the characters and words that it is written for, the most usual first.

    What folds to a letter or an ideograph by itself (🅰, 🈚) has no entry.
    """
    return MappingProxyType({sign: tuple(words.split(" ")) for sign, words in _rows("emoji")})


@cache
def aliases() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Word → its other names, each a chain from what is written to the last step before the word.

    >>> ("v", "微") in aliases()["微信"]
    True
    """
    return MappingProxyType(
        {word: tuple(tuple(name.split(">")) for name in names) for word, *names in _rows("aliases")}
    )


@cache
def numerals() -> Mapping[str, str]:
    """Han numeral → its digit. 十, 百 and 千 are places, not digits, and have none."""
    return MappingProxyType({character: digit for digit, characters in _rows("numerals") for character in characters})


@cache
def kin() -> Mapping[str, str]:
    """Character → those that share a part with it, which to a quick eye are the same (钱: 线 浅 戋; 弱: 溺).

    The part is no common radical; the part itself counts, and a whole of which the character is a part. Those that
    sound alike are left out.
    """
    wholes: dict[str, set[str]] = {}
    for whole, ways in splits().items():
        for part in {part for way in ways if len(way) == _TWO for part in way}:
            wholes.setdefault(part, set()).add(whole)
    radicals = {part for part, of in wholes.items() if len(of) > _MOST_KIN}
    table: dict[str, str] = {}
    for whole, ways in splits().items():
        parts = {part for way in ways if len(way) == _TWO for part in way} - radicals
        near = parts.union(*(wholes[part] for part in parts), () if whole in radicals else wholes.get(whole, ()))
        table[whole] = "".join(sorted(other for other in near - {whole} if not alike(other, whole)))
    return MappingProxyType({whole: others for whole, others in table.items() if others})
