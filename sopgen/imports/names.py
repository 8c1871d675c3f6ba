"""Headers and fields: what is called the same, what nearly, and what a header says about its unit."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

from sopgen.records import Field
from sopgen.words.text import LANGUAGES

_BRACKET = re.compile(r"[(\[【](?P<inside>[^()\[\]【】]*)[)\]】]$")  # what is no unit is part of the name: 访客数(PC)
_PLAIN_UNITS = {"元", "人", "次", "件", "单", "个", "人次", "秒", "分钟", "天", "rmb", "cny", "yuan", "¥"}
_UNITS = {
    "%": "percent",
    "百分比": "percent",
    **{f"{scale}{unit}": scale for scale in ("千", "万", "百万", "亿") for unit in ("", "元", "人", "次", "件", "单", "人次")},
}
# What the back ends of shops call the same thing by different names. The first is what we compare.
_SAME = (
    ("日期", "统计日期", "统计时间", "数据日期", "日期时间", "date", "day", "stattime", "statdate"),
    ("访客数", "uv", "访客人数", "独立访客数"),
    ("浏览量", "pv", "访问次数"),
    ("成交金额", "支付金额", "销售额", "gmv"),
    ("成交客户数", "支付买家数", "成交人数", "支付人数", "成交买家数"),
    ("成交单量", "支付订单数", "成交订单数", "支付子订单数"),
    ("成交件数", "支付件数", "成交商品件数"),
    ("下单客户数", "下单买家数", "下单人数"),
    ("展现量", "曝光量", "展示量", "impressions"),
    ("点击量", "点击数", "点击次数", "clicks"),
    ("花费", "消耗", "推广花费", "cost"),
)
_ONE_NAME = {name: names[0] for names in _SAME for name in names}
NEAR = 0.6


def folded(header: str) -> str:
    """A header without what makes no difference: width, case, blanks, quotes, and a unit in brackets at its end."""
    words = unicodedata.normalize("NFKC", header).casefold()
    words = re.sub(r"[\s_\"'*]+", "", words)
    match = _BRACKET.search(words)
    return words[: match.start()] if match and match.start() and match["inside"] in _PLAIN_UNITS | _UNITS.keys() else words


def unit_of(header: str) -> str:
    """The unit that a header names in brackets at its end, as `units` of import.yaml has it: 万 of `支付金额(万元)`; "" for none."""
    words = re.sub(r"\s+", "", unicodedata.normalize("NFKC", header))
    match = _BRACKET.search(words)
    return _UNITS.get(match["inside"], "") if match else ""


def is_same(header: str, field: Field) -> bool:
    """Whether a header is one of the names of a field, or what shops commonly call it."""
    one = _common(folded(header))
    return any(_common(name) == one for name in _names(field))


def likeness(header: str, field: Field) -> float:
    """How alike a header and the nearest name of a field are, 0 to 1."""
    words = folded(header)
    return max(SequenceMatcher(None, words, name).ratio() for name in _names(field))


def _names(field: Field) -> set[str]:
    titles = [field.title.into(language) for language in LANGUAGES] if field.title else []
    return {folded(name) for name in (field.name, field.id, *titles) if name}


def _common(name: str) -> str:
    return _ONE_NAME.get(name, name)
