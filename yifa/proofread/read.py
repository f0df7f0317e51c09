"""Reading a report from a file: txt, docx, html, pdf with text (读取文件)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .text import Document, words

SUFFIXES = (".txt", ".docx", ".html", ".htm", ".pdf", ".md")


class UnreadableFile(ValueError):
    """A file that cannot be read as a report; the message says in Chinese what is wrong and what to do."""


def read_document(source: str | Path | bytes, name: str = "") -> Document:
    """The text of a file or of its bytes.

    The kind is told by the content first and by the name's ending second. Raises :class:`UnreadableFile` for a file
    that is missing, empty, damaged, encrypted, only images, or in an unknown encoding.
    """
    if isinstance(source, bytes):
        data, name = source, name or "（未命名）"
    else:
        path = Path(source)
        name = name or str(path)
        try:
            data = path.read_bytes()
        except FileNotFoundError as error:
            raise UnreadableFile(f"找不到文件“{name}”。请检查路径和文件名。") from error
        except IsADirectoryError as error:
            raise UnreadableFile(f"“{name}”是文件夹，不是文件。请给出文件，或改用文件夹校对。") from error
        except OSError as error:
            raise UnreadableFile(f"读不了文件“{name}”：{error.strerror or error}。请检查权限，或看文件是否被占用。") from error
    if not data.strip():
        raise UnreadableFile(f"“{name}”是空文件。请检查是否传错了文件。")
    text = _reader(data, name)(data, name)
    if not text.strip():
        raise UnreadableFile(f"“{name}”里没有文字。请检查文件内容。")
    return Document(text, name)


def _reader(data: bytes, name: str) -> Callable[[bytes, str], str]:
    head = data[:1024].lstrip()
    ending = name.lower().rpartition(".")[2]
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return _docx
    if head.startswith(b"%PDF") or b"%PDF-" in data[:1024]:
        return _pdf
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(f"“{name}”是旧版 doc/wps 文件或加密的 Office 文件。请用 WPS 或 Word 另存为 docx（取消密码）后再校对。")
    if ending == "docx":
        raise UnreadableFile(f"“{name}”不是完好的 docx 文件。请用 WPS 或 Word 打开后另存一份再试。")
    if ending == "pdf":
        raise UnreadableFile(f"“{name}”不是完好的 pdf 文件。请重新导出后再试。")
    if head.startswith(b"{\\rtf"):
        raise UnreadableFile(f"“{name}”是 rtf 文件。请另存为 docx 或 txt 后再校对。")
    if data.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")):
        raise UnreadableFile(f"“{name}”是图片，没有文字可读。请提供带文字的文件，或先作文字识别。")
    if ending in ("html", "htm") or re.match(rb"(?is)(?:\xef\xbb\xbf)?\s*(?:<!doctype html|<html|<head|<body)", head):
        return _html
    return _txt


def decode(data: bytes, name: str) -> str:
    """Bytes as text: UTF-8, UTF-16 with mark or evident, else GB18030. Raises :class:`UnreadableFile`."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise UnreadableFile(f"“{name}”标明是 UTF-16 编码，但内容不完整。请重新保存为 UTF-8 文本。") from error
    try:
        text = data.decode("utf-8-sig")
        if "\x00" not in text:
            return text
    except UnicodeDecodeError:
        pass
    zeros = data[:4000].count(0)
    if zeros:
        for encoding in ("utf-16-le", "utf-16-be"):
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                continue
            if _chinese_share(text) > 0.3:
                return text
        raise UnreadableFile(f"“{name}”不是文本文件。请提供 txt、docx、html 或带文字的 pdf。")
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        for encoding in ("utf-16-le", "utf-16-be"):
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                continue
            if _chinese_share(text) > 0.5:
                return text
        raise UnreadableFile(f"“{name}”的编码认不出（不是 UTF-8、UTF-16 或 GB18030）。请用记事本另存为 UTF-8 后再试。") from error
    if _chinese_share(text) < 0.2 and not text.isascii():
        raise UnreadableFile(f"“{name}”按 GB18030 读出的不是中文，编码可能有误。请用记事本另存为 UTF-8 后再试。")
    return text


