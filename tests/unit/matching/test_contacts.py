"""The recogniser of contacts: every kind in every style that it promises, and what only looks like one."""

from __future__ import annotations

from functools import cache

import pytest

from moderation.domain.signal import CONTACTS, Evidence
from moderation.folding.fold import fold, fold_codes, join, text_of
from moderation.matching.contacts.cues import CUES, may_hold
from moderation.matching.contacts.found import Found
from moderation.matching.contacts.recogniser import ContactFinder

E = Evidence


@cache
def _finder() -> ContactFinder:
    return ContactFinder()


def find(text: str) -> list[Found]:
    return list(_finder()(text, fold(text)))


def values(text: str, kind: str) -> list[str]:
    return [found.value for found in find(text) if found.kind == kind]


WECHAT = [
    # plain, with what people put between the name and the handle
    ("加微信：abc12345", "abc12345"),
    ("微信号 lucky_girl88", "lucky_girl88"),
    ("微信号是tea-shop99", "tea-shop99"),
    ("微信id=moon2024x", "moon2024x"),
    ("WeChat: Jane_Doe7", "jane_doe7"),
    ("my wechat id is jane_doe7", "jane_doe7"),
    ("微信搜 xiaomei520", "xiaomei520"),
    ("老师微信13800138000", "13800138000"),
    ("微信\n13800138000", "13800138000"),
    ("微信：wxid_abc123def", "wxid_abc123def"),
    # a handle of letters only is one after a colon, at the end of what is said
    ("微信：lovelyjane", "lovelyjane"),
    ("加我微信:teahouse，欢迎", "teahouse"),
    # short names
    ("vx: abc12345", "abc12345"),
    ("WX：abc12345", "abc12345"),
    ("加V abc12345", "abc12345"),
    ("加v:138001", "138001"),
    ("➕V 13800138000", "13800138000"),
    ("+v13800138000", "13800138000"),
    ("私我v：abc12345", "abc12345"),
    ("加vxabc12345", "abc12345"),
    ("V信 abc12345", "abc12345"),
    ("加微 abc12345", "abc12345"),
    ("v号：lucky88", "lucky88"),
    ("加V xiaomei99", "xiaomei99"),
    ("加V x1234567", "x1234567"),
    # names that sound or look like it
    ("加薇信 abc12345", "abc12345"),
    ("加威信：abc12345", "abc12345"),
    ("加薇：abc12345", "abc12345"),
    ("徽信abc12345", "abc12345"),
    ("绿泡泡：abc12345", "abc12345"),
    ("加卫星 abc12345", "abc12345"),
    ("加我🛰️ abc12345", "abc12345"),
    ("V❤️：abc12345", "abc12345"),
    ("wei信号abc12345", "abc12345"),
    ("威❤信：abc12345", "abc12345"),
    ("w❤x：abc12345", "abc12345"),
    ("加微❤信 abc12345", "abc12345"),
    ("威心：good_luck99", "good_luck99"),
    ("微信/电话：13800138000", "13800138000"),
    # cut up
    ("微 信：abc12345", "abc12345"),
    ("微.信：abc12345", "abc12345"),
    ("加 v x ： a b c 1 2 3", "abc123"),
    ("w-x: a-b-c-1-2-3", "abc123"),
    ("微信: abc🌸123🌸45", "abc12345"),
    ("微信：138-0013-8000", "13800138000"),
    ("加微\u200b信：abc\u200b12345", "abc12345"),
    # numbers of other styles
    ("加V:①③⑧⓪⓪①③⑧⓪⓪⓪", "13800138000"),
    ("微信：１３８００１３８０００", "13800138000"),
    ("微信：一三八零零一三八零零零", "13800138000"),
    ("微信 壹叁捌 零零壹叁 捌零零零", "13800138000"),
    ("vx 1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣", "13800138000"),
    ("V: 一3八0零1三8〇0零", "13800138000"),
    ("微信：𝟏𝟑𝟖𝟎𝟎𝟏𝟑𝟖𝟎𝟎𝟎", "13800138000"),
    ("微信：l38OO138OOO", "13800138000"),
    # the handle stands before the name
    ("13800138000（微信同号）", "13800138000"),
    ("电话13800138000微信同号", "13800138000"),
    ("abc12345是我的微信", "abc12345"),
    # only a verb: no handle
    ("加我微信", ""),
    ("加微信看主页", ""),
    ("加v看主页", ""),
    ("私我v", ""),
    ("+v领资料", ""),
    ("➕薇了解", ""),
    ("有意者加我微", ""),
    ("微信在主页", ""),
    ("主页有我微信", ""),
    ("想要的vx我", ""),
    ("留个微信吧", ""),
    ("交换微信", ""),
    ("可以加您微信吗", ""),
    ("互加微信", ""),
    ("嘉V聊", ""),
    ("咨询请加微信", ""),
    ("add me on wechat", ""),
    ("Text me on WeChat please", ""),
    ("what's your wechat?", ""),
    ("위챗으로 연락주세요", ""),
]

