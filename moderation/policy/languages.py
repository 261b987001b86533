"""Which language tags a rule file may name."""

from __future__ import annotations

import re

# ISO 639-1, and the codes of ISO 639-3 without a two-letter form that the detector says or its users speak of. What the
# detector says by another name (`nb` is `no`, `fil` is `tl`) is left out: a rule for it would never look at a post.
_TWO = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en "
    "eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv "
    "ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nd ne "
    "ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st "
    "su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
_THREE = "ban ceb chr ckb hak hil ilo khb nan nqo sat syr tdd vai wuu yue zgh und"
LANGUAGES = frozenset(_TWO.split()) | frozenset(_THREE.split())

_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*", re.ASCII)


def is_tag(tag: str) -> bool:
    """Whether this is a well-formed BCP 47 tag of a language that exists.

    >>> is_tag("zh-Latn-pinyin"), is_tag("cn"), is_tag("zh_CN")
    (True, False, False)
    """
    return bool(_TAG.fullmatch(tag)) and tag.partition("-")[0] in LANGUAGES


_SCRIPTS = (
    "Latn Grek Cyrl Armn Hebr Arab Syrc Thaa Nkoo Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Thai Laoo Tibt "
    "Mymr Geor Hang Ethi Cher Cans Khmr Mong Tale Talu Bali Olck Tfng Hani Hira Kana Bopo Yiii Vaii Java Adlm"
)
SCRIPTS = tuple(_SCRIPTS.split())
"""ISO 15924 codes of what :mod:`moderation.folding.tables` tells apart; its numpy takes longer than `rules check`."""
