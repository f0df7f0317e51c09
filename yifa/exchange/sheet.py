"""Reading a spreadsheet as clerks make them: the right sheet, title rows above the headings, two-row headings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from yifa.exchange.columns import Column, Mapping, match_headings

MAX_HEADING_ROW = 12


class SheetError(ValueError):
    """A spreadsheet that cannot be read; the message says why and what to do."""


@dataclass(slots=True)
class Sheet:
    """The rows below the headings; ``first_row`` is the sheet's row number of the first of them (from 1)."""

    name: str
    mapping: Mapping
    headings: list[str]
    rows: list[list[Any]]
    first_row: int


def _text(value: Any) -> str:
    return "" if value is None or value == "" else str(value).strip()


def _two_rows(upper: list[Any], lower: list[Any]) -> list[str]:
    """Two-row headings: an empty lower cell takes the upper one; under a merged upper cell the lower one counts,
    and both joined are tried by the caller's names through the lower one."""
    found, last = [], ""
    for i in range(max(len(upper), len(lower))):
        up = _text(upper[i]) if i < len(upper) else ""
        low = _text(lower[i]) if i < len(lower) else ""
        last = up or last
        found.append(low or up)
    return found


def _joined(upper: list[Any], lower: list[Any]) -> list[str]:
    found, last = [], ""
    for i in range(max(len(upper), len(lower))):
        up = _text(upper[i]) if i < len(upper) else ""
        low = _text(lower[i]) if i < len(lower) else ""
        last = up or last
        found.append(f"{last}{low}" if low and last != low else low or up)
    return found


def _best_headings(rows: list[list[Any]], columns: list[Column]) -> tuple[Mapping, list[str], int] | None:
    """(mapping, headings, index of the first row of data) of the likeliest heading row or pair of rows."""
    best: tuple[float, Mapping, list[str], int] | None = None
    for i, row in enumerate(rows[:MAX_HEADING_ROW]):
        tries = [([_text(v) for v in row], i + 1)]
        if i + 1 < len(rows):
            tries += [(_two_rows(row, rows[i + 1]), i + 2), (_joined(row, rows[i + 1]), i + 2)]
        for headings, start in tries:
            m = match_headings(headings, columns)
            score = m.score - 0.1 * (start - i - 1) - 0.3 * len(m.unread)
            if m.places and (best is None or score > best[0]):
                best = (score, m, headings, start)
    return None if best is None else (best[1], best[2], best[3])


def open_workbook(path: Path) -> CalamineWorkbook:
    """Open xlsx, xls, xlsb or ods. Raises SheetError for what is none of them or is damaged."""
    try:
        return CalamineWorkbook.from_path(path)
    except FileNotFoundError:
        raise SheetError(f"找不到文件 {path}。请核对路径。") from None
    except PermissionError:
        raise SheetError(f"打不开 {path}：没有权限，或正被其他程序打开。请关闭后重试。") from None
    except (CalamineError, OSError, ValueError) as e:
        if path.suffix.lower() in (".csv", ".txt", ".et", ".doc", ".docx", ".pdf"):
            raise SheetError(f"{path.name} 不是可读的表格。请用 WPS 或 Excel 打开，另存为 .xlsx 后再导入。") from e
        raise SheetError(f"{path.name} 打不开，文件可能已损坏或有密码（{e}）。请用 WPS 打开并另存为 .xlsx。") from e


def read_sheet(path: Path, columns: list[Column], sheet: str | None = None) -> Sheet:
    """Read the sheet whose headings fit best (or the named one). Raises SheetError."""
    book = open_workbook(path)
    names = [sheet] if sheet else list(book.sheet_names)
    best: tuple[float, Sheet] | None = None
    for name in names:
        try:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        except (CalamineError, ValueError) as e:
            if sheet:
                raise SheetError(f"{path.name} 里没有工作表“{name}”。有：{'、'.join(book.sheet_names)}。") from e
            continue
        found = _best_headings(rows, columns)
        if found is None:
            continue
        mapping, headings, start = found
        if best is None or mapping.score > best[0]:
            best = (mapping.score, Sheet(name, mapping, headings, rows[start:], start + 1))
        if mapping.score >= len(columns) - 3:
            break
    if best is None or best[0] < 1:
        wanted = "、".join(c.name for c in columns if not c.meta)[:120]
        raise SheetError(f"{path.name} 里没有找到表头。表头应有：{wanted} 等。可用 yifa template 生成模板。")
    return best[1]
