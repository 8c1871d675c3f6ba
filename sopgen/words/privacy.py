"""What is about single persons: headers and values that never enter a workspace, because git forgets nothing.

Only what people commonly put into exports is known here; it is a net, not a proof.
"""

from __future__ import annotations

import re
import unicodedata

_ENDS = (
    *("姓名", "真名", "昵称", "会员名", "用户名", "旺旺", "旺旺号", "旺旺ID", "微信号", "微信", "QQ", "QQ号"),
    *("收货人", "收件人", "联系人", "寄件人", "手机", "手机号", "手机号码", "电话", "电话号码", "联系方式", "固话"),
    *(
        "地址",
        "身份证",
        "身份证号",
        "身份证号码",
        "证件号",
        "证件号码",
        "邮箱",
        "电子邮件",
        "电子邮箱",
        "银行卡号",
        "支付宝账号",
        "买家支付宝账户",
    ),
)
_ENGLISH = re.compile(
    r"name|(full|first|last|user|buyer|customer|client|member|receiver|recipient|consignee|contact) ?names?|nick ?names?"
    r"|(.* )?(phone|mobile|telephone|tel|cell ?phone)( ?(number|no\.?))?|(.* )?e-?mail( ?address)?"
    r"|((shipping|delivery|billing|street|home|postal|mailing|receiver|recipient) )?address(es)?"
    r"|receiver|recipient|consignee|(id|identity) ?(card|number)( ?(number|no\.?))?|passport( ?(number|no\.?))?"
)
_OF_GOODS = re.compile(r"商品|宝贝|货号|款号|sku|spu|item|product|goods", re.IGNORECASE)
_BRACKETED = re.compile(r"[(\[【（].*?[)\]】）]")
_PHONE = r"(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}"
_ID_CARD = r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"
_MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_PERSONAL = re.compile(rf"(?<![\d.]){_ID_CARD}(?!\d)|(?<![\d.]){_PHONE}(?![\d.])|{_MAIL}", re.ASCII)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def is_personal_header(header: str) -> bool:
    """Whether a column of this name holds what belongs to single persons: names, phones, addresses, identity numbers."""
    words = re.sub(r"[\s_]+", " ", unicodedata.normalize("NFKC", _BRACKETED.sub("", header))).strip()
    return words.replace(" ", "").upper().endswith(_ENDS) or bool(_ENGLISH.fullmatch(words.casefold()))


def is_of_goods(header: str) -> bool:
    """Whether a column is about goods, whose numbers may have the length of a phone's."""
    return bool(_OF_GOODS.search(header))


def is_personal(text: str) -> bool:
    """Whether a text has a phone number (mainland China), an identity number or an e-mail address in it."""
    return any(len(match) != 18 or not match[:17].isdigit() or _checks(match) for match in _PERSONAL.findall(_plain(text)))


def masked(text: str) -> str:
    """The text fit to be shown: without what is personal in it, on one line and short."""
    shown = _PERSONAL.sub("***", _plain(text)) if _PERSONAL.search(_plain(text)) else text
    line = " ".join(shown.split())
    return line if len(line) <= 24 else f"{line[:23]}…"


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _checks(number: str) -> bool:
    """Whether the last sign of an 18-digit identity number (GB 11643) is that of the digits before it."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return "10X98765432"[total % 11] == number[-1].upper()
