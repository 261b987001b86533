"""Chinese terms: how they are hidden, what such a hit says of itself, and ordinary Chinese that only looks like one."""

from __future__ import annotations

import pytest

from moderation.domain.language import Language
from moderation.domain.post import Post
from moderation.domain.signal import Term, Vocabulary
from moderation.matching.matcher import Matcher

CHINESE = Language("zh-Hans")

Seen = tuple[str, str, tuple[str, ...]]  # slice, evidence, chain


def _found(term: str, text: str) -> list[Seen]:
    (found,) = Matcher(Vocabulary(terms=(Term(term, "zh"),)))([Post("p", text)], [CHINESE])
    for hit in found.terms:
        assert hit.span.slice == text[hit.span.start : hit.span.end]
    return [(hit.span.slice, hit.evidence.name, hit.chain) for hit in found.terms]


AS_WRITTEN = [
    # term, text, slice, evidence
    ("加微信", "快加微信吧", "加微信", "exact"),
    ("加v", "姐妹们加V看主页", "加V", "folded"),  # case
    ("加v", "姐妹们加ｖ看主页", "加ｖ", "folded"),  # width
    ("加v", "姐妹们加🅥看主页", "加🅥", "folded"),  # a letter in a circle
    ("赌博", "線上賭博平台", "賭博", "folded"),  # traditional
    ("說話", "他们说话", "说话", "folded"),
    ("发票", "需要发票加我", "发票", "exact"),
    ("刷单", "在家刷单赚钱", "刷单", "exact"),
    ("枪支", "出售枪支弹药", "枪支", "exact"),
    ("操", "我操你妈", "操", "exact"),  # of one character, where it is a word
    ("操", "操！", "操", "exact"),
    ("他妈", "真他妈的烦", "他妈", "exact"),
    ("加❤️微", "快加❤️微", "加❤️微", "exact"),
    ("😀加", "😀加", "😀加", "exact"),
]


@pytest.mark.parametrize(("term", "text", "written", "evidence"), AS_WRITTEN)
def test_a_term_that_hides_nothing_has_no_chain(term: str, text: str, written: str, evidence: str) -> None:
    assert _found(term, text) == [(written, evidence, ())]


SQUEEZED = [
    # text, slice
    ("快加.微.信吧", "加.微.信"),  # separators
    ("快加-微_信吧", "加-微_信"),
    ("快加 微 信吧", "加 微 信"),  # blanks
    ("快加　微　信吧", "加　微　信"),  # of full width
    ("快加\u200b微\u200d信吧", "加\u200b微\u200d信"),  # unseen
    ("快加❤️微❤️信吧", "加❤️微❤️信"),  # emoji
    ("快加🔥微🔥信吧", "加🔥微🔥信"),
    ("快加、微、信吧", "加、微、信"),  # a list of single characters
    ("快加加加微信吧", "加加加微信"),  # repeats belong to the span
    ("快加微微微信吧", "加微微微信"),
    ("快加微信信信吧", "加微信信信"),
    ("快加加微微信信吧", "加加微微信信"),
]


@pytest.mark.parametrize(("text", "written"), SQUEEZED)
def test_what_was_put_between_or_repeated_is_squeezed_out(text: str, written: str) -> None:
    ((slice_, evidence, chain),) = _found("加微信", text)
    assert (slice_, evidence, chain[0], chain[-1]) == (written, "squeezed", written, "加微信")


