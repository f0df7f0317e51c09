"""Junk in the text: page chrome, software remains, placeholders, lost characters (混入的杂质)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..chrome import junk
from ..model import Finding
from .base import Context

_DOUBLED = re.compile(r"[，、；：。][，、；：。]+")
_UNFILLED = ("没有填写的占位符", "待填的占位文字", "排版用的占位文字", "模板变量没有替换")


def check(context: Context) -> Iterator[Finding]:
    """Rule 35: what a reader should never see in a published report."""
    for item in context.chrome:
        yield context.finding("junk_text", "warning", f"{item.why}，请删去。", item.start, item.end, "删去",
                              "公开的报告只应有报告本身的文字")
    for item in junk(context.text):
        if context.in_chrome(item.start):
            continue
        todo = "请填写或删去" if item.why in _UNFILLED else "请对照原稿补正" if "丢失" in item.why or "略" in item.why else "请删去"
        yield context.finding("junk_text", "warning", f"{item.why}，{todo}。", item.start, item.end, todo.removeprefix("请"),
                              "公开的报告只应有报告本身的文字")
    for match in _DOUBLED.finditer(context.text):
        if not context.in_chrome(match.start()) and match.group() not in ("。。。", "。。。。。。"):
            yield context.finding("doubled_punctuation", "info", f"标点“{match.group()}”连用，请保留一个。", match.start(),
                                  match.end(), "保留一个标点", "GB/T 15834 标点符号用法")
