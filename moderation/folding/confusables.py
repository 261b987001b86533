"""Characters that are read as others: hand-written, because Unicode's own list joins far too much for words.

``ALWAYS`` holds styled and phonetic Latin letters and apostrophes, which fold wherever they stand. ``IN_LATIN_WORDS``
holds letters of other scripts, which fold only in a word that has Latin letters too: a wholly Cyrillic word is
Russian, not disguise. Capitals stand apart where they look like another letter than their small form (Ν like N, ν
like v).
"""

from __future__ import annotations


def _pairs(text: str) -> dict[str, str]:
    return {pair[0]: pair[1] for pair in text.split()}


ALWAYS = _pairs(
    # strokes, hooks and bars that no decomposition removes
    "øo łl đd ħh ŧt ƀb ɓb ƈc ɗd ƒf ɠg ɨi ƙk ƚl ɫl ɲn ƞn ƥp ɍr ʠq ʂs ƭt ʋv ƴy ʉu ɏy ƶz ȥz ƅb ɛe ɯw ʌv "
    "ɇe ɖd ɦh ɱm ɳn ɾr ʈt "
    # dotless, script and turned shapes
    "ıi ȷj ɑa ɡg ɩi ɪi ſs ᴀa ʙb ᴄc ᴅd ᴇe ꜰf ɢg ʜh ᴊj ᴋk ʟl ᴍm ɴn ᴏo ᴘp ꞯq ʀr ꜱs ᴛt ᴜu ᴠv ᴡw ʏy ᴢz "
    # the apostrophes that telephones type
    "’' ‘' ʼ' " + " ".join(chr(first + n) + chr(ord("a") + n) for first in (0x1F150, 0x1F170) for n in range(26))
    # negative and crossed enclosed letters, which have no compatibility mapping
)

IN_LATIN_WORDS = _pairs(
    # Cyrillic
    "аa АA вb ВB сc СC ԁd ԀD еe ЕE ѕs ЅS һh ҺH нh НH іi ІI јj ЈJ кk КK ӏl ӀI мm МM оo ОO рp РP ԛq ԚQ гr тt ТT "
    "уy УY ѵv ѴV ԝw ԜW хx ХX ьb ЬB ѡw ҽe єe ЄE иu ИU пn ПN яr ғf ҫc қk ңh үy ұy ҳx ґr ъb эe "
    # Greek
    "αa ΑA βb ΒB ϐb εe ΕE ϵe ηn ΗH ιi ΙI κk ΚK ϰk Μm μu νv ΝN οo ΟO ρp ΡP ϱp τt ΤT υu ΥY χx ΧX ωw ΖZ γy ϲc ϹC ςs σo "
    "πn δd θo ϳj "
    # Armenian and Cherokee
    "օo ՕO սu ՍU հh ոn ցg զq աw լl յj ռn ղn մu նu ւl եt "
    "Ꭺa Ᏼb Ꮯc Ꭰd Ꭼe Ꮐg Ꮋh Ꮖi Ꭻj Ꮶk Ꮮl Ꮇm Ꮲp Ꭱr Ꮪs Ꭲt Ꮩv Ꮃw Ꮍy Ꮓz"
)
