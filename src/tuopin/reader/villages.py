"""The townships and villages that a text names."""

import re
from collections.abc import Iterator

_NO_VILLAGE = re.compile(
    r"^(?:[全各该本我每这那]|[0-9一二两三四五六七八九十百几多]+(?:个|多个)?$)"
    r"|(?:贫困|行政|自然|建制|重点|示范|脱贫|乡|农|个|所|县|省|市|空壳|美丽|新|旅游|特色|试点|们|为|有|深度|非|边境|民族|老|山|城|级"
    r"|包|驻|联|进|帮|入|扶|出列|全|各|每|下|多|少|传统|先进|文明|中心|边远|偏远|富裕|薄弱|后进|搬迁|移民|安置)$"
)
_BREAK = frozenset(
    "的在是和与及、，。；：“”（）()到了从把被将向对为等个位名户其由当至于来自走进处离0123456789\n 　村镇乡县市区州旗"
)


def find_villages(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """The names of townships and villages between two offsets, with their spans."""
    for found in re.finditer("街道|苏木|嘎查|社区|乡|镇|村", text[start:end]):
        stop = start + found.end()
        begin = start + found.start()
        if text[stop - 1] == "乡" and text[stop : stop + 1] in ("村", "镇"):
            continue
        while begin > start and begin > stop - 9 and text[begin - 1] not in _BREAK:
            begin -= 1
        name = text[begin:stop]
        if len(name) - len(found[0]) >= 1 and not _NO_VILLAGE.match(name[: -len(found[0])]):
            yield begin, stop, name
