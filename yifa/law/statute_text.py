"""Texts of legal instruments (法规文本) from Markdown files: articles by number, outline, and which version it is.

A file holds a title heading, lines on adoption and amendment, the mark ``<!-- INFO END -->``, headings of 编, 章 and 节, and
paragraphs that begin with 第N条. A code may be a folder with one file per book (民法典). Pure parsing: storing the texts of
an installation is somebody else's work.
"""
from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from yifa.law.numerals import article_number
from yifa.law.statute_titles import normalise_title
from yifa.law.statutes import Statute, StatuteBook, StatuteVersion

INFO_END = "<!-- INFO END -->"
_ARTICLE = re.compile(r"^\s*(?:\*\*)?第([一二三四五六七八九十百千零〇\d]+)条(?:\*\*)?(之[一二三四五六七八九十]+)?(?=[\s\u3000【（(：:]|$)[\s\u3000]*")
_ARTICLE_TIGHT = re.compile(r"^\s*第([一二三四五六七八九十百千零〇]+)条(之[一二三四五六七八九十]+)?\s*(?![、，。和及至的规款第所])")
_HEADING = re.compile(r"^(#{1,6})\s*(.*?)\s*$")
_FILE_DATE = re.compile(r"[（(](\d{4})-(\d{2})-(\d{2})[）)]$")
_DATED_LINE = re.compile(r"^\s*(\d{4})年(\d{1,2})月(\d{1,2})日\s*(.*)$")
_APPENDED = re.compile(r"^(?:附[件录：:\s]|附$)|(?:全国人民代表大会.{0,8}关于.+的决[定议])$|修正案")
_FORMAT = 1


class StatuteTextError(ValueError):
    """A statute file cannot be read; the message says in Chinese what is wrong and what to do."""


class Problem(NamedTuple):
    """A file that could not be read as a statute text (导入问题)."""

    path: str
    message: str


@dataclass(frozen=True)
class OutlineEntry:
    """A heading (编章节) with its depth (1 = highest) and the first article under it, if any."""

    level: int
    heading: str
    article: int | None