OTHERS = [
    ("QQ：12345678", "qq", "12345678"),
    ("QQ群123456789", "qq", "123456789"),
    ("加群：q群 123456789", "qq", "123456789"),
    ("扣扣１２３４５６７", "qq", "1234567"),
    ("企鹅号：12345678", "qq", "12345678"),
    ("加🐧12345678", "qq", "12345678"),
    ("q q: 1 2 3 4 5 6 7 8", "qq", "12345678"),
    ("加扣12345678", "qq", "12345678"),
    ("QQ 壹贰叁肆伍陆柒", "qq", "1234567"),
    ("加我QQ", "qq", ""),
    ("q裙：123456789", "qq", "123456789"),
    ("群号 123456789", "qq", "123456789"),
    ("12345678是我的QQ", "qq", "12345678"),
    ("telegram @jane_doe", "telegram", "jane_doe"),
    ("Telegram: janedoe99", "telegram", "janedoe99"),
    ("TG：@lucky88", "telegram", "lucky88"),
    ("tg @lucky88", "telegram", "lucky88"),
    ("电报：@lucky88", "telegram", "lucky88"),
    ("加纸飞机 lucky88x", "telegram", "lucky88x"),
    ("飞机号：lucky88x", "telegram", "lucky88x"),
    ("@janedoe on telegram", "telegram", "janedoe"),
    ("find us at t.me/janedoe", "telegram", "janedoe"),
    ("https://t.me/+AbCdEf123", "telegram", "+abcdef123"),
    ("t e l e g r a m : @janedoe", "telegram", "janedoe"),
    ("тг: @ivan_99", "telegram", "ivan_99"),
    ("пишите в телеграм @ivan_99", "telegram", "ivan_99"),
    ("텔레그램 @minsu99", "telegram", "minsu99"),
    ("add me on telegram", "telegram", ""),
    ("hmu on telegram", "telegram", ""),
    ("join our telegram channel", "telegram", ""),
    ("telegram link in bio", "telegram", ""),
    ("Пишите в телеграм", "telegram", ""),
    ("напиши мне в телегу", "telegram", ""),
    ("텔레그램으로 문의", "telegram", ""),
    ("テレグラムで連絡ください", "telegram", ""),
    ("nhắn tin qua telegram nhé", "telegram", ""),
    ("écris-moi sur telegram", "telegram", ""),
    ("schreib mir auf Telegram", "telegram", ""),
    ("راسلني على تيليجرام", "telegram", ""),
    ("ติดต่อทางเทเลแกรม", "telegram", ""),
    ("hubungi saya lewat telegram", "telegram", ""),
    ("WhatsApp +4915123456789", "whatsapp", "+4915123456789"),
    ("whatsapp: 0812-3456-7890", "whatsapp", "081234567890"),
    ("WhatsApp number 9876543210", "whatsapp", "9876543210"),
    ("wa.me/4915123456789", "whatsapp", "+4915123456789"),
    ("https://api.whatsapp.com/send?phone=4915123456789", "whatsapp", "+4915123456789"),
    ("whats app no 9876543210", "whatsapp", "9876543210"),
    ("WH4TSAPP: +1 212 736 5000", "whatsapp", "+12127365000"),
    ("text me on whatsapp", "whatsapp", ""),
    ("WhatsApp me!", "whatsapp", ""),
    ("escríbeme por whatsapp", "whatsapp", ""),
    ("mándame un mensaje por wsp", "whatsapp", ""),
    ("pásame tu whatsapp", "whatsapp", ""),
    ("me chama no whatsapp", "whatsapp", ""),
    ("chama no zap", "whatsapp", ""),
    ("contactez-moi sur WhatsApp", "whatsapp", ""),
    ("schreib mir per WhatsApp", "whatsapp", ""),
    ("пишите мне в ватсап", "whatsapp", ""),
    ("تواصل معي على الواتساب", "whatsapp", ""),
    ("hubungi kami via WA", "whatsapp", ""),
    ("chat saya di whatsapp", "whatsapp", ""),
    ("whatsapp par message karo", "whatsapp", ""),
    ("मुझे व्हाट्सएप करें", "whatsapp", ""),
    ("let's move to whatsapp", "whatsapp", ""),
    ("drop your whatsapp", "whatsapp", ""),
    ("LINE ID: jane.doe", "line", "jane.doe"),
    ("line id jane_doe7", "line", "jane_doe7"),
    ("加賴 jane123", "line", "jane123"),
    ("加LINE：jane123", "line", "jane123"),
    ("ทักไลน์ @shop123", "line", "shop123"),
    ("라인 아이디 abc123", "line", "abc123"),
    ("แอดไลน์มาได้เลย", "line", ""),
    ("LINE追加してね", "line", ""),
    ("ラインで連絡ください", "line", ""),
    ("加我賴", "line", ""),
    # phones
    ("电话13800138000", "phone", "+8613800138000"),
    ("138-0013-8000", "phone", "+8613800138000"),
    ("138 0013 8000 找我", "phone", "+8613800138000"),
    ("１３８００１３８０００", "phone", "+8613800138000"),
    ("①③⑧⓪⓪①③⑧⓪⓪⓪", "phone", "+8613800138000"),
    ("一三八零零一三八零零零", "phone", "+8613800138000"),
    ("1.3.8.0.0.1.3.8.0.0.0", "phone", "+8613800138000"),
    ("+86 138 0013 8000", "phone", "+8613800138000"),
    ("2024-05-01 13800138000", "phone", "+8613800138000"),
    ("座机 010-62781234", "phone", "+861062781234"),
    ("热线400-820-8820", "phone", "+864008208820"),
    ("(212) 736-5000", "phone", "+12127365000"),
    ("212-736-5000", "phone", "+12127365000"),
    ("call me 555-123-4567", "phone", "+15551234567"),
    ("text me at 2127365000", "phone", "+12127365000"),
    ("+1 (212) 736-5000", "phone", "+12127365000"),
    ("+44 20 7946 0958", "phone", "+442079460958"),
    ("tel: 020 7946 0958", "phone", "+442079460958"),
    ("☎ +33 1 42 68 53 00", "phone", "+33142685300"),
    ("appelle-moi au 06 12 34 56 78", "phone", "+33612345678"),
    ("ruf mich an: 0151 23456789", "phone", "+4915123456789"),
    ("llámame al 55 1234 5678", "phone", "+525512345678"),
    ("ligue (11) 91234-5678", "phone", "+5511912345678"),
    ("звоните 8 912 345-67-89", "phone", "+79123456789"),
    ("電話 090-1234-5678", "phone", "+819012345678"),
    ("연락처 010-1234-5678", "phone", "+821012345678"),
    ("โทร 081-234-5678", "phone", "+66812345678"),
    ("gọi 0912 345 678", "phone", "+84912345678"),
    ("hubungi 0812-3456-7890", "phone", "+6281234567890"),
    ("कॉल करें 98765 43210", "phone", "+919876543210"),
    ("call me at five five five, one two three, four five six seven", "phone", "+15551234567"),
    ("two one two, seven three six, five zero zero zero, call me", "phone", "+12127365000"),
    # e-mail
    ("jane.doe@example.com", "email", "jane.doe@example.com"),
    ("mail: Jane+News@Example.co.uk.", "email", "jane+news@example.co.uk"),
    ("jane (at) example (dot) com", "email", "jane@example.com"),
    ("jane[at]example[dot]com", "email", "jane@example.com"),
    ("jane at gmail dot com", "email", "jane@gmail.com"),
    ("jane @ example.com", "email", "jane@example.com"),
    ("123456艾特qq点com", "email", "123456@qq.com"),
    ("jane＠example．com", "email", "jane@example.com"),
    ("jane@example点com", "email", "jane@example.com"),
    ("jane#gmail.com", "email", "jane@gmail.com"),
    ("jane dot doe at gmail dot com", "email", "jane.doe@gmail.com"),
    ("123456@qq。com", "email", "123456@qq.com"),
    ("１２３４５６@qq.com", "email", "123456@qq.com"),
    # payment
    ("paypal.me/janedoe", "payment", "janedoe"),
    ("PayPal: jane@example.com", "payment", "jane@example.com"),
    ("cash app $JaneDoe1", "payment", "$janedoe1"),
    ("$janedoe on cashapp", "payment", "$janedoe"),
    ("cashtag: $janedoe", "payment", "$janedoe"),
    ("https://cash.app/$janedoe", "payment", "$janedoe"),
    ("venmo @jane-doe", "payment", "jane-doe"),
    ("venmo: janedoe7", "payment", "janedoe7"),
    ("zelle me at 212-736-5000", "payment", "2127365000"),
    ("zelle: jane@example.com", "payment", "jane@example.com"),
    ("支付宝：13800138000", "payment", "13800138000"),
    ("支付宝账号 jane@example.com", "payment", "jane@example.com"),
    ("zfb：13800138000", "payment", "13800138000"),
    ("chave pix: jane@example.com", "payment", "jane@example.com"),
    ("BTC 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "payment", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "payment", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"),
    ("0x52908400098527886E0F7030069857D2E4169EE7", "payment", "0x52908400098527886E0F7030069857D2E4169EE7"),
    ("USDT TRC20: TJYs5gDmGhzEhCVLDqx6QxkPHXhHsQpJ7V", "payment", "TJYs5gDmGhzEhCVLDqx6QxkPHXhHsQpJ7V"),
    ("IBAN DE89 3704 0044 0532 0130 00", "payment", "DE89370400440532013000"),
    ("GB82WEST12345698765432", "payment", "GB82WEST12345698765432"),
    ("银行卡号 4111 1111 1111 1111", "payment", "4111111111111111"),
    # QR codes
    ("扫码加我", "qr", ""),
    ("扫二维码进群", "qr", ""),
    ("扫一扫下方二维码加好友", "qr", ""),
    ("长按识别二维码", "qr", ""),
    ("二维码在主页", "qr", ""),
    ("扫图中二维码领资料", "qr", ""),
    ("scan the QR to join", "qr", ""),
    ("scan my qr code", "qr", ""),
    ("QR code in bio", "qr", ""),
    ("escanea el código QR", "qr", ""),
    ("escaneie o QR", "qr", ""),
    ("scannez le QR code", "qr", ""),
    ("отсканируйте QR", "qr", ""),
    ("QRコードから追加", "qr", ""),
    ("QR코드 스캔", "qr", ""),
    ("สแกน QR", "qr", ""),
]

