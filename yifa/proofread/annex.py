"""The annex that Yifa's own reports carry (附件：报告数据一览表): evidence beside the report, not its text.

It names every figure once more with its definition, count and digest. Read as text it would double every figure and
quote register names like titles of laws, so proofreading ends where it begins, whatever file the report came from.
"""

from __future__ import annotations

import re

NAME = "报告数据一览表"
HEADS = ("序号", "指标", "数值", "口径", "记录数", "记录摘要（SM3）")

_BLANK = r"[\s|]*"
_START = re.compile(
    rf"^[ \t\u3000]*(?:附件[：:]?\s*)?{NAME}(?:(?!{NAME})[\s\S]){{0,400}}?"
    + _BLANK.join(_BLANK.join(map(re.escape, head)) for head in HEADS),
    re.MULTILINE,
)


def end_of_report(text: str) -> int:
    """Where the annex of figures begins, or the length of the text; the annex is known by its title and column heads."""
    if NAME not in text:
        return len(text)
    found = _START.search(text)
    return found.start() if found else len(text)
