"""Another town's name left from a copied text (他镇名称)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import Finding
from .base import Context

_ACTS = re.compile(r"[镇乡道](?=党委|人民政府|政府|党工委|办事处|始终|坚持|认真|高度重视|紧紧围绕|深入学习)")
_BEFORE = frozenset("，。；、：,;:\n \u3000“（(")
_OPENS = re.compile(r"(?:^|[。\n；;] ?|\u3000|年(?:度|来|以来)?[，,])$")
_VERBS = re.compile(
    r"提高|提升|组织|成立|坚持|通过|推动|加强|完善|落实|促进|确保|增强|明确|规范|强化|督促|围绕|按照|根据|经|由|以|与|和|同|在|对|向|将|把|为|按|从|等|协助|配合|"
    r"召开|建立|健全|开展|实行|推进|充分|切实|进一步|各"
)
_COMMON = re.compile(r"^[我本全各该乡村城集两县区市原中省]|^中共|[镇乡村]$|[我本各全年来月日]$")


def check(context: Context) -> Iterator[Finding]:
    """Rule 36: a town other than the one that reports acts in the text, at the head of a clause and in its own name."""
    own = context.organization
    if own is None:
        return
    text = context.text
    seen: set[str] = set()
    for match in _ACTS.finditer(text):
        end = match.end()
        start = end - 1
        while start > 0 and end - start < 6 and text[start - 1] not in _BEFORE:
            start -= 1
        name = text[start:end]
        whole = start == 0 or text[start - 1] in _BEFORE
        if not whole or not _OPENS.search(text, max(0, start - 4), start) or _VERBS.match(name) or not 3 <= len(name) <= 4 or _COMMON.search(name[:-1]) or name in seen:
            continue
        if own.endswith(name) or (name[-2:] == "街道" and own.endswith(name[-4:])) or context.in_chrome(start):
            continue
        seen.add(name)
        yield context.finding("other_town", "warning", f"报告单位是{own}，这里却写{name}，疑为套用他镇文稿。请核对。", start, end,
                              f"改为{own}，或删去", "报告应当写本单位的工作")
