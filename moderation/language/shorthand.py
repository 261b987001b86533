"""Words of chat that no profile knows: too short for n-grams, or initials."""

from __future__ import annotations

from collections.abc import Iterable

# Initials of Chinese phrases, typed without tones; inside Han text they are part of it.
_INITIALS = (
    "yyds xswl awsl nsdd zqsg dbq tql srds xdm jms yysy bdjw ssfd plmm plgg gkd drl szd kswl nbcs wdnmd nmsl cnm wcnm "
    "rnm tmd nmd zz xjj xgg pyq dddd djll u1s1"
)
CHINESE = frozenset(_INITIALS.split())

# Greetings and thanks: one word, one language.
_WORDS = {
    "en": "hello hi hey bye goodbye thanks thank thx ty please pls sorry yes yeah yep nope lol lmao rofl omg omfg wtf "
    "btw idk imo tbh brb afk gg cute love nice cool great good morning night happy birthday you what why how",
    "es": "hola gracias buenos buenas adios adiós señor mañana amigo amigos",
    "fr": "bonjour bonsoir merci salut oui",
    "de": "danke bitte hallo tschüss guten",
    "it": "ciao grazie buongiorno buonasera prego",
    "pt": "olá obrigado obrigada oi tchau bom",
    "nl": "bedankt doei hoi",
    "pl": "dziękuję cześć dzięki",
    "tr": "merhaba teşekkürler",
    "id": "terima kasih selamat",
    "vi": "xin chào cảm ơn",
}  # fmt: skip

# Said in every language: English if anything, and no more than that.
_ANYWHERE = "ok okay k haha hahaha hahahaha hehe hihi xd hmm hm oh ah eh uh um wow ps vip vs no"

_TAGS = {word: tag for tag, words in _WORDS.items() for word in words.split()}
_TAGS |= dict.fromkeys(CHINESE, "zh-Latn-pinyin")
_SHARED = frozenset(_ANYWHERE.split())

LONGEST = 3
"""Words; longer texts have n-grams enough."""


def shorthand(words: Iterable[str]) -> tuple[str, bool] | None:
    """``(tag, sure)`` when all the words (small letters) are known here and none disagrees; None otherwise."""
    tags = set()
    for word in words:
        if word in _SHARED:
            continue
        if word not in _TAGS:
            return None
        tags.add(_TAGS[word])
    if len(tags) > 1:
        return None
    return (tags.pop(), True) if tags else ("en", False)