def _chinese_share(text: str) -> float:
    sample = text[:4000]
    visible = [char for char in sample if not char.isspace()]
    if not visible:
        return 0.0
    common = sum(1 for char in visible if "\u4e00" <= char <= "\u9fff" or char in "，。、；：（）《》“”" or (char.isascii() and char.isprintable()))
    return common / len(visible)


def _txt(data: bytes, name: str) -> str:
    return decode(data, name)


def _docx(data: bytes, name: str) -> str:
    import docx
    from docx.document import Document as Docx
    from docx.opc.exceptions import OpcError

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "word/document.xml" not in names:
                kind = "xlsx 表格" if "xl/workbook.xml" in names else "pptx 演示" if "ppt/presentation.xml" in names else "别的压缩包"
                raise UnreadableFile(f"“{name}”是{kind}，不是 docx 文档。请另存为 docx、txt 或 html。")
            if archive.getinfo("word/document.xml").file_size > 200_000_000:
                raise UnreadableFile(f"“{name}”展开后过大，不像一份报告。请检查文件。")
        opened: Docx = docx.Document(io.BytesIO(data))
        return "\n".join(_blocks(opened))
    except UnreadableFile:
        raise
    except (zipfile.BadZipFile, OpcError, KeyError, ValueError, EOFError, NotImplementedError, SyntaxError) as error:
        raise UnreadableFile(f"“{name}”已损坏，不是完好的 docx 文件。请用 WPS 或 Word 打开后另存一份再试。") from error
    except RuntimeError as error:
        raise UnreadableFile(f"“{name}”加了密码。请取消密码后再校对。") from error


def _blocks(opened: object) -> Iterator[str]:
    """Paragraphs and table rows in the order of the document; cells are parted by tabs."""
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    from .docx_numbers import Numbers

    numbers = Numbers(opened)
    for block in opened.iter_inner_content():  # type: ignore[attr-defined]
        if isinstance(block, Paragraph):
            yield numbers.label(block) + block.text if block.text.strip() else ""
        elif isinstance(block, Table):
            for row in block.rows:
                cells: list[str] = []
                previous = None
                for cell in row.cells:
                    if cell._tc is previous:
                        continue
                    previous = cell._tc
                    cells.append(" ".join(part.text.strip() for part in cell.paragraphs if part.text.strip()))
                yield "\t".join(cells)