NONE = [
    # a messenger is spoken of
    "微信读书真好用",
    "微信支付又升级了",
    "我用微信付款",
    "微信8.0.32更新了",
    "微信 100000 用户",
    "我微信是不是被封了",
    "把微信卸载了",
    "微信红包抢了两块",
    "我妈的微信头像好老",
    "增加微信用户数",
    "参加微信活动",
    "他已加微信好友三千人",
    "WhatsApp was down yesterday",
    "I deleted wechat",
    "I read it on telegram",
    "WeChat Pay is everywhere",
    "Telegram has 900 million users",
    "telegram 2024 roadmap",
    "whatsapp update 2.24.10",
    "wechat: download now",
    "She texted him on whatsapp all night",
    "he sent a telegram in 1912",
    "WhatsApp belongs to Meta",
    "QQ飞车真好玩",
    "QQ音乐会员到期了",
    "线上线下一样",
    "the line is long today",
    "line 12 is closed",
    "online 24 hours",
    "the finish line: 42 km",
    "we chat on the phone 12345678",
    # other words with the same characters
    "加微波炉三分钟",
    "添加微量元素",
    "加微软的股票",
    "加威士忌",
    "人造卫星发射成功",
    "企鹅真可爱",
    "去南极看企鹅",
    "坐飞机去北京",
    "电报局在哪里",
    "政府的威信",
    "维信诺的屏幕",
    "权威信息",
    "加v认证",
    "大v说的",
    "V我50",
    "加速器v2.3.1",
    "c++v8",
    "v1.20240501",
    "version v20240501",
    "扣分了",
    "球球你们了",
    "薇娅直播",
    "微信公众平台登录不了",
    "Q3 2024 results",
    "tg(x) = sin(x)/cos(x)",
    "wa 12345",
    "was 123456 votes",
    "zap 100 zombies",
    # numbers that are no phones
    "¥13800",
    "1,299.00",
    "1080x2400",
    "2026-11-21",
    "2026-11-21 13:05:22",
    "20261121130522",
    "12345678901234567890",
    "单号SF1234567890123",
    "订单号13812345678",
    "快递单号：75312345678901",
    "ISBN 978-7-111-54742-6",
    "order #1380013800",
    "tracking 9400111899223",
    "id 15812345678",
    "身份证110101199003078888",
    "$13800138000",
    "13800138000元",
    "138001380001380",
    "1700000000",
    "1234567890",
    "3.14159265358979",
    "192.168.100.200",
    "0.00001234567",
    "2019-2020-2021",
    "1998/12/31",
    "版本 13800138000",
    "pi is 3.1415926535",
    "score 100-98, 102-99",
    "人口 14 1178 万",
    "一二三四五六七",
    "三三两两",
    "一九九八年",
    "1 2 3 4 5 6 7 8 9",
    "2,147,483,647",
    "No. 13800",
    "房号 1380",
    "model 5551234567",
    "12:30 14:50 16:45",
    "call 911",
    "dial 10086",
    "phone with 12 GB",
    "call of duty 2024",
    "text 12 pages",
    "one two three",
    "one by one, two by two",
    "three two one zero",
    "number 9 dream",
    # e-mail
    "meet me at example",
    "look at gmail",
    "@jane hello",
    "hi @user.name",
    "a@b",
    "5 @ 3 dollars",
    "x@y@z",
    "艾特我一下",
    "@all please read",
    "look at this. It is fine",
    # payment
    "支付宝扫一扫",
    "支付宝真方便",
    "用支付宝付了100000",
    "I use paypal",
    "venmo is down",
    "cash app is free",
    "cash $500",
    "$500 on cashapp",
    "$TSLA to the moon",
    "zelle took 3 days",
    "bitcoin at 100000",
    "BTC 65000",
    "DE89370400440532013001",
    "card 4111111111111112",
    "4111111111111111",
    "0x1234",
    "sha 0123456789abcdef0123456789abcdef",
    "pix of the dog",
    # QR codes
    "健康码绿的",
    "付款时扫码",
    "扫码支付",
    "扫码点餐",
    "扫健康码进场",
    "扫码骑车",
    "scan the QR to pay",
    "scan the document",
    "the QR code was invented in 1994",
    "二维码是谁发明的",
    "scan the room",
    # nothing at all
    "",
    " ",
    "今天天气真好",
    "hello there",
    "😀😀😀",
    "\u200b\u200b",
    "加油",
    "加我一个",
    "加班到十点",
    "私我",
    "dm me",
    "add me",
    "text me",
    "联系我",
    "主页见",
    "+1",
    "c+v",
    "v",
    "wx",
    "✌️ peace",
]


