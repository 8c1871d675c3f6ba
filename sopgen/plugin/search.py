"""The words that the search index is cut into where a text is Chinese."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

import jieba

# Splits at white space and at the punctuation of both scripts, so that "ROI(投产比)" and "UV/PV" fall apart.
SEPARATOR = r"[\s\u200b\u3000\-_,:;!=?/|()\[\]{}<>\"'\u00b7，。、；：？！（）【】《》“”‘’…～]+"

_HAN = re.compile(r"(?<![\u3400-\u9fff])[\u3400-\u9fff]{2,6}(?![\u3400-\u9fff])")
_CERTAIN = 1_000_000  # outweighs every other way to cut a word


def teach(names: Iterable[str]) -> None:
    """Let the cutter know the workspace's own names, and only those of this build.

    A name is taught only where the cutter would leave a single character of it (客 | 单价): where it falls into words
    (库存 | 预警) each of them is worth finding.
    """
    frequencies, total = _untaught()
    jieba.dt.FREQ, jieba.dt.total = dict(frequencies), total
    runs = sorted({run for name in names for run in _HAN.findall(name)})
    unknown = [run for run in runs if any(len(word) == 1 for word in jieba.cut(run))]
    for run in unknown:
        jieba.add_word(run, _CERTAIN)


@cache
def _untaught() -> tuple[Mapping[str, int], int]:
    """The cutter's own dictionary, read once a process: its frequencies and their sum."""
    jieba.setLogLevel(logging.CRITICAL)
    jieba.dt.tmp_dir = _cache_folder()
    jieba.initialize()
    return dict(jieba.dt.FREQ), jieba.dt.total


def _cache_folder() -> str | None:
    """Where the cutter keeps its parsed dictionary: the user's cache, else (None) the machine's temporary folder."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "sopgen"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        return str(folder)
    return None
