"""Vietnamese typed without its marks: every word one syllable, built as only Vietnamese builds them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

# Finals without marks; with an initial before them they are all the syllables there are.
_FINALS = """
a ac ach ai am an ang anh ao ap at au ay e ec ech em en eng enh eo ep et eu i ia ich iec iem ien ieng iep iet ieu im in
inh ip it iu o oa oac oach oai oan oang oanh oat oay oc oe oen oeo oet oi om on ong op ot u ua uan uang uanh uat uay uc
ue uech uen uenh ui um un ung uo uoc uoi uom uon uong uop uot uou up ut uu uy uya uych uyen uyet uynh uyt y yem yen yet
yeu
"""
_INITIALS = "b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|q|r|s|th?|tr|v|x"
_SYLLABLE = re.compile(rf"(?:{_INITIALS})?(?:{'|'.join(sorted(_FINALS.split(), key=len, reverse=True))})")
# Beginnings and ends that other languages of open syllables hardly have.
_TELLTALE = re.compile(
    "uo[cinmt]|uong|ie[cmntup]|uye[nt]|^ng|oai$|^[kn]h|^tr.*(?:nh|ng|i|u)$|^gi.*[nmuig]$|^ph.*[inug]$|^th.*(?:[iuy]|nh|ng)$|^qu[ay]"
)
# The commonest words: all of them words of other languages too.
_EVERYDAY_TEXT = """
anh ban bao biet cac cai can chi cho chua chung co con cua cung da dang den di do duoc em gi hay khi khong la lam lai
len ma me minh moi mot muon nay nguoi nha nhieu nhu nhung noi o oi phai qua ra rat roi sao se tai thay the thi toi
trong va vao vay ve viec voi yeu
"""
_EVERYDAY = frozenset(_EVERYDAY_TEXT.split())
_LEAST_WORDS = 3
_FOREIGN_SHARE = 0.125
_LONGEST = 7


def is_vietnamese(words: Sequence[str]) -> bool:
    """Whether the words of a text (small letters, no marks) are syllables of Vietnamese, some of them telling.

    Three words at the least; one in eight may be a name or a word of another language.

    >>> is_vietnamese("hom nay troi dep qua".split()), is_vietnamese("me so hot man".split())
    (True, False)
    """
    if len(words) < _LEAST_WORDS:
        return False
    foreign = len(words) * _FOREIGN_SHARE
    telltale = set()
    for word in words:
        kind = _kind(word) if len(word) <= _LONGEST else 0
        if kind == 0:
            foreign -= 1
            if foreign < 0:
                return False
        elif kind > 1:
            telltale.add(word)
    return len(telltale) > 1 or (len(telltale) == 1 and any(w in _EVERYDAY and w not in telltale for w in words))


@lru_cache(maxsize=1 << 15)
def _kind(word: str) -> int:
    """0 for no syllable of Vietnamese, 1 for one, 2 for a telltale one."""
    if not _SYLLABLE.fullmatch(word):
        return 0
    return 2 if _TELLTALE.search(word) else 1
