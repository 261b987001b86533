"""A new rule with its tests, which pass: a draft that says what an author must think of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from moderation.domain.errors import Problem, UsageError
from moderation.policy.examples import tests_of
from moderation.policy.loader import check_rules


class Placeholder(NamedTuple):
    """A term that stands for what the rule will look for, a sentence with it and one without."""

    term: str
    match: str
    ok: str


PLACEHOLDERS: Mapping[str, Placeholder] = {
    "zh": Placeholder("占位词", "这句话里有一个占位词，请换成真正要找的说法", "这句话里没有要找的说法，应当放行"),
    "en": Placeholder(
        "placeholder", "This sentence has the placeholder that you will replace", "This sentence should be left alone"
    ),
    "es": Placeholder(
        "marcador", "Esta frase contiene el marcador que vas a cambiar", "Esta frase no tiene nada que buscar"
    ),
    "pt": Placeholder(
        "marcador", "Esta frase contém o marcador que você vai trocar", "Esta frase não tem nada para procurar"
    ),
    "ja": Placeholder("仮の言葉", "この文には仮の言葉が入っています", "この文には探すものがありません"),
    "ko": Placeholder("임시단어", "이 문장에는 임시단어 하나가 들어 있습니다", "이 문장에는 찾을 것이 없습니다"),
    "fr": Placeholder(
        "repère", "Cette phrase contient le repère que vous allez remplacer", "Cette phrase ne contient rien à chercher"
    ),
    "de": Placeholder(
        "platzhalter", "Dieser Satz hat den Platzhalter, den du ersetzt", "In diesem Satz gibt es nichts zu suchen"
    ),
    "ru": Placeholder("заглушка", "В этом предложении есть заглушка для замены", "В этом предложении нечего искать"),
    "ar": Placeholder("مؤقتة", "في هذه الجملة كلمة مؤقتة يجب تغييرها", "ليس في هذه الجملة ما نبحث عنه"),
    "hi": Placeholder("नमूना", "इस वाक्य में एक नमूना शब्द है जिसे बदलना है", "इस वाक्य में खोजने के लिए कुछ नहीं है"),
    "id": Placeholder(
        "pengganti", "Kalimat ini berisi kata pengganti yang harus diubah", "Kalimat ini tidak berisi apa yang dicari"
    ),
    "vi": Placeholder("từ mẫu", "Câu này có một từ mẫu mà bạn sẽ thay thế", "Câu này không có gì cần phải tìm kiếm"),
    "th": Placeholder("คำตัวอย่าง", "ประโยคนี้มีคำตัวอย่างที่คุณต้องเปลี่ยน", "ประโยคนี้ไม่มีสิ่งที่เราต้องค้นหา"),
    "tr": Placeholder(
        "yer tutucu", "Bu cümlede değiştirmen gereken bir yer tutucu var", "Bu cümlede aranacak hiçbir şey yok"
    ),
    "it": Placeholder(
        "segnaposto",
        "Questa frase contiene il segnaposto che dovrai cambiare",
        "In questa frase non c'è nulla da cercare",
    ),
    "pl": Placeholder(
        "zastępnik", "W tym zdaniu jest zastępnik, który trzeba zmienić", "W tym zdaniu nie ma niczego do znalezienia"
    ),
    "nl": Placeholder(
        "tijdelijk", "In deze zin staat een tijdelijk woord dat je vervangt", "In deze zin is er niets om te zoeken"
    ),
}
"""By language, in the language: so the tests pass, and show how a term counts in its own language only."""

_COMMENTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "what reviewers and reports call the rule",
        "status": "draft | shadow (recorded, never acts) | canary (with `canary: 10%`) | enforce | retired",
        "owner": "REPLACE: the team that answers for it",
        "expires": "the last day on which it acts; look at its precision before you extend it",
        "severity": "informational | low | medium | high | critical",
        "scope": 'REPLACE what is too wide; kinds of post, languages (["*"]: any), per_span or whole, markets (DE)',
        "detect": "conditions by name: words, regex, contact, links, near_duplicates, count, language, idiom, "
        "score, similar_to, author.…, post.…",
        "found": "REPLACE the placeholders; evidence: exact … squeezed (as here) … homophone, the weakest accepted",
        "filter": "what is innocent although it looks alike; its hits do not count",
        "condition": "and, or, not, ( ), n of (a, b), 1 of filter_*",
        "action": "approve | limit | hold | remove; desk: auto, zh, en, both",
        "markets": "another action in a market",
        "explain": "what the reviewer reads; {match.found} becomes the words that were found",
        "false_positives": "REPLACE: what may match and is innocent",
        "tests": "An enforced rule has a match and an ok in every language of its scope; `pair` links translations.",
        "replace": "REPLACE every text: the plain form, the disguises, and what only looks alike.",
    },
    "zh": {
        "title": "审核员和报表里看到的名称",
        "status": "draft（草稿）| shadow（只记录，不处置）| canary（配合 `canary: 10%`）| enforce | retired",
        "owner": "请替换：对规则负责的团队",
        "expires": "起作用的最后一天；延期前先看准确率",
        "severity": "informational | low | medium | high | critical",
        "scope": '请缩小范围：帖子类型、语言（["*"] 为任意）、per_span 或 whole、市场（如 DE）',
        "detect": "按名称列出条件：words、regex、contact、links、near_duplicates、count、language、idiom、"
        "score、similar_to、author.…、post.…",
        "found": "请替换占位词；evidence 为可接受的最弱证据：exact … squeezed（此处）… homophone",
        "filter": "看似相同但正常的说法；与其重叠的命中不计",
        "condition": "and、or、not、( )、n of (a, b)、1 of filter_*",
        "action": "approve | limit | hold | remove；desk：auto、zh、en、both",
        "markets": "在某个市场改用其他处置",
        "explain": "审核员看到的说明；{match.found} 会换成找到的词",
        "false_positives": "请替换：可能命中但正常的情形",
        "tests": "enforce 的规则在每种适用语言里都要有 match 和 ok；`pair` 把译文连在一起。",
        "replace": "请替换所有文本：直白的说法、变体，以及只是看起来相像的说法。",
    },
}


class Scaffold(NamedTuple):
    """The two files of a new rule: their names in the folder of rules, and what they say."""

    rule: str
    tests: str
    files: Mapping[str, str]


def scaffold(identifier: str, languages: Sequence[str], lang: str, today: date, files: Mapping[str, str]) -> Scaffold:
    """Write a draft with its tests, with comments in ``lang``; ``files`` are those that are there already.

    Raises :class:`UsageError`, in the loader's words, for what would not load: a bad id, a category that does not
    exist, an id that another file has; and for a file that is there or a language without a placeholder.
    """
    unknown = [language for language in languages if language not in PLACEHOLDERS]
    if unknown or not languages:
        said = ", ".join(f"`{language}`" for language in unknown) or "nothing"
        raise UsageError(f"no placeholder in {said}; give some of {','.join(PLACEHOLDERS)}, and add others by hand")
    _refuse_bad_id(identifier, today)
    folder = languages[0] if len(languages) == 1 else "common"
    stem = identifier.split(".", 1)[1].replace(".", "-").replace("_", "-")
    rule = f"{folder}/{stem}.yaml"
    tests = tests_of(rule)
    for name in (rule, tests):
        if name in files:
            raise UsageError(f"{name}: is there already; give another id, or edit it")
    made = {rule: _rule(identifier, languages, lang, today), tests: _tests(languages, lang)}
    before = set(check_rules(files, today).problems)
    for problem in check_rules({**files, **made}, today).problems:
        if not problem.warning and problem not in before:
            raise _refused(problem)
    return Scaffold(rule, tests, made)


def _refuse_bad_id(identifier: str, today: date) -> None:
    """Have the loader read a rule with the id, quoted: what it says of the id and its category is the answer."""
    category = identifier.split(".", maxsplit=1)[0]
    for problem in check_rules(
        {"new.yaml": f"id: {_quoted(identifier)}\ncategory: {_quoted(category)}\n"}, today
    ).problems:
        if problem.code in {"R005", "R006"} or problem.code.startswith("Y"):
            raise _refused(problem)


def _refused(problem: Problem) -> UsageError:
    return UsageError(f"{problem.message}; {problem.hint}" if problem.hint else problem.message)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _rule(identifier: str, languages: Sequence[str], lang: str, today: date) -> str:
    say = _COMMENTS[lang]
    category, name = identifier.split(".", 1)
    title = name.replace(".", " ").replace("_", " ").capitalize()
    terms = "\n".join(f"      {language}: [{PLACEHOLDERS[language].term}]" for language in languages)
    year = today.replace(year=today.year + 1, day=min(today.day, 28))
    return f"""\
