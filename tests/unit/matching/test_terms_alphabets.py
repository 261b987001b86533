"""Terms of scripts with words, and of other scripts without: disguises beside innocents."""

from __future__ import annotations

import pytest

from moderation.domain.language import Language
from moderation.domain.post import Post
from moderation.domain.signal import Term, Vocabulary
from moderation.matching.matcher import Matcher

ENGLISH = Language("en")


def _found(term: str, text: str, language: str = "*") -> list[tuple[str, str]]:
    (found,) = Matcher(Vocabulary(terms=(Term(term, language),)))([Post("p", text)], [ENGLISH])
    for hit in found.terms:
        span = hit.span
        assert span.slice == text[span.start : span.end]
        if hit.chain:  # from what is written to what is meant
            assert span.slice.startswith(hit.chain[0])
            assert hit.chain[-1] != hit.chain[0]
        assert bool(hit.chain) == (hit.evidence.name not in {"exact", "folded"})
    return [(hit.span.slice, hit.evidence.name) for hit in found.terms]


DISGUISED = [
    # term, text, slice, evidence
    # case, width, style
    ("wechat", "add my wechat today", "wechat", "exact"),
    ("wechat", "add my WeChat today", "WeChat", "folded"),
    ("WeChat", "add my wechat today", "wechat", "folded"),
    ("wechat", "my ＷｅＣｈａｔ id", "ＷｅＣｈａｔ", "folded"),
    ("wechat", "my 𝔀𝓮𝓬𝓱𝓪𝓽", "𝔀𝓮𝓬𝓱𝓪𝓽", "folded"),
    ("wechat", "my 🅆🄴🄲🄷🄰🅃 id", "🅆🄴🄲🄷🄰🅃", "folded"),
    ("fuck", "ꜰᴜᴄᴋ off", "ꜰᴜᴄᴋ", "folded"),
    ("porn", "free p🅾rn", "p🅾rn", "folded"),
    # letters of other scripts
    ("wechat", "my wесhаt id", "wесhаt", "folded"),  # Cyrillic е, с, а
    ("fuck", "fսck off", "fսck", "folded"),  # Armenian
    ("porn", "free рorn", "рorn", "folded"),
    ("мудак", "ты мyдaк", "мyдaк", "folded"),  # Latin y and a
    ("хуй", "хyй вам", "хyй", "folded"),
    # diacritics
    ("wechat", "my wéchàt", "wéchàt", "folded"),
    ("café", "un cafe\u0301 noir", "cafe\u0301", "folded"),  # the mark belongs to the letter
    ("cafe\u0301", "un cafe\u0301 noir", "cafe\u0301", "exact"),
    ("schön", "wie schon", "schon", "folded"),
    ("año", "feliz ano", "ano", "folded"),
    ("sınav", "sinav", "sinav", "folded"),
    ("ёлка", "елка", "елка", "folded"),
    ("Ελλάδα", "ελλαδα", "ελλαδα", "folded"),
    # leet
    ("casino", "best c4s1n0 online", "c4s1n0", "leet"),
    ("casino", "best ca$ino online", "ca$ino", "leet"),
    ("shit", "5h17 happens", "5h17", "leet"),
    ("bitch", "you b!tch", "b!tch", "leet"),
    ("ass", "kiss my @ss", "@ss", "leet"),
    ("ass", "kiss my a$$", "a$$", "leet"),
    ("ass", "kiss my a$$!", "a$$", "leet"),
    ("telegram", "on te1egram", "te1egram", "leet"),
    ("onlyfans", "my 0nlyf@ns", "0nlyf@ns", "leet"),
    ("free money", "fr33 m0ney", "fr33 m0ney", "leet"),
    ("mierda", "qué m1erd4", "m1erd4", "leet"),
    ("merde", "m€rde alors", "m€rde", "leet"),
    ("Arschloch", "du @rschl0ch", "@rschl0ch", "leet"),
    ("caralho", "c@r@lh0", "c@r@lh0", "leet"),
    ("orospu", "0r0spu", "0r0spu", "leet"),
    ("địt mẹ", "đ!t mẹ", "đ!t mẹ", "leet"),
    ("пидор", "ну пид0р", "пид0р", "leet"),
    ("сука", "вот сук@", "сук@", "leet"),
    # separators, blanks, what is not seen
    ("wechat", "my w-e-c-h-a-t", "w-e-c-h-a-t", "squeezed"),
    ("wechat", "my we.chat", "we.chat", "squeezed"),
    ("wechat", "w_e*c|h/a~t", "w_e*c|h/a~t", "squeezed"),
    ("wechat", "my w e c h a t id", "w e c h a t", "squeezed"),
    ("wechat", "w  e  c  h  a  t", "w  e  c  h  a  t", "squeezed"),
    ("wechat", "w. e. c. h. a. t", "w. e. c. h. a. t", "squeezed"),
    ("wechat", "my w\u200be\u200bchat", "w\u200be\u200bchat", "squeezed"),
    ("wechat", "my we\u00adchat", "we\u00adchat", "squeezed"),
    ("whatsapp", "w h a t s a p p me", "w h a t s a p p", "squeezed"),
    ("fuck", "f🔥u🔥c🔥k", "f🔥u🔥c🔥k", "squeezed"),
    ("fuck", "what the fu*ck", "fu*ck", "squeezed"),
    ("hell", "go to h'e'l'l", "h'e'l'l", "squeezed"),
    ("dm me", "just DM  me", "DM  me", "squeezed"),
    ("dm me", "just dm😀me", "dm😀me", "squeezed"),
    ("free money", "f r e e  m o n e y", "f r e e  m o n e y", "squeezed"),
    ("free money", "FREE-MONEY!!!", "FREE-MONEY", "squeezed"),
    ("455", "4 5 5", "4 5 5", "squeezed"),
    ("mierda", "m-i-e-r-d-a", "m-i-e-r-d-a", "squeezed"),
    ("địt mẹ", "đ.ị.t mẹ", "đ.ị.t mẹ", "squeezed"),
    ("пидор", "п и д о р", "п и д о р", "squeezed"),
    ("сука", "с.у.к.а", "с.у.к.а", "squeezed"),
    ("كلب", "ك ل ب", "ك ل ب", "squeezed"),
    ("خرا", "خـــرا", "خـــرا", "squeezed"),  # drawn out
    ("חרא", "ח ר א", "ח ר א", "squeezed"),
    ("हरामी", "ह.रा.मी", "ह.रा.मी", "squeezed"),
    ("สลอต", "ส.ล.อ.ต", "ส.ล.อ.ต", "squeezed"),
    ("バカ", "バ・カ", "バ・カ", "squeezed"),
    ("카톡", "카.톡", "카.톡", "squeezed"),
    # repeats
    ("wechat", "my weeeechat", "weeeechat", "squeezed"),
    ("cool", "so cooool", "cooool", "squeezed"),  # two letters of the term, four of the text
    ("cool", "so coooolll", "coooolll", "squeezed"),
    ("cool", "so cooooll", "cooooll", "squeezed"),  # no word ends inside a run
    ("fuck", "ffffuck", "ffffuck", "squeezed"),
    ("merde", "merdeee", "merdeee", "squeezed"),
    ("ass", "kiss my asssss", "asssss", "squeezed"),
    ("xxx", "hot xxxxx", "xxxxx", "squeezed"),
    ("сука", "сууука", "сууука", "squeezed"),
    # mixtures: the weakest step
    ("viagra", "v1agraaaa", "v1agraaaa", "leet"),
    ("viagra", "V-1-A-G-R-A", "V-1-A-G-R-A", "leet"),
    ("casino", "c.4.s.1.n.0", "c.4.s.1.n.0", "leet"),
    ("wechat", "w\u200bесh\u200bаt", "w\u200bесh\u200bаt", "squeezed"),
    # Arabic and Persian: vowel signs, and letters for one another
    ("كلب", "يا كَلْب", "كَلْب", "folded"),
    ("كلب", "يا ڪلب", "ڪلب", "folded"),
    ("قحبة", "قحبه", "قحبه", "folded"),
    ("کیر", "كير", "كير", "folded"),
    ("قناة", "اشترك في قناة جديدة", "قناة", "exact"),
    # as whole words, whatever the script
    ("카톡", "내 카톡으로 와", "카톡", "exact"),  # a particle follows
    ("สลอต", "เล่นสลอตวันนี้", "สลอต", "exact"),  # no spaces in Thai
    ("死ね", "お前は死ねよ", "死ね", "exact"),
    ("vx", "加vx我", "vx", "exact"),  # Latin beside Han
    ("vx", "日结200vx123", "vx", "exact"),  # numbers beside a word
    ("5G", "買5g手机", "5g", "folded"),
    ("great", "this is great!", "great", "exact"),
    ("cum", "magna cum laude", "cum", "exact"),  # what it means is not for the matcher
    # signs of the term itself
    ("t.me/x", "see t.me/x now", "t.me/x", "exact"),
    ("c++", "learn C++ now", "C++", "folded"),
    ("18+", "18+ only", "18+", "exact"),
    ("don't", "I don’t know", "don’t", "folded"),
    ("c. o. d", "pay c. o. d here", "c. o. d", "exact"),
]