@pytest.mark.parametrize(("text", "value"), WECHAT)
def test_wechat_is_found(text: str, value: str) -> None:
    assert values(text, "wechat") == [value]


@pytest.mark.parametrize(("text", "kind", "value"), OTHERS)
def test_a_contact_is_found(text: str, kind: str, value: str) -> None:
    assert values(text, kind) == [value]


@pytest.mark.parametrize("text", NONE)
def test_what_only_looks_like_a_contact_is_none(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("你好 加V:①③⑧⓪⓪①③⑧⓪⓪⓪ 谢谢", "加V:①③⑧⓪⓪①③⑧⓪⓪⓪"),
        ("快来加我微信吧", "加我微信"),
        ("快来微 信：abc12345！", "微 信：abc12345"),
        ("so text me on WhatsApp, ok", "text me on WhatsApp"),
        ("hey telegram @jane_doe.", "telegram @jane_doe"),
        ("abc12345（微信）", "abc12345（微信"),
        ("打1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣吧", "1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣"),
        ("call (212) 736-5000 now", "(212) 736-5000"),
        ("mail jane@example.com.", "jane@example.com"),
        ("<jane (at) example (dot) com>", "jane (at) example (dot) com"),
        ("来扫码加我哦", "扫码加我"),
    ],
)
def test_the_span_is_what_says_the_contact(text: str, written: str) -> None:
    assert [text[found.start : found.end] for found in find(text)] == [written]


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("加微信：abc12345", E.exact),
        ("微信：ABC12345", E.folded),
        ("微信：１３８００１３８０００", E.folded),
        ("wеchat: abc12345", E.folded),
        ("微 信：abc12345", E.squeezed),
        ("微\u200b信：abc12345", E.squeezed),
        ("微信：138-0013-8000", E.squeezed),
        ("微信：a b c 1 2 3", E.squeezed),
        ("微信：①③⑧⓪⓪①③⑧⓪⓪⓪", E.numeral),
        ("微信：一三八零零一三八零零零", E.numeral),
        ("微信：l38OO138OOO", E.leet),
        ("薇信：abc12345", E.homophone),
        ("绿泡泡：abc12345", E.homophone),
        ("伽微信", E.homophone),
        ("徽信：abc12345", E.lookalike),
        ("加🛰️：abc12345", E.emoji),
        ("加🐧12345678", E.emoji),
        ("微信：1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣", E.emoji),
        # the weakest of the parts
        ("薇信：①③⑧⓪⓪①③⑧⓪⓪⓪", E.homophone),
        ("jane@example.com", E.exact),
        ("jane＠example．com", E.exact),
        ("jane (at) example (dot) com", E.split),
        ("138-0013-8000", E.exact),
        ("1 3 8 0 0 1 3 8 0 0 0", E.squeezed),
        ("text me on WhatsApp", E.folded),
    ],
)
def test_the_evidence_says_how_plainly_a_contact_is_written(text: str, evidence: Evidence) -> None:
    assert [found.evidence for found in find(text)] == [evidence]