# yaml-language-server: $schema=../schema.json
id: {identifier}
title: {{en: {title}, zh: （待译）{title}}}  # {say["title"]}
category: {category}
status: draft  # {say["status"]}
owner: your-team  # {say["owner"]}
expires: {year}  # {say["expires"]}
severity: medium  # {say["severity"]}
# {say["scope"]}
scope:
  kinds: [note, comment, video, live, profile, listing]
  languages: [{", ".join(languages)}]
  mixed: per_span
  markets: ["*"]
# {say["detect"]}
detect:
  # {say["found"]}
  found:
    words:
{terms}
    evidence: squeezed
  # {say["filter"]}
  # filter_innocent: {{words: {{en: [a placeholder of our own]}}}}
condition: found  # {say["condition"]}; found and not 1 of filter_*
action: {{do: hold, desk: auto, tell_author: false}}  # {say["action"]}
# {say["markets"]}
# markets: {{DE: {{do: limit}}}}
# {say["explain"]}
explain:
  en: 'Says what the rule looks for: {{match.found}}'
  zh: '含有规则要找的说法：{{match.found}}'
# {say["false_positives"]}
false_positives:
  en: [talk about the word itself]
  zh: [讨论这个词本身]
"""


def _tests(languages: Sequence[str], lang: str) -> str:
    say = _COMMENTS[lang]
    paired = len(languages) > 1
    tests = [
        f"- {kind}: {_quoted(text)}\n  lang: {language}\n" + (f"  pair: {pair}\n" if paired else "")
        for kind, pair in (("match", "p1"), ("ok", "n1"))
        for language in languages
        for text in (getattr(PLACEHOLDERS[language], kind),)
    ]
    return f"# {say['tests']}\n# {say['replace']}\n" + "".join(tests)
