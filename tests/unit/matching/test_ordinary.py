"""Which stretches of Chinese are words of their own, though they sound like a term."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from moderation.folding.fold import fold
from moderation.matching.ordinary import FILE, Words, count, is_word, key_of, load, save
from moderation.training.ordinary import Stretches, agreed, build, read_texts, stretches_of, words_of

# written for this test; each sounds like a term of the rules, or nearly
WORDS = """
威信 饲料 维新 卫星 危险 威胁 嘉威 家伟 维修 唯心 资料 司令 丝绸 私立 思路 裸露 罗列 约定 阅读 悦耳 抱怨 暴力 爆料 报销
泡沫 跑步 度过 堵车 杜绝 督促 独白 菠菜 伯父 波折 薄弱 拨款 彩色 采访 菜单 裁缝 猜测 财富 代码 袋子 带宽 待遇 逮捕 法律
罚款 乏味 办事 伴侣 拌饭 绊脚 正面 政治 郑重 课堂 刻苦 客厅 可惜 刷牙 耍赖 单纯 胆小 蛋糕 担心 兼顾 监视 简直 建制 间隙
鉴定 佣人 拥挤 永久 勇敢 反复 返回 翻译 利益 力量 立场 日记 节日 传单 船只 穿越 片子 偏爱 枪手 抢手 墙壁 扎实 眨眼 物品
病毒 并肩 打骂 麻烦 马上 杀手 沙子 傻子 操场 曹操 槽点 机会 吉他 基本 把手 表姐 标准 滚动 间谍 废话 费用 恼怒 闹钟 若干
治理 变动 便利 群众 君主 电话 垫子 手记 首级 身份 银行 应该 主页 煮面 竹子 评论 苹果 墙角 梯子 体质 高手 搞笑 稿费 代理
带领 外观 歪曲 瓜子 字典 姿势 去世 趣事 死亡 似乎 情绪 清晨 皇后 荒凉 安抚 魔术 喜欢 稀饭 前面 牵手
"""
DISGUISES = """
薇信 徽信 佳薇 薇芯 威芯 伟信 围信 魏信 薇鑫 家薇 嘉徽 丝聊 思聊 厮聊 丝信 思芯 果聊 倮聊 罗聊 约泡 月炮 悦炮 约跑
泡友 堵博 睹博 独搏 赌伯 毒博 采票 踩票 彩飘 博踩 伯彩 代款 袋款 贷宽 法票 罚票 发嫖 办症 伴证 贾证 假政 课章 克章 刻张
刷丹 涮单 耍单 刷蛋 间职 尖职 煎职 兼直 涌金 佣斤 返力 反利 日洁 曰结 船销 传消 偏子 骗籽 呛支 抢支 炸蛋 诈弹 读品 独品
肚品 冰读 兵毒 达麻 打麻 莎比 啥比 傻笔 沙币 铩笔 曹尼玛 草尼玛 吉巴 机巴 鸡吧 裱子 婊籽 践人 溅人 肥物 费物 恼残 闹残
弱志 若智 变泰 便态 群煮 电画 手鸡 身分政 身粉证 银航卡 煮页 猪页 苹论 评仑 番墙 翻樯 踢子 高防 稿仿 带孕 代韵 歪挂 外瓜
紫杀 自鲨 趣死 去思 涩情 色晴 黄骗 皇片 桉摩 按磨 洗浅 援胶 圆交 苞养 包痒 漂娼 卖银 箩莉 套线 淘现 跑粉 嘿客 黑课 任肉
射工库 台毒 法仑功 发轮功
"""


def test_most_words_are_known() -> None:
    words = WORDS.split()
    missed = [word for word in words if not is_word(word)]
    assert len(missed) <= 0.04 * len(words), missed


def test_next_to_no_disguise_is_taken_for_a_word() -> None:
    disguises = DISGUISES.split()
    taken = [disguise for disguise in disguises if is_word(disguise)]
    assert len(taken) <= 0.02 * len(disguises), taken


@pytest.mark.parametrize("word", ["威信", "饲料", "维新", "威胁", "嘉威", "朋友", "图书馆", "一心一意"])
def test_a_word_is_one(word: str) -> None:
    assert is_word(word)
    assert count(word) >= 1


@pytest.mark.parametrize(
    "slice_",
    [
        "薇信",
        "徽信",
        "佳薇",
        "薇芯",
        # a curse has no other sense
        "草泥马",
        "煞笔",
        # one character and five are never listed, nor is what is not Han
        "",
        "信",
        "中华人民共和国",
        "wx",
        "加v",
        "✈机",
        "😀😀",
        "𠮷𠮷",
    ],
)
def test_what_is_no_word_is_none(slice_: str) -> None:
    assert not is_word(slice_)
    assert count(slice_) == 0


def test_what_is_said_more_counts_more() -> None:
    assert count("我们") > count("饲料") > count("嘉威") > 0


def test_no_two_slices_share_a_key() -> None:
    slices = ["一丁", "丁一", "一一丁", "一丁一", "一一一丁", "丁一一一", "一一", "一一一", "一一一一"]
    assert len({key_of(slice_) for slice_ in slices}) == len(slices)


def test_the_shipped_words_are_sorted_folded_and_small() -> None:
    words = load(FILE)
    assert (np.diff(words.keys.astype(np.int64)) > 0).all()
    assert FILE.stat().st_size < 1_200_000
    text = words.keys.astype("<u8").tobytes().decode("utf-16-le").replace("\0", "")
    assert fold(text) == text


def test_words_survive_the_file(tmp_path: Path) -> None:
    words = Words(
        np.array([key_of("威信"), key_of("图书馆"), key_of("一心一意")], np.uint64), np.array([7, 0, 255], np.uint8)
    )
    save(words, tmp_path / "words.npz")
    read = load(tmp_path / "words.npz")
    assert read.keys.tolist() == words.keys.tolist()
    assert read.logs.tolist() == words.logs.tolist()


def _texts() -> list[str]:
    """One word among many neighbours, and enough other talk that its characters are rare."""
    said = [
        f"{who}{does}点赞{end}" for who in "我你他她谁咱俺您" for does in "看写读买卖说做吃" for end in "吧吗呢了啊哦"
    ]
    return [*said, *("".join(map(chr, range(first, first + 40))) for first in range(0x5000, 0x9000, 20))]


def test_a_frequent_close_and_free_stretch_is_a_word() -> None:
    words = words_of(stretches_of(_texts()))
    assert {word for word in words if len(word) == 2} == {"点赞"}
    assert words["点赞"] == 384


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{}大家一起点赞{}", "always has the same neighbour before it"),
        ("{}的了{}", "its characters stand alone as often"),
    ],
)
def test_a_stretch_that_is_not_close_or_not_free_is_no_word(text: str, reason: str) -> None:
    alone = [f"{first}的{last}了{first}" for first in "东西南北上下" for last in "左右前后里外"]
    said = [text.format(first, last) for first in "我你他她谁咱" for last in "吧吗呢啊哦呀"]
    assert {"点赞", "的了"}.isdisjoint(words_of(stretches_of([*said, *alone * 20, *alone]))), reason


def test_a_text_that_is_posted_often_counts_once() -> None:
    assert words_of(stretches_of(["大家一起点赞吧"] * 1000)) == {}


@pytest.mark.parametrize(
    ("times", "in_texts", "kept"),
    [(4, 0, True), (3, 2, True), (3, 1, False)],
)
def test_a_rare_word_needs_the_texts_to_agree(times: int, in_texts: int, kept: bool) -> None:
    assert ("威信" in agreed({"威信": times}, Stretches((), {"威信": in_texts}))) is kept


def test_the_counts_of_the_sources_are_added() -> None:
    once, twice = build({"威信": 10}), build({"威信": 4}, {"威信": 6})
    assert once.logs.tolist() == twice.logs.tolist()


def test_violations_and_measuring_sets_are_not_read(tmp_path: Path) -> None:
    for folder in ("train", "parallel"):
        (tmp_path / folder).mkdir()
    rows = [
        ("好天气", "zh", 0, "train"),
        ("坏话", "zh", 1, "train"),
        ("试题", "zh", 0, "test"),
        ("hello", "en", 0, "train"),
    ]
    with gzip.open(tmp_path / "train" / "x.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(
            json.dumps({"text": text, "lang": lang, "violating": violating, "split": split}) + "\n"
            for text, lang, violating, split in rows
        )
    for name, text in (("massive", "設定鬧鐘"), ("ud_pud", "句子"), ("x.pairs", "一对")):
        with gzip.open(tmp_path / "parallel" / f"{name}.tsv.gz", "wt", encoding="utf-8") as file:
            file.write(f"1\tzh-Hant\t{text}\n1\ten\tset an alarm\n")
    assert list(read_texts(tmp_path)) == ["好天气", "设定闹钟"]