@pytest.mark.parametrize(
    ("text", "chain"),
    [
        ("加V:①③⑧⓪⓪①③⑧⓪⓪⓪", ("加V:①③⑧⓪⓪①③⑧⓪⓪⓪", "加微信:13800138000")),
        ("伽薇信", ("伽薇信", "加微信")),
        ("jane (at) example (dot) com", ("jane (at) example (dot) com", "jane@example.com")),
        ("加微信：abc12345", ()),
        ("text me on WhatsApp", ()),
    ],
)
def test_the_chain_leads_from_what_is_written_to_what_is_meant(text: str, chain: tuple[str, ...]) -> None:
    assert [found.chain for found in find(text)] == [chain]


def test_a_number_that_is_a_handle_is_not_told_twice() -> None:
    assert [found.kind for found in find("微信13800138000")] == ["wechat"]


def test_a_number_with_the_same_wechat_is_both() -> None:
    assert [found.kind for found in find("电话13800138000微信同号")] == ["phone", "wechat"]


def test_every_contact_of_a_post_is_found_in_order() -> None:
    found = find("微信：abc12345，QQ：12345678，电话：138 0013 8000，jane@example.com，扫码加我")
    assert [one.kind for one in found] == ["wechat", "qq", "phone", "email", "qr"]
    assert {one.kind for one in found} <= set(CONTACTS)


