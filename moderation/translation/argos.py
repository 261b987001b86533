"""Translation in this process by argostranslate, where that is installed: no text leaves the machine.

It is no dependency of ours: it weighs as much as all others together. Whoever wants it installs it and its packages.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

from moderation.domain.language import UNDETERMINED, primary
from moderation.pool.review.view import Translation
from moderation.translation.failure import Failed, without
from moderation.translation.tags import engine_tag

ENGINE = "argos"


class Argos:
    """Implements :class:`moderation.pool.review.translator.Translator`.

    One text at a time, in a thread of its own. ``timeout_s`` is how long a caller waits for it, the loading of a model
    included; what has begun is worked out all the same, for argostranslate cannot be stopped.
    """

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._thread: ThreadPoolExecutor | None = None
        self._starting = Lock()

    def translate(self, text: str, source: str, target: str) -> Translation:
        with self._starting:
            self._thread = self._thread or ThreadPoolExecutor(1, "argostranslate")
        work = self._thread.submit(_translate, text, source, target)
        try:
            return Translation(work.result(self._timeout_s), source, target, ENGINE)
        except Failed as failed:
            return without(source, target, ENGINE, failed.said)
        except TimeoutError:
            work.cancel()
            over = f"{self._timeout_s:g}"
            said = {"en": f"takes over {over} s: try again shortly", "zh": f"用时超过 {over} 秒：请稍后再试"}
            return without(source, target, ENGINE, said)


def _translate(text: str, source: str, target: str) -> str:
    if source == UNDETERMINED:
        raise Failed("the language of the post is not known", "无法确定原文语言")
    languages = _languages()
    given, wanted = engine_tag(source, languages), engine_tag(target, languages)
    if given and given == wanted:
        raise Failed(f"the post is in {target} already", f"原文已是 {target}")
    found = languages[given].get_translation(languages[wanted]) if given and wanted else None
    if found is None:
        remedy = f"argospm install translate-{primary(source)}_{primary(target)}"
        raise Failed(
            f"no package is installed for {source} to {target}: {remedy}",
            f"缺少 {source} 译为 {target} 的语言包：{remedy}",
        )
    try:
        return str(found.translate(text))
    except Exception as error:  # noqa: BLE001  a library of many parts; whatever it meets, the reviewer reads on
        raise _broken(error) from None


def _languages() -> Mapping[str, Any]:
    """The languages of the packages that are installed now, by code."""
    try:
        installed = importlib.import_module("argostranslate.translate").get_installed_languages()
    except ImportError:
        raise Failed(
            "argostranslate is not installed: pip install argostranslate",
            "未安装 argostranslate：pip install argostranslate",
        ) from None
    except Exception as error:  # noqa: BLE001  as above: a broken package
        raise _broken(error) from None
    return {each.code: each for each in installed}


def _broken(error: Exception) -> Failed:
    name = type(error).__name__  # its message may quote the post
    return Failed(f"argostranslate failed ({name})", f"argostranslate 出错（{name}）")
