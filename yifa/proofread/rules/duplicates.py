"""Passages that stand twice (重复段落)."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Finding
from .base import Context

LEAST = 20  # code points in a repeated sentence that is worth a finding
LONG = 40
_ORDER = "一二三四五六七八九十是要（）()、.．0123456789 \u3000\t\xa0\n"


def check(context: Context) -> Iterator[Finding]:
    """Rule 33: a sentence or run of sentences that was pasted twice; neighbours are joined into one finding.

    Near copies (a few characters changed) are found by comparing sets of four-character pieces between paragraphs.
    """
    text = context.text
    seen: dict[str, tuple[int, int]] = {}
    runs: list[list[int]] = []  # start, end, first start, first end
    for start, end in context.sentences:
        if end - start < 7:
            continue
        sentence = text[start:end].strip(_ORDER)
        if len(sentence) < 7 or context.in_chrome(start):
            continue
        key = sentence.rstrip("。；;！!")
        earlier = seen.get(key)
        if earlier is None:
            seen[key] = (start, end)
        elif runs and start - runs[-1][1] <= 3 and earlier[0] - runs[-1][3] <= 3 and earlier[0] >= runs[-1][2]:
            runs[-1][1], runs[-1][3] = end, earlier[1]
        else:
            runs.append([start, end, earlier[0], earlier[1]])
    covered: list[tuple[int, int]] = []
    for start, end, first, _ in runs:
        while start < end and text[start] in _ORDER:
            start += 1
        if context.title and text[start:end].strip() == context.title:
            continue
        size = end - start
        if size < LEAST:
            continue
        covered.append((start, end))
        yield context.finding(
            "duplicate_passage", "error" if size >= LONG else "warning",
            f"这一段与第{context.document.line_of(first)}行重复（“{text[start:start + 20]}…”）。请删去一处，或改写为不同的内容。",
            start, end, "保留一处", "同一报告内不应有重复段落")
    yield from _near(context, covered)


def _near(context: Context, covered: list[tuple[int, int]]) -> Iterator[Finding]:
    """Paragraphs of which at least 80 % of the four-character pieces stand in one earlier paragraph."""
    text = context.text
    paragraphs: list[tuple[int, int]] = []
    for start, end in context.lines:
        if end - start >= 80:
            paragraphs.append((start, end))
    owner: dict[str, int] = {}
    for number, (start, end) in enumerate(paragraphs):
        total = shared = 0
        votes: dict[int, int] = {}
        # one piece in eight, taken at fixed marks of the text itself, so that the same words give the same pieces
        pieces = text[start:end].replace(",", "，").split("，")
        for piece in pieces:
            if len(piece) < 6:
                continue
            total += len(piece)
            first = owner.get(piece)
            if first is None:
                owner[piece] = number
            elif first != number:
                votes[first] = votes.get(first, 0) + len(piece)
                shared += len(piece)
        if total >= 70 and shared:
            best = max(votes, key=lambda item: votes[item])
            if votes[best] >= 0.8 * total and not any(a < end and start < b for a, b in covered):
                yield context.finding(
                    "duplicate_passage", "warning",
                    f"这一段与第{context.document.line_of(paragraphs[best][0])}行大部分相同。请删去一处，或改写为不同的内容。",
                    start, end, "保留一处", "同一报告内不应有重复段落")
