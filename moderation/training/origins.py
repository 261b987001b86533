"""Where the data of the shipped models come from, and under which licence: for the model cards."""

from __future__ import annotations

from collections.abc import Mapping

ORIGINS: Mapping[str, str] = {
    "addetector_zh": "siuank/ADDetector4J: MIT (LICENSE)",
    "afrisenti_social": "afrisenti-semeval/afrisent-semeval-2023: CC BY 4.0 (README)",
    "amethyst": "vitorpamplona/amethyst Android strings: MIT (LICENSE)",
    "ami_ja": "tsuruoka-lab/AMI-Meeting-Parallel-Corpus dev+test: CC BY 4.0 (LICENSE.md)",
    "apache_answer": "apache/answer i18n: Apache-2.0 (LICENSE)",
    "benign_common_voice": "mozilla/common-voice: CC0 for sentence files (README); repo MPL-2.0",
    "benign_wisesight_th": "PyThaiNLP/wisesight-sentiment: CC0 1.0 (LICENSE)",
    "bluesky": (
        "bluesky-social/social-app and atproto, by forks shi-gg/witchsky.app, goblinkingdev/deer-social, "
        "nghiaXEM/atproto-social-app: MIT (LICENSE in each)"
    ),
    "cold_zh": "thu-coai/COLDataset: Apache-2.0 (LICENSE)",
    "common_voice_ui": "mozilla/common-voice web/locales: MPL-2.0 (LICENSE)",
    "contributor_covenant": "EthicalSource/contributor_covenant: CC BY 4.0 (LICENSE.md)",
    "conversejs": "conversejs/converse.js: MPL-2.0 (LICENSE)",
    "coral_talk": "coralproject/talk locales: Apache-2.0 (LICENSE)",
    "curse_ko": "2runo/Curse-detection-data: MIT (LICENSE)",
    "davidson_en": "t-davidson/hate-speech-and-offensive-language: MIT (LICENSE)",
    "element_android": "vector-im/element-android: Apache-2.0 (LICENSE)",
    "element_ios": "vector-im/element-ios: Apache-2.0 (LICENSE)",
    "element_x_android": ("element-hq/element-x-android at ed8eb41^: Apache-2.0 (LICENSE at that commit)"),
    "elk": "elk-zone/elk locales: MIT (LICENSE)",
    "emojibase": ("milesj/emojibase packages/data: MIT (LICENSE); labels from Unicode CLDR (Unicode licence)"),
    "excalidraw": "excalidraw/excalidraw locales: MIT (LICENSE)",
    "flarum": ("flarum/framework and the language packs of flarum-lang: MIT (LICENSE in packs)"),
    "foxnews_en": "sjtuprog/fox-news-comments: MIT (LICENSE/README)",
    "gahd_de": "jagol/gahd: CC BY 4.0 (LICENSE)",
    "germeval2018_de": "uds-lsv/GermEval-2018-Data: CC BY 4.0 (LICENSE.md)",
    "hatemojibuild_en": "HannahKirk/Hatemoji: CC BY 4.0 (LICENSE)",
    "hatexplain_en": "hate-alert/HateXplain (via Sinhala-NLP/SOLD): MIT (original LICENSE); mirror SOLD none stated",
    "inspectionai_ja": "inspection-ai/japanese-toxic-dataset: Apache-2.0 (LICENSE)",
    "iwg_refugees_de": "UCSM-DUE/IWG_hatespeech_public: CC BY-SA 3.0 (README)",
    "jsts": "yahoojapan/JGLUE jsts-v1.3 train+valid: CC BY-SA 4.0 (LICENSE)",
    "kiwiirc": "kiwiirc/kiwiirc: Apache-2.0 (LICENSE)",
    "klue_sts": "KLUE-benchmark/KLUE klue-sts dev: CC BY-SA 4.0 (License.md)",
    "kocohub_ko": "kocohub/korean-hate-speech: CC BY-SA 4.0 (LICENSE.md)",
    "massive": ("Amazon MASSIVE 1.1 (alexa/massive, via mikemwai/massive): CC BY 4.0 (README and NOTICE)"),
    "matrix_react_sdk": "matrix-org/matrix-react-sdk src/i18n/strings: Apache-2.0 (LICENSE; archived Sep 2024)",
    "mattermost_mobile": "mattermost/mattermost-mobile: Apache-2.0 (LICENSE.txt)",
    "mgsm": "google-research/url-nlp mgsm: CC BY 4.0 (mgsm/LICENSE)",
    "mihon": "mihonapp/mihon i18n: Apache-2.0 (LICENSE)",
    "misogyny_reddit_en": "ellamguest/online-misogyny-eacl2021: MIT (LICENSE.md)",
    "mlma_ar": "HKUST-KnowComp/MLMA_hate_speech: MIT (LICENSE)",
    "mlma_fr": "HKUST-KnowComp/MLMA_hate_speech: MIT (LICENSE)",
    "mozilla_relay": "mozilla-l10n/fx-private-relay-l10n: MPL-2.0 (LICENSE)",
    "mozilla_www": "mozilla-l10n/www-l10n: MPL-2.0 (LICENSE)",
    "nusax": "IndoNLP/nusax datasets/mt: CC BY-SA 4.0 (datasets/LICENSE)",
    "nusax_social": "IndoNLP/nusax: CC BY-SA (README/datasets LICENSE)",
    "paradetox_en": "s-nlp/paradetox: CC0 1.0 (LICENSE)",
    "pejorativity_it": "arimuti/PejorativITy: CC.BY License (README)",
    "phanpy": "cheeaun/phanpy src/locales: MIT (LICENSE)",
    "rocketchat_rn": "RocketChat/Rocket.Chat.ReactNative: MIT (LICENSE)",
    "roman_urdu_ur": "haroonshakeel/roman_urdu_hate_speech: MIT (LICENSE)",
    "rooffense_ro": "readerbench/ro-offense: Apache-2.0 (LICENSE)",
    "scratch": (
        "scratchfoundation/scratch-l10n at f98e5bb^ (last commit before the 2024-11-25 AGPL relicence): "
        "BSD-3-Clause (LICENSE at that commit)"
    ),
    "snort": "v0l/snort packages/app/src/translations: MIT (LICENSE)",
    "status_mobile": "status-im/status-mobile: MPL-2.0 (LICENSE.md)",
    "stsb_ccbysa": (
        "PhilipMay/stsb-multi-mt and kakaobrain/KorNLUDatasets KorSTS, genres images, answers-forums and "
        "track5.en-en only: CC BY-SA (LICENSE of both)"
    ),
    "surge_toxicity_en": "surge-ai/toxicity: MIT (LICENSE)",
    "swsr_zh": "aggiejiang/SWSR: MIT (LICENSE)",
    "tatoeba_manythings": (
        "manythings.org/Tatoeba pair files (cmn, ara, ind, kor, hin, vie, tha, jpn, ben): CC BY 2.0 FR (stated per "
        "line or in the files' notes)"
    ),
    "teaching": "written for this project: licence of the project",
    "tgspam_ru_en": "umputun/tg-spam: MIT (LICENSE)",
    "threatgram_en": "ThreatGram101 (via CatGamer7/Telegram-threats): CC BY 4.0 (README, via HF ThreatGram101)",
    "toldbr_pt": "JAugusto97/ToLD-Br: CC BY-SA 4.0 (LICENSE_ToLD-Br)",
    "trac1_en": "kmi-linguistics/trac-1: Apache-2.0 (LICENSE)",
    "trac1_hi": "kmi-linguistics/trac-1: Apache-2.0 (LICENSE)",
    "turku_paraphrase": "TurkuNLP/Turku-paraphrase-corpus data-sv/test (fi blobs absent): CC BY-SA 4.0 (LICENSE)",
    "ud_pud": "UniversalDependencies/UD_*-PUD (18 languages): CC BY-SA 3.0 (README of each; Polish is CC BY-SA 4.0)",
    "uptime_kuma": "louislam/uptime-kuma src/lang: MIT (LICENSE)",
    "wiki_talk_cat_en": "ipavlopoulos/context_toxicity: Apache-2.0 (LICENSE)",
    "wikipedia_android": "wikimedia/apps-android-wikipedia: Apache-2.0 (COPYING)",
    "xcopa": "cambridgeltl/xcopa: CC BY 4.0 (LICENSE.md)",
    "xquad": "google-deepmind/xquad: CC BY-SA 4.0",
    "xsid": "mainlp/xsid xSID-0.5 valid+test: CC BY-SA 4.0 (LICENSE)",
    "zulip": "zulip/zulip-flutter + zulip/zulip-mobile: Apache-2.0 (LICENSE)",
}