WITHOUT_CUE = {
    # numbers in words, with nothing that an automaton could look for
    "two one two, seven three six, five zero zero zero, call me",
}


@pytest.mark.parametrize("text", sorted({text for text, *_ in (*WECHAT, *OTHERS)} - WITHOUT_CUE))
def test_a_post_with_a_contact_has_a_cue(text: str) -> None:
    joined, starts = join([text.replace("\n", " ")])
    folded = fold_codes(joined)
    assert may_hold(folded, starts)[0] or any(cue in text_of(folded) for cue in CUES)


def test_the_cheap_cue_tells_the_lines_apart() -> None:
    texts = [
        "今天天气真好",
        "138 0013 8000",
        "一三八零零一三八",
        "①③⑧⓪⓪①③⑧",
        "see example.com",
        "1.5 and 2.5",
        "http://x",
        "e.g. this",
        "",
        "example[.]com",
        "пример.рф",
        "123",
    ]
    joined, starts = join(texts)
    held = may_hold(fold_codes(joined), starts).tolist()
    assert [text for text, one in zip(texts, held, strict=True) if one] == [
        "138 0013 8000",
        "一三八零零一三八",
        "①③⑧⓪⓪①③⑧",
        "see example.com",
        "http://x",
        "example[.]com",
        "пример.рф",
    ]


def test_cues_are_folded_and_stand_once() -> None:
    assert [cue for cue in CUES if fold(cue) != cue] == []
    assert len(set(CUES)) == len(CUES)
