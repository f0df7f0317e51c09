"""Refuses what carries a security marking (密级): this system must not hold state secrets (保守国家秘密法 57).

A marking is level, star, term (机密★5年). Words such as 商业秘密 in running text, or a title 保密法宣传, are none.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import BinaryIO

REFUSAL = "不得录入涉密信息：{where}有密级标志“{marking}”。涉密文件请按保密规定另行管理；确非涉密的，去掉误标后再上传"
HEAD_BYTES = 65536
_FIRST_PAGE = 1500
_DOCX_LIMIT = 4 << 20

_STARRED = re.compile(r"(绝\s*密|机\s*密|秘\s*密)\s*[★☆＊*]")
_ALONE = re.compile(
    r"^\W*(绝\s*密|机\s*密|秘\s*密)(级|件|文件)?\W*([0-9０-９一二三四五六七八九十]+\s*(年|个月|月)|长期)?\W*$",
    re.MULTILINE,
)
_IN_NAME = re.compile(r"(?:^|[\W_])((?:绝密|机密|秘密)(?:级|件|文件)?)(?:\d+年)?(?=[\W_]|$)")
_PARAGRAPH = re.compile(r"<w:p[ >].*?</w:p>", re.DOTALL)
_TEXT = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>")


class MarkedSecret(ValueError):
    """The file carries a security marking; the message says where and what to do."""


def refuse_marked(name: str, source: BinaryIO) -> None:
    """Raises :class:`MarkedSecret` when the name, or the first page of a text or docx, carries a marking.

    ``source`` must be seekable and is left at its start. A scan or picture cannot be read: there the name alone counts.
    """
    found = _STARRED.search(name) or _IN_NAME.search(name)
    if found:
        raise MarkedSecret(REFUSAL.format(where=f"文件名《{name}》", marking=found.group(1)))
    page = first_page(source)
    starred, alone = _STARRED.search(page), _ALONE.search(page)
    hit = starred or alone
    if hit:
        raise MarkedSecret(REFUSAL.format(where=f"《{name}》首页", marking=hit.group(0).strip()))


def first_page(source: BinaryIO) -> str:
    """About the first page of a text or docx file as text, empty for anything else; leaves ``source`` at its start."""
    source.seek(0)
    head = source.read(HEAD_BYTES)
    source.seek(0)
    if head.startswith(b"PK\x03\x04"):
        text = _docx(source)
        source.seek(0)
        return text
    return _plain(head)


def _plain(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", errors="ignore")[:_FIRST_PAGE]
    if b"\0" in head:
        return ""
    try:
        return io.TextIOWrapper(io.BytesIO(head), "utf-8-sig").read()[:_FIRST_PAGE]
    except UnicodeDecodeError as error:
        # A cut in the middle of the last character is not another encoding.
        encoding = "utf-8-sig" if error.start > len(head) - 4 and len(head) == HEAD_BYTES else "gb18030"
        return head.decode(encoding, errors="ignore")[:_FIRST_PAGE]


def _docx(source: BinaryIO) -> str:
    lines: list[str] = []
    try:
        with zipfile.ZipFile(source) as archive:
            names = [n for n in archive.namelist() if re.fullmatch(r"word/(header\d*|document)\.xml", n)]
            for name in sorted(names, key=lambda n: n.endswith("document.xml")):
                with archive.open(name) as part:
                    xml = part.read(_DOCX_LIMIT).decode("utf-8", errors="ignore")
                size = 0
                for paragraph in _PARAGRAPH.findall(xml):
                    line = "".join(_TEXT.findall(paragraph))
                    lines.append(line)
                    size += len(line)
                    if size > _FIRST_PAGE:
                        break
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError):
        return "\n".join(lines)  # not a readable docx: what it is, is for others to say
    return "\n".join(lines)
