"""Titles of legal instruments (法规名称): one written form for comparing, edition marks, likeness."""
from __future__ import annotations

import re
from functools import lru_cache

_BRACKETS = str.maketrans({
    "（": "(", "）": ")", "［": "(", "］": ")", "〔": "(", "〕": ")", "[": "(", "]": ")", "【": "(", "】": ")",
    "－": "-", "—": "-", "–": "-", "―": "-", "‐": "-", "‑": "-", "−": "-", "─": "-", "～": "-", "~": "-",
    "０": "0", "１": "1", "２": "2", "３": "3", "４": "4", "５": "5", "６": "6", "７": "7", "８": "8", "９": "9",
    "《": "", "》": "", "〈": "", "〉": "", "<": "", ">": "", "﹤": "", "﹥": "", "＜": "", "＞": "", "「": "", "」": "",
    "“": "", "”": "", "\"": "", "‘": "", "’": "", "'": "", "＂": "", "、": "", "，": "", ",": "", "·": "", "：": "", ":": "",
})
_SPACES = re.compile(r"[\s\u3000\u200b\ufeff\xa0]+")
_TRIAL = re.compile(r"\((?:试行|暂行)\)$")
_YEARS = re.compile(r"\(?(\d{4})年?(?:-+|一|至|到)(\d{4})年?\)?")
_EDITION = re.compile(
    r"[（(\[〔]\s*((?:[12]\d{3}|[一二〇○零]{2}[一二三四五六七八九〇○零]{2})\s*年?\s*\d{0,2}\s*月?"
    r"(?:第[一二三四五六]次)?(?:最新)?(?:修订|修正|修改|颁布|公布|制定|施行|实施)?(?:版|稿|本)?|"
    r"(?:新|最新)?(?:修订|修正|修改)(?:版|本)?|最新版|新版)\s*[）)\]〕]\s*[》〉>﹥＞]*\s*$"
)
_ISSUED = re.compile(r"^(?:中共中央|国务院|中央|最高人民|全国人|司法部|民政部|农业农村部|教育部|应急管理部|全国普法办).{0,60}?(关于.+)$")


@lru_cache(maxsize=16384)
def normalise_title(title: str) -> str:
    """The form in which titles are compared: without 《》, quotation marks, spaces, 中华人民共和国 and a final （试行）;
    dashes, brackets and digits in one shape; (2021—2025年) as (2021-2025)."""
    core = _SPACES.sub("", title).translate(_BRACKETS)
    core = core.replace("中华人民共和国", "")
    core = _YEARS.sub(r"(\1-\2)", core)
    return _TRIAL.sub("", core)


def split_edition(title: str) -> tuple[str, str | None]:
    """Title and edition mark: 行政处罚法（2021年修订） gives (行政处罚法, 2021年修订)."""
    match = _EDITION.search(title)
    if match is None or match.start() == 0:
        return title, None
    return title[: match.start()], match.group(1).strip()


def edition_year(edition: str) -> int | None:
    """The year named in an edition mark, if there is one."""
    found = re.search(r"[12]\d{3}", edition)
    return int(found.group()) if found else None


def title_variants(title: str) -> set[str]:
    """Normalised forms under which a title of the book is found; an issuer before 关于 may be left out."""
    variants = {title, normalise_title(title)}
    issued = _ISSUED.match(normalise_title(title))
    if issued:
        variants.add(issued.group(1))
    return variants


def similarity(a: str, b: str, at_least: float = 0.0) -> float:
    """Likeness of two titles, 1 - edit distance / longer length; 0.0 as soon as it must fall below ``at_least``."""
    longer = max(len(a), len(b))
    if not longer:
        return 1.0
    allowed = int(longer * (1 - at_least) + 1e-9)
    distance = edit_distance(a, b, allowed)
    return 0.0 if distance > allowed else 1 - distance / longer


def edit_distance(a: str, b: str, allowed: int) -> int:
    """Least number of inserted, deleted, replaced or swapped neighbouring characters; ``allowed`` + 1 if more."""
    if abs(len(a) - len(b)) > allowed:
        return allowed + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, ca in enumerate(a, 1):
        new = [i]
        for j, cb in enumerate(b, 1):
            cost = min(row[j] + 1, new[j - 1] + 1, row[j - 1] + (ca != cb))
            if i > 1 and j > 1 and ca == b[j - 2] and a[i - 2] == cb:
                cost = min(cost, before[j - 2] + 1)
            new.append(cost)
        if min(new) > allowed:
            return allowed + 1
        before, row = row, new
    return row[-1]