@dataclass(frozen=True)
class StatuteText:
    """Text of one version of an instrument. ``articles``: number -> text, paragraphs (款) parted by a line feed;
    an inserted article (第一百二十条之一) stands in ``inserted`` under its written number."""

    title: str
    adopted_on: date | None
    articles: dict[int, str]
    outline: tuple[OutlineEntry, ...] = ()
    preamble: tuple[str, ...] = ()
    inserted: dict[str, str] = field(default_factory=dict)
    appendix: str = ""
    body: str = ""
    sources: tuple[str, ...] = ()

    @property
    def highest_article(self) -> int | None:
        """Highest article number (最高条号), ``None`` for a text that is not divided into articles."""
        return max(self.articles) if self.articles else None

    @property
    def gaps(self) -> tuple[int, ...]:
        """Article numbers that are missing between 1 and the highest."""
        return tuple(n for n in range(1, (self.highest_article or 0) + 1) if n not in self.articles)

    def article(self, number: int, paragraph: int | None = None) -> str | None:
        """Text of an article, or of one paragraph (款) of it, counted as the law counts: list items do not count."""
        text = self.articles.get(number)
        if text is None or paragraph is None:
            return text
        paragraphs: list[str] = []
        for line in text.split("\n"):
            if paragraphs and re.match(r"^[（(][一二三四五六七八九十]+[）)]", line):
                paragraphs[-1] += "\n" + line
            else:
                paragraphs.append(line)
        return paragraphs[paragraph - 1] if 0 < paragraph <= len(paragraphs) else None

    def to_json(self) -> str:
        """The text as JSON, keys sorted, for storage."""
        return json.dumps({
            "format": _FORMAT, "title": self.title, "adopted_on": self.adopted_on.isoformat() if self.adopted_on else None,
            "articles": {str(n): t for n, t in self.articles.items()}, "inserted": self.inserted,
            "outline": [[e.level, e.heading, e.article] for e in self.outline], "preamble": list(self.preamble),
            "appendix": self.appendix, "body": self.body, "sources": list(self.sources),
        }, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> StatuteText:
        """The inverse of :meth:`to_json`. Raises :class:`StatuteTextError` for anything else."""
        try:
            data = json.loads(text)
            if data["format"] != _FORMAT:
                raise StatuteTextError(f"法规文本的存储格式 {data['format']} 不认识，请用同一版本的程序读取")
            return cls(
                title=data["title"], adopted_on=date.fromisoformat(data["adopted_on"]) if data["adopted_on"] else None,
                articles={int(n): t for n, t in data["articles"].items()}, inserted=data["inserted"],
                outline=tuple(OutlineEntry(*e) for e in data["outline"]), preamble=tuple(data["preamble"]),
                appendix=data["appendix"], body=data["body"], sources=tuple(data["sources"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            if isinstance(error, StatuteTextError):
                raise
            raise StatuteTextError(f"不是法规文本的存储内容：{error}") from error


class VersionMatch(NamedTuple):
    """Which instrument and version a text is; ``note`` is a Chinese remark when something does not fit."""

    statute: Statute | None
    version: StatuteVersion | None
    note: str


def parse_text(content: str, name: str) -> StatuteText:
    """Parse the Markdown of one statute. ``name`` is the file name (标题(通过日期).md).

    Raises :class:`StatuteTextError` if there is no title heading, no end mark of the preamble, or neither articles nor text.
    """
    content = content.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if INFO_END not in content:
        raise StatuteTextError(f"{name}：没有找到题注结束标记“{INFO_END}”，请按法规文本的格式整理后再导入")
    head, body = content.split(INFO_END, 1)
    lines = [line.strip() for line in head.splitlines() if line.strip()]
    if not lines or not lines[0].startswith("# "):
        raise StatuteTextError(f"{name}：第一行应为“# 标题”")
    parser = _Body()
    parser.read(body)
    if not parser.articles and not body.strip():
        raise StatuteTextError(f"{name}：题注之后没有正文")
    return StatuteText(
        title=lines[0][2:].strip(), adopted_on=_adopted(name, lines[1:]),
        articles={n: "\n".join(p) for n, p in parser.articles.items()}, outline=tuple(parser.outline),
        preamble=tuple(lines[1:]), inserted={n: "\n".join(p) for n, p in parser.inserted.items()},
        appendix="\n".join(parser.appendix).strip(), body="" if parser.articles else body.strip(), sources=(name,),
    )


class _Body:
    """Reads the part after the preamble line by line."""

    def __init__(self) -> None:
        self.articles: dict[int, list[str]] = {}
        self.inserted: dict[str, list[str]] = {}
        self.outline: list[OutlineEntry] = []
        self.appendix: list[str] = []
        self._current: list[str] | None = None
        self._in_appendix = False
        self._last = 0

    def read(self, body: str) -> None:
        for raw in body.split("\n"):
            line = raw.strip("\u3000 \t")
            if line:
                self._line(line)

    def _line(self, line: str) -> None:
        heading = _HEADING.match(line)
        if heading:
            self._heading(len(heading.group(1)), re.sub(r"[\s\u3000]+", " ", heading.group(2)))
        elif self._in_appendix:
            self.appendix.append(line)
        elif not self._article(line) and self._current is not None:
            self._current.append(line)
        # text between a heading and the first article (a preamble of a constitution) belongs to no article

    def _heading(self, level: int, text: str) -> None:
        if not text:
            return
        if self.articles and _APPENDED.search(text):
            self._in_appendix = True
        if self._in_appendix:
            self.appendix.append(text)
            return
        self._current = None
        self.outline.append(OutlineEntry(max(1, level - 1), text, None))

    def _article(self, line: str) -> bool:
        match = _ARTICLE.match(line) or _ARTICLE_TIGHT.match(line)
        number = article_number(match.group(1)) if match else None
        if match is None or number is None:
            return False
        rest = line[match.end():].strip()
        paragraphs = [rest] if rest else []
        if match.group(2):
            self.inserted[f"{number}{match.group(2)}"] = paragraphs
        elif number in self.articles or number < self._last:
            self._in_appendix = True  # articles that start anew are those of an appended decision
            self.appendix.append(line)
            return True
        else:
            self.articles[number] = paragraphs
            self._last = number
            self._place(number)
        self._current = paragraphs
        return True

    def _place(self, number: int) -> None:
        for index in range(len(self.outline) - 1, -1, -1):
            entry = self.outline[index]
            if entry.article is not None:
                break
            self.outline[index] = OutlineEntry(entry.level, entry.heading, number)


def _adopted(name: str, preamble: list[str]) -> date | None:
    """Day of adoption from the file name; without one, the last dated line of adoption or amendment."""
    match = _FILE_DATE.search(Path(name).stem)
    if match:
        try:
            return date(int(match.group(1)), int(match.group(2)), int(match.group(3)))
        except ValueError as error:
            raise StatuteTextError(f"{name}：文件名中的日期不存在") from error
    last = None
    for line in preamble:
        dated = _DATED_LINE.match(line)
        if dated and not dated.group(4).startswith("施行"):
            last = date(int(dated.group(1)), int(dated.group(2)), int(dated.group(3)))
    return last


def merge_parts(parts: list[StatuteText]) -> StatuteText:
    """One text of the parts of a code that lies in several files (编), in the order of their articles.

    Raises :class:`StatuteTextError` when two parts hold the same article.
    """
    parts = sorted(parts, key=lambda p: min(p.articles) if p.articles else 0)
    articles: dict[int, str] = {}
    outline: list[OutlineEntry] = []
    for part in parts:
        double = articles.keys() & part.articles.keys()
        if double:
            raise StatuteTextError(f"《{part.title}》的几个文件都有第{min(double)}条，请只保留一份")
        articles.update(part.articles)
        name = next((line[2:].strip() for line in part.preamble if line.startswith("# ")), Path(part.sources[0]).stem)
        outline.append(OutlineEntry(1, name, min(part.articles) if part.articles else None))
        outline += [OutlineEntry(e.level + 1, e.heading, e.article) for e in part.outline]
    first = parts[0]
    return StatuteText(
        title=first.title, adopted_on=first.adopted_on, articles=articles, outline=tuple(outline),
        preamble=tuple(line for line in first.preamble if not line.startswith("#")),
        sources=tuple(s for p in parts for s in p.sources),
    )


def match_version(text: StatuteText, book: StatuteBook) -> VersionMatch:
    """The instrument and version that ``text`` is, by title and day of adoption; unknown ones are reported, not refused."""
    found = book.resolve(text.title)
    if found is None:
        return VersionMatch(None, None, f"《{text.title}》未在法规库登记")
    statute = found.statute
    for version in statute.versions:
        if text.adopted_on and text.adopted_on in (version.adopted, version.promulgated):
            return VersionMatch(statute, version, _compare(text, statute, version))
    if text.adopted_on:
        near = [v for v in statute.versions if _is_near(v, text.adopted_on)]
        if len(near) == 1:
            return VersionMatch(statute, near[0], _compare(text, statute, near[0]))
    day = text.adopted_on.isoformat() if text.adopted_on else "日期不明"
    return VersionMatch(statute, None, f"《{statute.key}》{day}的版本未在法规库登记")


def _is_near(version: StatuteVersion, day: date) -> bool:
    """Files are named by adoption or by promulgation, sometimes a few days off; versions lie months apart."""
    return any(abs((known - day).days) <= 7 for known in (version.adopted, version.promulgated) if known)


def _compare(text: StatuteText, statute: Statute, version: StatuteVersion) -> str:
    highest = text.highest_article
    if version.articles is not None and highest is not None and version.articles != highest:
        return f"《{statute.key}》法规库登记共{version.articles}条，文件止于第{highest}条，请核对"
    if text.gaps:
        return f"《{statute.key}》文件缺第{text.gaps[0]}条" + ("等" if len(text.gaps) > 1 else "")
    return ""


def read_file(path: Path) -> StatuteText:
    """Read and parse one file. Raises :class:`StatuteTextError` (wrong encoding, wrong form) or ``OSError``."""
    data = path.read_bytes()
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StatuteTextError(
            f"{path.name}：不是 UTF-8 编码（第 {error.start + 1} 个字节起无法识别），请另存为 UTF-8 后再导入") from error
    return parse_text(content, path.name)


def read_folder(folder: Path) -> Iterator[StatuteText | Problem]:
    """Every statute below ``folder``, or a :class:`Problem` for a file that cannot be read as one.

    A folder in which all files carry the same title is one code in several files. README.md and files whose name
    begins with ``_`` are not statutes.
    """
    if not folder.is_dir():
        yield Problem(str(folder), f"没有这个文件夹：{folder}")
        return
    for directory in [folder, *sorted(p for p in folder.rglob("*") if p.is_dir())]:
        texts: list[StatuteText] = []
        for path in sorted(directory.glob("*.md")):
            if path.name.startswith("_") or path.name.lower() == "readme.md":
                continue
            try:
                texts.append(read_file(path))
            except (StatuteTextError, OSError) as error:
                yield Problem(str(path.relative_to(folder)), str(error))
        yield from _joined(texts, directory.relative_to(folder))


def _joined(texts: list[StatuteText], where: Path) -> Iterator[StatuteText | Problem]:
    by_version: dict[tuple[str, date | None], list[StatuteText]] = {}
    for text in texts:
        by_version.setdefault((normalise_title(text.title), text.adopted_on), []).append(text)
    for parts in by_version.values():
        try:
            yield parts[0] if len(parts) == 1 else merge_parts(parts)
        except StatuteTextError as error:
            yield Problem(str(where), str(error))
