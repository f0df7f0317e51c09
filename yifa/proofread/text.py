"""A text with its lines and sentences; offsets are code points, BOM removed, line ends as \\n (文本与行号)."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?")


def words(line: str) -> frozenset[str]:
    """The blank-separated words of ``line`` as a set, for the tables of this package."""
    return frozenset(line.split())


def normalize(text: str) -> str:
    """The text as all offsets count it: no BOM, every line end as ``\\n``."""
    if text.startswith("\ufeff"):
        text = text[1:]
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


@dataclass(slots=True)
class Document:
    """A report's text as read from a file, or given in memory."""

    text: str
    name: str = ""
    _starts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.text = normalize(self.text)
        starts = [0]
        position = self.text.find("\n")
        while position >= 0:
            starts.append(position + 1)
            position = self.text.find("\n", position + 1)
        self._starts = starts

    def line_of(self, offset: int) -> int:
        """The number of the line (from 1) that holds ``offset``."""
        return bisect_right(self._starts, offset)

    def lines(self) -> list[tuple[int, int]]:
        """Start and end (without the line end) of every line."""
        ends = [start - 1 for start in self._starts[1:]] + [len(self.text)]
        return list(zip(self._starts, ends, strict=True))

    def sentences(self) -> list[tuple[int, int]]:
        """Start and end of every sentence, its closing mark included."""
        return [match.span() for match in _SENTENCE.finditer(self.text)]