def _html(data: bytes, name: str) -> str:
    from lxml import etree, html

    declared = re.search(rb"charset=[\"']?\s*([\w\-]+)", data[:4096])
    text = None
    if declared and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        encoding = declared.group(1).decode("ascii", "replace").lower()
        encoding = "gb18030" if encoding in ("gb2312", "gbk", "gb18030") else encoding
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            text = None
    if text is None:
        text = decode(data, name)
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        tree: Any = html.document_fromstring(text)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFile(f"“{name}”不是完好的网页文件。请在浏览器中打开后重新保存，或复制文字存为 txt。") from error
    for element in tree.xpath("//script|//style|//nav|//aside|//noscript|//template|//header[not(ancestor::article)]|//footer|//head|//comment()"
                              "|//select|//button|//form//input|//*[@hidden]"):
        parent = element.getparent()
        if parent is None:
            continue
        if element.tail:
            previous = element.getprevious()
            if previous is not None:
                previous.tail = (previous.tail or "") + element.tail
            else:
                parent.text = (parent.text or "") + element.tail
        parent.remove(element)
    pieces: list[str] = []
    _flow(tree, pieces)
    joined = "".join(pieces)
    lines = [re.sub(r"[ \u3000]+", " ", line).strip() if "\t" not in line else line.strip(" \n") for line in joined.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


_BLOCK = words(
    "address article aside blockquote body caption center dd div dl dt fieldset figure h1 h2 h3 h4 h5 h6 hr li main ol p pre section"
    " table tbody tfoot thead title tr ul")


_ROWS = frozenset(["tr", "tbody", "thead", "tfoot"])


def _at_line_start(pieces: list[str]) -> bool:
    """Whether the text so far ends with a line end: the rows of a table follow one another without blank lines."""
    return next((piece.endswith("\n") for piece in reversed(pieces) if piece), True)


def _flow(element: object, pieces: list[str]) -> None:
    """The text of a tree as a browser would lay it out: blocks on lines of their own, table cells parted by tabs."""
    tag = element.tag if isinstance(element.tag, str) else ""  # type: ignore[attr-defined]
    block = tag in _BLOCK
    if block and not (tag in _ROWS and _at_line_start(pieces)):
        pieces.append("\n")
    if tag == "br":
        pieces.append("\n")
    if tag:
        text = element.text  # type: ignore[attr-defined]
        if text:
            pieces.append(text if tag == "pre" else re.sub(r"[\s]*\n[\s]*|\t", "", text).replace("\r", ""))
        for child in element:  # type: ignore[attr-defined]
            _flow(child, pieces)
            if child.tail:
                pieces.append(re.sub(r"[\s]*\n[\s]*|\t", "", child.tail))
    if tag in ("td", "th"):
        pieces.append("\t")
    if block and not (tag in _ROWS and _at_line_start(pieces)):
        pieces.append("\n")


def _pdf(data: bytes, name: str) -> str:
    import logging

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableFile(f"“{name}”加了密码。请取消密码后再校对。")
        pages = [page.extract_text() or "" for page in reader.pages]
    except UnreadableFile:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OSError, NotImplementedError) as error:
        raise UnreadableFile(f"“{name}”已损坏，不是完好的 pdf 文件。请重新导出后再试。") from error
    if sum(len(page.strip()) for page in pages) < 10 * max(1, len(pages)):
        raise UnreadableFile(f"“{name}”里只有图片，没有文字。请提供带文字的 pdf 或 docx，或先作文字识别。")
    return join_lines("\n".join(pages))


_PAGE_NUMBER = re.compile(r"^\s*(?:[-—–]\s*\d{1,3}\s*[-—–]|\d{1,3}|第\s*\d{1,3}\s*页.{0,10})\s*$")
_STARTS = re.compile(r"^\s*(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.、．]|第[一二三四五六七八九十]+[章节部])")


_LOOSE = re.compile(r"(?<![^\s\u3000])([\u4e00-\u9fff，。；：、）》”]) (?=[\u4e00-\u9fff（《“，。；：、）》”])|"
                    r"(?<=[\u4e00-\u9fff，。；：、（《“]) (?=[\u4e00-\u9fff](?: |$)|[，。；：、）》”\d])|(?<=[\d%％]) (?=[\u4e00-\u9fff%％，。；、])")


_APART = re.compile(r"(?<![\d.])(?:20|2 0)[ ]?\d[ ]?\d(?= ?年)")  # 2 0 2 3 年


def _close_up(line: str) -> str:
    """Blanks that a page layout put between the characters of words (法 治 政 府, 共 12 件) are taken out; words that
    stand apart, as in a table's row, stay so."""
    if " " not in line:
        return line
    line = _APART.sub(lambda match: match.group().replace(" ", ""), line)
    previous = None
    while previous != line:
        previous, line = line, _LOOSE.sub(r"\1", line)
    return line


def join_lines(text: str) -> str:
    """Lines that a page layout broke are joined again: a full line that ends without a closing mark goes on in the next."""
    lines = [_close_up(line.rstrip()) for line in text.split("\n")]
    lines = [line for line in lines if not _PAGE_NUMBER.match(line)]
    widths = sorted(len(line.strip()) for line in lines if line.strip())
    if not widths:
        return text
    full = widths[int(len(widths) * 0.75)] - 4
    out: list[str] = []
    width = 0
    for line in lines:
        words = line.strip()
        if out and words and out[-1] and width >= full and out[-1][-1] not in "。！？" and not _STARTS.match(line):
            out[-1] += words
        else:
            out.append(words)
        width = len(words)
    return "\n".join(out)
