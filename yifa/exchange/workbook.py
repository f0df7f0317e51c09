"""Opening spreadsheets (xlsx, xls, xlsb, ods) safely, and writing files whole or not at all."""

from __future__ import annotations

import contextlib
import io
import os
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from yifa.records.acts import LedgerError

_FAR_COLUMN = re.compile(rb"r=[\"']([A-Z]{3})\d")
_WIDE_COLUMN = re.compile(rb"r=[\"']([A-Z]{2})\d")
_FAR_ROW = re.compile(rb"<(?:\w+:)?row[^>]{0,80}?r=[\"'](\d{5,})[\"']")
_MOST_CELLS = 30_000_000
_MOST_BYTES = 1_500_000_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class SheetError(LedgerError):
    """A spreadsheet that cannot be read or written; the message says why and what to do."""


def read_bytes(path: Path) -> bytes:
    """The file's bytes, read once: what is checked is what is imported. Raises SheetError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise SheetError(f"找不到文件 {path}。请核对路径。") from None
    except IsADirectoryError:
        raise SheetError(f"{path} 是文件夹，不是表格。请写到文件。") from None
    except PermissionError:
        if path.is_dir():
            raise SheetError(f"{path} 是文件夹，不是表格。请写到文件。") from None
        raise SheetError(f"打不开 {path}：没有权限，或正被其他程序打开。请关闭后重试。") from None
    except OSError as e:
        raise SheetError(f"{path} 读不出来（{e.strerror or e}）。请检查磁盘后重试。") from None


def open_workbook(name: str, content: bytes) -> CalamineWorkbook:
    """Open the bytes of a spreadsheet. Raises SheetError for what is none, is damaged, locked or far too large."""
    if not content:
        raise SheetError(f"{name} 是空文件（0 字节）。请重新导出或另存后再导入。")
    if content[:2] == b"PK":
        _guard(name, content)
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError:
        raise SheetError(f"{name} 有打开密码。请用 WPS 打开，去掉密码后另存为 .xlsx，再导入。") from None
    except Exception as e:
        raise SheetError(_why(name, content)) from e
    except BaseException as e:
        if type(e).__module__ != "pyo3_runtime":
            raise
        raise SheetError(_why(name, content)) from e


def _why(name: str, content: bytes) -> str:
    if content[:8] == _OLE and "EncryptedPackage".encode("utf-16-le") in content:
        return f"{name} 有打开密码。请用 WPS 打开，去掉密码后另存为 .xlsx，再导入。"
    if content[:2] == b"PK" or content[:8] == _OLE:
        return f"{name} 打不开，文件已损坏、不完整，或不是表格。请用 WPS 打开并另存为 .xlsx 后再导入。"
    return f"{name} 不是表格文件（可能只是改了后缀名）。请用 WPS 或 Excel 打开，另存为 .xlsx 后再导入。"


def _guard(name: str, content: bytes) -> None:
    """Refuse what would not fit into memory: the reader keeps every cell between the first and the last filled one,
    so a single blank in a far corner is enough."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as z:
            entries = z.infolist()
            if sum(e.file_size for e in entries) > _MOST_BYTES:
                raise SheetError(f"{name} 展开后超过 1.5 GB，不能导入。请分成几个文件。")
            for e in entries:
                if e.filename.startswith("xl/worksheets/") and e.filename.endswith(".xml"):
                    _guard_sheet(name, z.read(e))
    except SheetError:
        raise
    except Exception as e:  # a damaged archive fails in many ways, all with the same remedy
        raise SheetError(_why(name, content)) from e


def _guard_sheet(name: str, xml: bytes) -> None:
    far = _FAR_COLUMN.search(xml)
    if far:
        raise SheetError(f"{name} 在很远的 {far[1].decode()} 列还有内容，共一千多列以上，不像台账。请删去右边多余的列，"
                         "或把有用的部分复制到新表格后再导入。")  # fmt: skip
    rows = max((int(m) for m in _FAR_ROW.findall(xml)), default=99_999)
    wide = _WIDE_COLUMN.findall(xml) if rows >= 99_999 and _WIDE_COLUMN.search(xml) else []
    columns = max((26 * (c[0] - 64) + c[1] - 64 for c in set(wide)), default=26)
    if rows * columns > _MOST_CELLS and rows > 99_999:
        raise SheetError(f"{name} 写到了第 {rows} 行，范围太大。请删去下面多余的行，或分成几个文件后再导入。")


def rows_of(book: CalamineWorkbook, sheet: str) -> tuple[list[list[Any]], list[tuple[tuple[int, int], tuple[int, int]]]]:
    """The cells of a sheet from A1 on, and its merged ranges. Raises SheetError for a damaged sheet."""
    try:
        found = book.get_sheet_by_name(sheet)
        return found.to_python(skip_empty_area=False), found.merged_cell_ranges or []
    except (CalamineError, ValueError, OSError) as e:
        raise SheetError(f"工作表“{sheet}”读不出来，文件可能已损坏。请用 WPS 打开并另存为 .xlsx 后再导入。") from e
    except BaseException as e:
        if type(e).__module__ != "pyo3_runtime":
            raise
        raise SheetError(f"工作表“{sheet}”读不出来，文件已损坏。请用 WPS 打开并另存为 .xlsx 后再导入。") from e


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A name to write to; the file takes its place only when all was written. Raises SheetError."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(3).hex()}.tmp")
    try:
        yield beside
        beside.replace(path)
    except (xlsxwriter.exceptions.XlsxWriterException, OSError) as e:
        full = getattr(e, "errno", None) == 28 or "No space" in str(e)
        why = "磁盘空间不足" if full else f"没有权限、文件夹不存在，或文件正被打开（{getattr(e, 'strerror', None) or e}）"
        raise SheetError(f"写不了 {path}：{why}。没有留下不完整的文件；请处理后重试。") from e
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()
