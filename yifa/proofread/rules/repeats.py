"""The same figure stated twice with different values (前后数字不一致)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import Figure, Finding
from ..text import words
from .base import Context

_STOCK = words("个 名 人 支 处 家 户 台 辆 座 所")
_PART = re.compile(r"其中|新增|增加|新建|新聘|第[一二三四]|月|上半年|下半年|季度|去年|上年|同期|每|各|分别|另|专职|兼职|专项|重点|参加|培训")

_CENSUS = re.compile(r"现有|共有|全镇|全乡|辖")


def check(context: Context) -> Iterator[Finding]:
    """Rule 8: what there is of a thing (调委会, 调解员, 行政村) is one number in one report."""
    seen: dict[tuple[str, str], Figure] = {}
    for figure in context.figures:
        if figure.unit not in _STOCK or figure.approx is not None or context.in_plans(figure.number_start):
            continue
        noun = re.sub(r"^(?:现有|共有|全镇|全乡|辖区|建立|建成|设立|组建|发展|培育|配备|拥有|聘请|选聘|成立|共|了|有|我镇|的)+", "", figure.subject)
        noun = noun.strip("“”\" ")
        lead = context.text[max(figure.clause_start, figure.start - 12):figure.number_start]
        if len(noun) < 3 or _PART.search(lead) or not re.fullmatch(r"[\u4e00-\u9fff（）()]+", noun):
            continue
        if figure.indicator is None and not _CENSUS.search(lead):
            continue
        key = (noun, figure.unit)
        first = seen.setdefault(key, figure)
        if first.value != figure.value:
            yield context.finding("figure_conflict", "warning",
                                  f"“{noun}”前面（第{first.line}行）写{first.value}{first.unit}，这里写{figure.value}{figure.unit}。请核对哪个对。",
                                  figure.start, figure.end, "统一为台账上的数字", "同一数字前后应当一致")