DISGUISED = [
    # term, text, slice, evidence, what lies between what is written and the term
    # homophones
    ("加微信", "快加薇芯吧", "加薇芯", "homophone", []),
    ("加微信", "架薇信", "架薇信", "homophone", []),
    ("微信", "薇信", "薇信", "homophone", []),
    ("赌博", "睹博", "睹博", "homophone", []),
    ("裸聊", "luo聊", "luo聊", "homophone", []),
    ("法轮功", "法仑功", "法仑功", "homophone", []),
    ("六合彩", "六盒彩", "六盒彩", "homophone", []),
    ("网赌", "来网堵", "网堵", "homophone", []),
    ("刷单", "唰单", "唰单", "homophone", []),
    ("法轮功", "發輪功", "發輪功", "homophone", []),  # 發 is 发, which sounds like 法
    # pinyin: joined, spaced, with tones, with digits for tones, in part
    ("加微信", "姐妹jiaweixin了解", "jiaweixin", "homophone", []),
    ("加微信", "姐妹jia wei xin了解", "jia wei xin", "homophone", ["jiaweixin"]),
    ("加微信", "jiā wēi xìn", "jiā wēi xìn", "homophone", ["jiāwēixìn"]),
    ("加微信", "jiāwēixìn", "jiāwēixìn", "homophone", []),
    ("加微信", "姐妹jia1wei1xin4了解", "jia1wei1xin4", "homophone", []),
    ("加微信", "快加weixin", "加weixin", "homophone", []),
    ("加微信", "快加wei信", "加wei信", "homophone", []),
    ("赌博", "线上du博", "du博", "homophone", []),
    ("赌博", "线上赌bo", "赌bo", "homophone", []),
    ("办证", "bàn zhèng", "bàn zhèng", "homophone", ["bànzhèng"]),
    ("代开发票", "dai kai fa piao", "dai kai fa piao", "homophone", ["daikaifapiao"]),
    ("刷单", "来刷dan", "刷dan", "homophone", []),
    # initials: three letters or more, among Chinese
    ("加微信", "姐妹们jwx了解", "jwx", "initials", []),
    ("加微信", "姐妹们加wx了解", "加wx", "initials", []),
    # in parts
    ("加微信", "力口微信", "力口微信", "split", []),
    ("加微信", "力口微亻言", "力口微亻言", "split", []),
    ("微信", "微亻言", "微亻言", "split", []),
    ("赌博", "贝者博", "贝者博", "split", []),
    ("卖枪", "卖木仓", "卖木仓", "split", []),
    ("法轮功", "氵去轮功", "氵去轮功", "split", []),
    # look-alikes
    ("微信", "徽信", "徽信", "lookalike", []),
    ("加微信", "姐妹+微信", "+微信", "lookalike", []),
    ("加微信", "姐妹+V信", "+V信", "lookalike", []),
    ("加微信", "姐妹+v 了解", "+v", "lookalike", ["加v", "加微"]),
    # emoji
    ("卖枪", "卖🔫", "卖🔫", "emoji", []),
    ("妓女", "找🐔女", "🐔女", "emoji", ["鸡女"]),  # by its sound
    ("加微信", "姐妹➕薇", "➕薇", "emoji", ["➕微"]),
    ("加QQ", "快加🐧", "加🐧", "emoji", []),
    ("打飞机", "打✈️", "打✈️", "emoji", []),
    # covert names
    ("加微信", "姐妹加V领取", "加V", "homophone", ["加微"]),
    ("加微信", "姐妹加卫星", "加卫星", "homophone", []),
    ("加微信", "姐妹加绿泡泡", "加绿泡泡", "homophone", []),
    ("加微信", "姐妹加v信", "加v信", "homophone", []),
    ("微信", "薇❤️", "薇❤️", "homophone", ["薇", "微"]),
    ("加QQ", "加扣扣", "加扣扣", "homophone", []),
    ("加qq群", "加Q裙", "加Q裙", "homophone", ["加q群"]),
    ("电报群", "TG群", "TG群", "homophone", []),
    ("电报群", "✈️群", "✈️群", "emoji", ["✈群", "飞机群", "纸飞机群"]),
    ("代开发票", "代开fp", "代开fp", "homophone", []),
    # numerals
    ("一夜情", "1夜情", "1夜情", "numeral", []),
    ("一夜情", "①夜情", "①夜情", "numeral", []),
    ("一夜情", "壹夜情", "壹夜情", "numeral", []),
    ("六合彩", "买6合彩", "6合彩", "numeral", []),
    ("返利50", "返利五零", "返利五零", "numeral", []),
    # mixtures: the weakest of their steps
    ("加微信", "快加 威❤️", "加 威❤️", "homophone", ["加威", "加微"]),
    ("加微信", "快加微.亻言", "加微.亻言", "split", ["加微亻言"]),
    ("加微信", "快加.V", "加.V", "initials", ["加V", "加微"]),
    ("一夜情", "1 夜 情", "1 夜 情", "numeral", ["1夜情"]),
    ("刷单", "刷\u200b単", "刷\u200b単", "homophone", ["刷単"]),
]


