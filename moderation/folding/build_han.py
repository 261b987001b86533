"""Writes ``data/pinyin.tsv``: ``python -m moderation.folding.build_han``.

Readings are pypinyin's (MIT) for the character alone, but for the heteronyms below, which were checked by hand: the
reading that a character has most often comes first, whatever a dictionary lists first.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path

from moderation.folding.fold import fold
from moderation.folding.tables import DATA, SIZE, fold_table, script_names, script_table

HETERONYMS = """
行xing,hang 重zhong,chong 长chang,zhang 乐le,yue 还hai,huan 着zhe,zhao,zhuo 得de,dei 了le,liao 都dou,du 大da,dai
差cha,chai,ci 会hui,kuai 调diao,tiao 单dan,shan,chan 弹dan,tan 血xue,xie 薄bo,bao 露lu,lou 参can,shen,cen
传chuan,zhuan 藏cang,zang 曾ceng,zeng 地di,de 的de,di 似si,shi 壳ke,qiao 便bian,pian 朝chao,zhao 车che,ju 畜chu,xu
提ti,di 度du,duo 恶e,wu 佛fo,fu 脯fu,pu 冯feng,ping 盖gai,ge 给gei,ji 谷gu,yu 和he,huo,hu 核he,hu 红hong,gong
降jiang,xiang 角jiao,jue 校xiao,jiao 嚼jiao,jue 解jie,xie 劲jin,jing 觉jue,jiao 卡ka,qia 括kuo,gua 落luo,la,lao
勒le,lei 率lv,shuai 绿lv,lu 没mei,mo 脉mai,mo 埋mai,man 模mo,mu 抹mo,ma 娜na,nuo 呢ne,ni 尿niao,sui 弄nong,long
区qu,ou 仇chou,qiu 朴pu,piao,po 瀑pu,bao 曝bao,pu 奇qi,ji 强qiang,jiang 茄qie,jia 亲qin,qing 圈quan,juan 塞sai,se
色se,shai 杉shan,sha 厦sha,xia 什shen,shi 石shi,dan 识shi,zhi 食shi,si 属shu,zhu 数shu,shuo 说shuo,shui 宿su,xiu
沓ta,da 褪tui,tun 拓tuo,ta 万wan,mo 尾wei,yi 尉wei,yu 吓xia,he 巷xiang,hang 削xiao,xue 吁yu,xu 咽yan,ye 殷yin,yan
约yue,yao 钥yao,yue 叶ye,xie 遗yi,wei 择ze,zhai 扎zha,za 咋za,ze,zha 轧ya,zha 粘zhan,nian 爪zhua,zhao 召zhao,shao
折zhe,she 这zhe,zhei 那na,nei,nuo 哪na,nei 谁shui,shei 种zhong,chong 术shu,zhu 著zhu,zhuo 幢zhuang,chuang 缴jiao,zhuo
盛sheng,cheng 乘cheng,sheng 称cheng,chen 澄cheng,deng 匙chi,shi 臭chou,xiu 椎zhui,chui 绰chuo,chao 伺si,ci 攒zan,cuan
撮cuo,zuo 逮dai,dei 叨dao,tao 堤di,ti 丁ding,zheng 囤tun,dun 蛤ha,ge 吭keng,hang 扒ba,pa 磅bang,pang 膀bang,pang
蚌bang,beng 堡bao,bu 刨pao,bao 炮pao,bao 辟pi,bi 秘mi,bi 扁bian,pian 屏ping,bing 伯bo,bai 泊bo,po 百bai,bo 柏bai,bo
剥bo,bao 卜bu,bo 侧ce,zhai 刹cha,sha 禅chan,shan 颤chan,zhan 嘲chao,zhao 尺chi,che 褚chu,zhu 伽jia,ga,qie 夹jia,ga
贾jia,gu 槛kan,jian 见jian,xian 桔ju,jie 芥jie,gai 咀ju,zui 龟gui,jun,qiu 咳ke,hai 溃kui,hui 烙lao,luo 姥lao,mu
俩lia,liang 六liu,lu 陆lu,liu 偻lou,lv 蔓man,wan 氓mang,meng 冒mao,mo 摩mo,ma 牟mou,mu 疟nve,yao 迫po,pai 胖pang,pan
栖qi,xi 稽ji,qi 纤xian,qian 雀que,qiao 莎sha,suo 驮tuo,duo 隗kui,wei 洗xi,xian 系xi,ji 虾xia,ha 省sheng,xing 嘘xu,shi
艾ai,yi 腌yan,a 烟yan,yin 佚yi,die 员yuan,yun 仔zi,zai 综zong,zeng 琢zhuo,zuo 柞zuo,zha 咯lo,ge,ka,luo 嗯en,ng 呣mu,m
哦o,e 喔wo,o 欸ei,ai 诶ei,ai 么me,yao,mo
"""
"""Each character with its readings, toneless, ü as v."""

_ENTRY = re.compile(r"(\S)([a-z,]+)")
_SYLLABLE = re.compile(r"[a-z]+")


def heteronyms() -> dict[str, tuple[str, ...]]:
    """Character → its readings by hand, the most usual first."""
    return {character: tuple(readings.split(",")) for character, readings in _ENTRY.findall(HETERONYMS)}


def _by_dictionary(character: str) -> str:
    from pypinyin import Style, pinyin

    reading: str = pinyin(character, style=Style.NORMAL, v_to_u=False, errors="ignore", neutral_tone_with_five=False)[
        0
    ][0]
    return reading


def table() -> str:
    """Lines of a syllable: the characters that are mostly read so, those that are sometimes."""
    from pypinyin.pinyin_dict import pinyin_dict

    by_hand = heteronyms()
    han = script_names().index("Hani")
    mostly: dict[str, list[str]] = defaultdict(list)
    sometimes: dict[str, list[str]] = defaultdict(list)
    for code in sorted(pinyin_dict):
        if code >= SIZE or fold_table()[code] != code or script_table()[code] != han:
            continue
        character = chr(code)
        first, *others = by_hand.get(character) or (_by_dictionary(character),)
        if _SYLLABLE.fullmatch(first):
            mostly[first].append(character)
        for other in others:
            sometimes[other].append(character)
    return "".join(
        f"{syllable}\t{''.join(mostly[syllable])}\t{''.join(sometimes[syllable])}\n"
        for syllable in sorted(mostly.keys() | sometimes.keys())
    )


def write(folder: Path = DATA) -> None:
    """Write the table that the package ships."""
    content = table()
    if fold(content) != content:
        sys.exit("pinyin.tsv: a character is not in its folded form")
    (folder / "pinyin.tsv").write_text(content, encoding="utf-8")


if __name__ == "__main__":
    write()
