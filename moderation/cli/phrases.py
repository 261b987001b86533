"""What the signals of the classifiers are called for people, in English and Chinese.

The words for cues and stances are listed; what a signal says is composed of them as its name is.
"""

from __future__ import annotations

from collections.abc import Mapping

_CUES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "group": "a group", "slur": "a slur",
        "dehumanise": "dehumanising words", "exclude": "a call to exclude", "threaten": "a threat",
        "demean": "demeaning words", "praise": "praise",
        "negate": "a denial", "ask": "a question", "quote": "reported speech", "condemn": "condemnation",
        "suppose": "a supposition", "self": "the author",
        "you": "the person addressed", "person": "somebody else", "object": "a thing",
        "profanity": "profanity", "sexual": "sexual words", "minor": "minors", "self_harm": "words of self-harm",
        "help": "words of help", "weapon": "weapons", "goods": "illegal goods", "contact": "a way to get in touch",
        "money": "money", "sale": "selling", "official": "an official", "private": "private details",
        "health": "health and cures", "play": "games or sport", "news": "a news report",
        "quoted": "words in quotation marks",
    },
    "zh": {
        "group": "群体", "slur": "蔑称",
        "dehumanise": "非人化的说法", "exclude": "排斥的说法", "threaten": "威胁",
        "demean": "贬低的话", "praise": "称赞",
        "negate": "否定", "ask": "提问", "quote": "转述", "condemn": "谴责",
        "suppose": "假设", "self": "作者本人",
        "you": "对方", "person": "他人", "object": "事物",
        "profanity": "脏话", "sexual": "性方面的话", "minor": "未成年人", "self_harm": "自伤自杀的话",
        "help": "帮助的话", "weapon": "武器", "goods": "违禁品", "contact": "联系方式",
        "money": "钱财", "sale": "买卖", "official": "官方身份", "private": "隐私信息",
        "health": "健康与疗法", "play": "游戏或体育", "news": "新闻报道",
        "quoted": "引号内的话",
    },
}  # fmt: skip

# An action that is aimed at its target; of others only so much is known as that the talk is of both.
_AIMED: Mapping[str, Mapping[str, str]] = {
    "en": {
        "dehumanise": "dehumanising words about {}", "exclude": "a call to exclude {}", "threaten": "a threat to {}",
        "demean": "demeaning words about {}", "praise": "praise of {}", "profanity": "profanity about {}",
        "sexual": "sexual words about {}", "help": "words of help for {}", "private": "private details of {}",
    },
    "zh": {
        "dehumanise": "对{}的非人化说法", "exclude": "对{}的排斥", "threaten": "对{}的威胁",
        "demean": "对{}的贬低", "praise": "对{}的称赞", "profanity": "对{}的脏话",
        "sexual": "对{}的性方面的话", "help": "对{}的帮助", "private": "{}的隐私信息",
    },
}  # fmt: skip
_SLUR = {"en": "those a slur names", "zh": "蔑称所指的人"}

_STANCES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "negate": "denied", "ask": "asked about", "quote": "reported", "suppose": "supposed", "self": "said of oneself",
        "condemn": "condemned", "quoted": "in quotation marks",
    },
    "zh": {
        "negate": "但被否定", "ask": "以提问的方式", "quote": "转述他人的话", "suppose": "仅为假设",
        "self": "说的是自己", "condemn": "并加以谴责", "quoted": "在引号内",
    },
}  # fmt: skip

_FORMS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "by": "{target}, with {action} close by", "with": "{target}, with {action} in the same sentence",
        "beside": "{action} in talk of {target}", "stance": "{said}, {stance}", "topics": "{one} together with {other}",
    },
    "zh": {
        "by": "提到{target}，紧邻处有{action}", "with": "提到{target}，同句中有{action}",
        "beside": "谈及{target}时提到{action}", "stance": "{said}，{stance}", "topics": "同时有{one}和{other}",
    },
}  # fmt: skip


def phrase(signal: str, lang: str) -> str:
    """A signal of ``moderation.classifiers.signals.NAMES`` in words.

    >>> phrase("group by threaten", "en"), phrase("group threaten negate", "zh")
    ('a group, with a threat close by', '对群体的威胁，但被否定')
    """
    cues, forms = _CUES[lang], _FORMS[lang]
    match signal.split():
        case [one, "&", other]:
            return forms["topics"].format(one=cues[one], other=cues[other])
        case [target, "by" | "with" as distance, action]:
            return forms[distance].format(target=cues[target], action=cues[action])
        case [target, action, stance]:
            return forms["stance"].format(said=_said(target, action, lang), stance=_STANCES[lang][stance])
    return cues[signal]


def _said(target: str, action: str, lang: str) -> str:
    whom = _SLUR[lang] if target == "slur" else _CUES[lang][target]
    aimed = _AIMED[lang].get(action)
    return aimed.format(whom) if aimed else _FORMS[lang]["beside"].format(target=whom, action=_CUES[lang][action])
