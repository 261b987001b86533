"""The text of a handover's digest, in English or Chinese, from its JSON.

What people wrote (notes, reasons) stands as they wrote it, marked as not translated; where the caller has put a
machine's translation beside a note (``translations``: language → text), that follows, marked as a machine's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from moderation.domain.marks import visible

_SHOWN = 10

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "handover": "Handover of {shift}, desk {desk}: {hours}",
        "next": "To {shift}: {hours}",
        "no_next": "No shift follows",
        "decided": "Decided: {total}",
        "undone": "Undone in time: {count}",
        "action": "  by action: {counts}",
        "category": "  by category: {counts}",
        "language": "  by language: {counts}",
        "escalated": "Escalated to the leads: {count}",
        "seconds": "Second opinions asked for: {count}",
        "overturned": "Overturned: {count}",
        "kept": "Kept for the next shift, to be acknowledged: {count}",
        "campaigns": "Open campaigns: {count}",
        "members": "  - {id}: {members} posts undecided",
        "unsure": "Policy doubts, passed on as unsure: {count}",
        "differed": "Policy doubts, second opinion differs, with the leads: {count}",
        "rising": "Rising rules, share of the posts reviewed: {count}",
        "rule": "  - {rule}: {share:.1%} ({before:.1%} the day before)",
        "backlog": "Waiting: {open}, of these due by the end of the next shift: {due}",
        "backlog_alone": "Waiting: {open}, of these overdue: {due}",
        "lane": "  by lane: {counts}",
        "read": "  life safety and harm by read level: {counts}",
        "notes": "Notes: {count}",
        "note": "  - {by} ({lang}, as written, not translated): {text}",
        "machine": "    machine translation, unchecked: {text}",
        "item": "item {item}, post {post}",
        "post": "post {post}",
        "became": "{was} -> {now}",
        "taken_back": "{was} taken back",
        "more": "  - and {count} more",
        "uncategorised": "no category",
        "comma": ", ",
        "and": ", ",
        "colon": ": ",
        "by": " ({by})",
        "zh": "zh",
        "en": "en",
        "allow": "allow",
        "limit": "limit",
        "remove": "remove",
        "ban": "ban",
        "life": "life safety",
        "harm": "harm",
        "appeal": "appeals",
        "random": "random sample",
        "blind": "blind review",
        "golden": "golden items",
        "lead": "with the leads",
    },
    "zh": {
        "handover": "交班 {shift}，{desk}审核台：{hours}",
        "next": "接班 {shift}：{hours}",
        "no_next": "之后没有班次",
        "decided": "已审：{total} 条",
        "undone": "及时撤销：{count} 条",
        "action": "  按处置：{counts}",
        "category": "  按类别：{counts}",
        "language": "  按语言：{counts}",
        "escalated": "上报组长：{count} 条",
        "seconds": "征求复核意见：{count} 条",
        "overturned": "改判：{count} 条",
        "kept": "留给下一班、需确认：{count} 条",
        "campaigns": "未审完的批量文案：{count} 组",
        "members": "  - {id}：{members} 条未审",
        "unsure": "条款存疑，因拿不准而跳过：{count} 条",
        "differed": "条款存疑，复核意见不一致、待组长定：{count} 条",
        "rising": "上升的规则，占已审内容的比例：{count} 条",
        "rule": "  - {rule}：{share:.1%}（前一天 {before:.1%}）",
        "backlog": "待审：{open} 条，其中下一班结束前到期 {due} 条",
        "backlog_alone": "待审：{open} 条，其中已过期 {due} 条",
        "lane": "  按通道：{counts}",
        "read": "  生命安全与危害通道按阅读等级：{counts}",
        "notes": "备注：{count} 条",
        "note": "  - {by}（{lang}，原文，未翻译）：{text}",
        "machine": "    机器翻译，未经人工核对：{text}",
        "item": "编号 {item}，内容 {post}",
        "post": "内容 {post}",
        "became": "{was} -> {now}",
        "taken_back": "撤回{was}",
        "more": "  - 另有 {count} 条",
        "uncategorised": "未归类",
        "comma": "，",
        "and": "、",
        "colon": "：",
        "by": "（{by}）",
        "zh": "中文",
        "en": "英文",
        "allow": "放行",
        "limit": "限流",
        "remove": "删除",
        "ban": "封号",
        "life": "生命安全",
        "harm": "危害",
        "appeal": "申诉",
        "random": "随机抽样",
        "blind": "盲审",
        "golden": "标定",
        "lead": "待组长",
    },
}


def render(body: Mapping[str, Any], lang: str) -> str:
    """The digest for a person; every line ends with a line feed, and nothing in it acts on a terminal."""
    return "".join(f"{line}\n" for line in _Text(body, lang).lines())


class _Text:
    def __init__(self, body: Mapping[str, Any], lang: str) -> None:
        self.body = body
        self.lang = lang
        self.words = _WORDS[lang]

    def lines(self) -> Iterator[str]:
        body = self.body
        yield self.shift("handover", body["shift"])
        yield self.shift("next", body["next"]) if body["next"] else self.words["no_next"]
        yield from self.decided(body["decided"])
        for name, group in {"escalated": body["escalated"], "seconds": body["seconds"]}.items():
            yield from self.listed(name, [self.entry(one) for one in group])
        yield from self.listed("overturned", [self.overturned(one) for one in body["overturned"]])
        yield from self.listed("kept", [self.entry(one) for one in body["kept"]])
        yield from self.listed("campaigns", [self.say("members", **one) for one in body["campaigns"]])
        for name, group in body["doubts"].items():
            yield from self.listed(name, [self.entry(one) for one in group])
        yield from self.listed("rising", [self.say("rule", **one) for one in body["rising"]])
        yield self.say("backlog" if body["next"] else "backlog_alone", **body["backlog"])
        if body["backlog"]["lanes"]:
            lanes = {self.words[lane]: count for lane, count in body["backlog"]["lanes"].items()}
            yield self.say("lane", counts=self.counts(lanes))
        if body["backlog"]["read"]:
            yield self.say("read", counts=self.counts(body["backlog"]["read"]))
        yield from self.notes(body["notes"])

    def say(self, word: str, **values: Any) -> str:
        """A sentence with values, which people and strangers may have written."""
        safe = {name: visible(value) if isinstance(value, str) else value for name, value in values.items()}
        return self.words[word].format(**safe)

    def shift(self, word: str, shift: Mapping[str, Any]) -> str:
        return self.say(word, shift=shift["shift"], desk=self.words[shift["desk"]], hours=shift["hours"][self.lang])

    def decided(self, decided: Mapping[str, Any]) -> Iterator[str]:
        yield self.say("decided", total=decided["total"])
        if decided["total"]:
            actions = {self.words[action]: count for action, count in decided["actions"].items()}
            categories = {self.title(name): count for name, count in decided["categories"].items()}
            yield self.say("action", counts=self.counts(actions))
            yield self.say("category", counts=self.counts(categories))
            yield self.say("language", counts=self.counts(decided["languages"]))
        if decided["undone"]:
            yield self.say("undone", count=decided["undone"])

    def listed(self, word: str, lines: Sequence[str]) -> Iterator[str]:
        yield self.say(word, count=len(lines))
        yield from lines[:_SHOWN]
        if len(lines) > _SHOWN:
            yield self.say("more", count=len(lines) - _SHOWN)

    def entry(self, one: Mapping[str, Any]) -> str:
        """``- item 12, post n-1, harm, Hate (ann): why``, of which some may be missing."""
        parts = [self.say("item", item=one["item"], post=one["post"])]
        if "lane" in one:
            parts.append(self.words[one["lane"]])
        return self.line([*parts, self.title(one["category"] or "")], one.get("by"), one.get("note"))

    def overturned(self, one: Mapping[str, Any]) -> str:
        was, now = self.words[one["was"]], one["now"]
        became = self.say("became", was=was, now=self.words[now]) if now else self.say("taken_back", was=was)
        parts = [self.say("post", post=one["post"]), self.title(one["category"] or ""), became]
        return self.line(parts, one["by"], one["note"])

    def line(self, parts: Sequence[str], by: str | None, note: str | None) -> str:
        who = self.say("by", by=by) if by else ""
        why = self.words["colon"] + visible(note) if note else ""
        return f"  - {self.words['comma'].join(parts)}{who}{why}"

    def notes(self, notes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        yield self.say("notes", count=len(notes))
        for note in notes:
            yield self.say("note", by=note["by"], lang=note["lang"], text=note["text"])
            if self.lang in note.get("translations", {}):
                yield self.say("machine", text=note["translations"][self.lang])

    def title(self, category: str) -> str:
        return str(self.body["titles"][category][self.lang]) if category else self.words["uncategorised"]

    def counts(self, counts: Mapping[str, int]) -> str:
        return self.words["and"].join(f"{name} {count}" for name, count in counts.items())