@pytest.mark.parametrize(("term", "text", "written", "evidence", "between"), DISGUISED)
def test_a_disguise_is_seen_through(term: str, text: str, written: str, evidence: str, between: list[str]) -> None:
    meant = term.lower()
    begin = written.removesuffix("\ufe0f")  # a mark after the last letter belongs to the span, and says nothing
    assert _found(term, text) == [(written, evidence, (begin, *between, meant))]


INNOCENT = [
    # the characters of a term belong to two other words
    ("刷单", "印刷单位"),
    ("刷单", "冲刷单位"),
    ("操", "操作简单"),
    ("操", "曹操和体操"),
    ("他妈", "他妈妈做饭"),
    ("加微", "更加微妙"),
    ("加微", "增加微量元素"),
    ("性交", "男性交流"),
    ("做爱", "叫做爱情"),
    ("色情", "特色情况"),
    ("法轮", "方法轮流"),
    ("裸聊", "赤裸聊"),
    ("女优", "男女优先"),
    ("台独", "平台独立"),
    ("中奖", "集中奖励"),
    ("去死", "过去死亡"),
    ("枪支", "机枪支援"),
    # something parts them
    ("刷单", "印刷 单位"),
    ("刷单", "印刷😂单位"),
    ("刷单", "印刷。单位"),
    ("刷单", "刷，单"),
    ("加微", "来加，微笑"),
    ("加微", "来加\n微笑"),
    ("微信", "“微”信"),  # quotes
    # what sounds alike is a word of its own
    ("微信", "我们的威信很高"),
    ("司聊", "养鸡的饲料"),
    ("约炮", "我喜欢约跑步"),
    # no Chinese around letters that may be anything
    ("加微信", "the jwx file"),
    ("加微信", "a +v b"),
    ("刷单", "sd"),  # two initials say nothing
    ("傻逼", "s b"),
    # a place or a person
    ("加", "加老师"),
    # letters and numbers
    ("455", "四五五"),  # numerals are read where words are
    ("加v", "加very多"),
]


@pytest.mark.parametrize(("term", "text"), INNOCENT)
def test_ordinary_chinese_is_left_alone(term: str, text: str) -> None:
    assert _found(term, text) == []


def test_two_ideographs_apart_are_found_where_nothing_else_is_near() -> None:
    assert _found("刷单", "刷 单") == [("刷 单", "squeezed", ("刷 单", "刷单"))]
    assert _found("刷单", "来刷*单吗") == [("刷*单", "squeezed", ("刷*单", "刷单"))]


def test_a_term_is_found_once_by_its_strongest_evidence() -> None:
    # 加微 is a covert name too, and stands inside
    assert _found("加微信", "加微信") == [("加微信", "exact", ())]
    assert [seen[:2] for seen in _found("加微信", "加微信 加V")] == [("加微信", "exact"), ("加V", "homophone")]


def test_a_disguise_counts_only_in_a_post_that_may_be_chinese() -> None:
    matcher = Matcher(Vocabulary(terms=(Term("微信", "zh"), Term("薇信"))))

    def found(text: str, language: Language) -> list[int]:
        return [hit.number for hit in matcher([Post("p", text)], [language])[0].terms]

    assert found("薇信", CHINESE) == [0, 1]
    assert found("薇信", Language("ja")) == [1]
    assert found("微信", Language("ja")) == [0]  # as it is written it counts everywhere
    assert found("薇信", Language("ja", shares={"ja": 0.8, "zh-Hant": 0.2})) == [0, 1]
    assert found("薇信", Language("ja", doubtful=True, candidates=("ja", "zh-Hans"))) == [0, 1]