@pytest.mark.parametrize(("term", "text", "written", "evidence"), DISGUISED)
def test_a_term_is_found_in_its_disguise(term: str, text: str, written: str, evidence: str) -> None:
    assert _found(term, text) == [(written, evidence)]


INNOCENT = [
    # inside another word
    ("ass", "a class of cocktails"),
    ("ass", "Klasse"),
    ("cock", "a cocktail"),
    ("sex", "in Essex and Middlesex"),
    ("tit", "a titanium constitution"),
    ("cum", "a cucumber"),
    ("nude", "they denude"),
    ("nude", "nudes"),  # a list says which forms it wants
    ("haha", "hahahaha"),
    ("ana", "banana"),
    ("лик", "великий"),
    ("мир", "мирный"),
    ("كس", "عكس"),
    ("كلب", "كلبة"),
    ("톡", "카톡"),
    ("सर", "सरकार"),
    ("vx", "vxworks"),
    # over two words, and over the end of a clause
    ("sex", "is ex-wife"),
    ("therapist", "the rapist"),
    ("ass", "as s"),
    ("dm me", "no dm, me too"),
    ("dm me", "no dm. Me too"),
    ("dm me", "no dm! Me too"),
    ("dm me", "no dm\nme too"),
    ("buy now", "what to buy. Now we go"),
    ("seven", "on se ven"),
    ("카톡", "카 톡"),  # words of one syllable are usual
    # an apostrophe belongs to its word
    ("hell", "he'll come"),
    ("shell", "she'll come"),
    ("well", "we’ll see"),
    # a sign ends a clause
    ("greatl", "great!"),
    ("it", "(t"),
    # digits are numbers
    ("sg", "5G"),
    ("ass", "455"),
    ("18", "180, a18, 1.8"),
    ("455", "24550"),
    ("455", "a455b"),
    ("v", "the v8 engine"),  # one letter is not a word beside a number
    ("v", "very nice"),
    ("18+", "118+"),
    ("boob", "8008"),
    # one letter or two say nothing with something between
    ("vx", "v x"),
    ("vx", "v.x"),
    # the term's own signs
    ("tme", "t me"),
    ("t.me", "tme"),  # without its point it is another word
    # repeats of another length
    ("cool", "a col"),
    ("xxx", "x"),
    ("xxx", "xx"),
    ("ass", "as soooon as"),
    ("wechat", "wechatt"),  # two letters are spelling
    # another diacritic than the word has
    ("año", "un aňo"),
    ("lồn", "lớn lắm"),
    ("năm", "nằm"),
    ("mẹ", "mè"),
    ("cafe", "cafe\u0301s"),
    # never between a letter and its mark
    ("กา", "กาี"),
    ("हराम", "हरामी"),
    # kana voiced and not, and of the other kind
    ("バカ", "ハカ"),
    ("バカ", "ばか"),
]


@pytest.mark.parametrize(("term", "text"), INNOCENT)
def test_an_innocent_is_left_alone(term: str, text: str) -> None:
    assert _found(term, text) == []


def test_diacritics_that_are_tones_are_all_there_or_none() -> None:
    assert _found("địt mẹ", "dit me", "vi") == [("dit me", "folded")]
    assert _found("lồn", "lôn", "vi") == []
    assert _found("lồn", "lòn", "vi") == []
    assert _found("été", "éte", "fr") == [("éte", "folded")]  # where they are none, some may be left out


def test_a_hit_ends_with_the_marks_of_its_last_letter() -> None:
    assert _found("cafe", "cafe\u0301\u0302 noir") == [("cafe\u0301\u0302", "folded")]
    assert _found("wechat", "wechat\u200b id") == [("wechat", "exact")]  # no mark
