"""Statute texts in Markdown: articles, outline, versions; the texts of the shared folder against the statute book."""
from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from yifa.law.statute_files import shipped_book
from yifa.law.statute_text import (
    Problem,
    StatuteText,
    StatuteTextError,
    match_version,
    merge_parts,
    parse_text,
    read_file,
    read_folder,
)

BOOK = shipped_book()
LAWS = Path(os.environ.get("YIFA_SHARED", "../shared")) / "laws"
shared = [pytest.mark.shared, pytest.mark.skipif(not LAWS.is_dir(), reason="没有共享资料目录 YIFA_SHARED，未核对法规全文")]

SAMPLE = """# 中华人民共和国样例法

2020年1月2日 通过

2021年3月4日 修正

<!-- INFO END -->

## 第一章　总则

第一条 甲。

乙：

（一）丙；

（二）丁。

戊。

第二条　依照第一条
第一条规定的方式办理。

## 第二章 附则

### 第一节 施行

第三条 自公布之日起施行。

第三条之一 补充。

## 附：某机关关于样例的决定

第一条 不是正文。
"""


def test_articles_paragraphs_outline_and_appendix() -> None:
    text = parse_text(SAMPLE, "样例法(2021-03-04).md")
    assert text.title == "中华人民共和国样例法"
    assert text.adopted_on == date(2021, 3, 4)
    assert list(text.articles) == [1, 2, 3]
    assert text.article(1, 2) == "乙：\n（一）丙；\n（二）丁。"
    assert text.article(1, 3) == "戊。"
    assert text.article(1, 4) is None
    assert text.article(2) == "依照第一条\n第一条规定的方式办理。"
    assert text.inserted == {"3之一": "补充。"}
    assert [(e.level, e.heading, e.article) for e in text.outline] == [
        (1, "第一章 总则", 1), (1, "第二章 附则", 3), (2, "第一节 施行", 3)]
    assert "不是正文" in text.appendix
    assert text.gaps == ()
    assert StatuteText.from_json(text.to_json()) == text


def test_windows_line_ends_and_byte_order_mark_make_no_difference(tmp_path: Path) -> None:
    path = tmp_path / "样例法(2021-03-04).md"
    path.write_bytes(b"\xef\xbb\xbf" + SAMPLE.replace("\n", "\r\n").encode())
    assert read_file(path).articles == parse_text(SAMPLE, path.name).articles


def test_without_a_date_in_the_name_the_last_amendment_counts() -> None:
    assert parse_text(SAMPLE, "样例法.md").adopted_on == date(2021, 3, 4)


def test_a_text_without_articles_keeps_its_body() -> None:
    text = parse_text("# 某规定\n\n<!-- INFO END -->\n\n一、甲。\n", "某规定(1999-10-31).md")
    assert text.highest_article is None
    assert "甲" in text.body


@pytest.mark.parametrize(
    ("content", "message"),
    [("# 甲法\n\n第一条 乙。", "INFO END"), ("甲法\n<!-- INFO END -->\n第一条 乙。", "标题"), ("# 甲法\n<!-- INFO END -->\n\n", "正文")],
)
def test_what_is_no_statute_text_is_refused_with_a_reason(content: str, message: str) -> None:
    with pytest.raises(StatuteTextError, match=message):
        parse_text(content, "甲法.md")


def test_an_impossible_date_in_the_file_name() -> None:
    with pytest.raises(StatuteTextError, match="日期不存在"):
        parse_text(SAMPLE, "样例法(2021-02-30).md")


def test_a_folder_gives_texts_and_problems(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# 说明", encoding="utf-8")
    (tmp_path / "甲法(2021-03-04).md").write_text(SAMPLE, encoding="utf-8")
    (tmp_path / "乙法(2021-03-04).md").write_bytes("# 乙法\n".encode("gb18030"))
    code = tmp_path / "法典"
    code.mkdir()
    for name, first in (("乙编", 2), ("甲编", 1)):
        body = f"# 样例法典\n\n# {name}\n\n2020年5月28日 通过\n\n<!-- INFO END -->\n\n## 第一章 总\n\n第{'零一二'[first]}条 文。\n"
        (code / f"{name}.md").write_text(body, encoding="utf-8")
    found = list(read_folder(tmp_path))
    problems = [p for p in found if isinstance(p, Problem)]
    texts = {t.title: t for t in found if isinstance(t, StatuteText)}
    assert len(problems) == 1
    assert "UTF-8" in problems[0].message
    assert list(texts["样例法典"].articles) == [1, 2]
    assert [e.heading for e in texts["样例法典"].outline] == ["甲编", "第一章 总", "乙编", "第一章 总"]
    assert match_version(texts["样例法典"], BOOK).note == "《样例法典》未在法规库登记"


def test_two_parts_with_the_same_article_do_not_merge() -> None:
    part = parse_text(SAMPLE, "样例法.md")
    with pytest.raises(StatuteTextError, match="第1条"):
        merge_parts([part, part])


def test_a_missing_folder_is_a_problem() -> None:
    found = list(read_folder(Path("没有的目录")))
    assert isinstance(found[0], Problem)


def test_stored_text_of_another_form_is_refused() -> None:
    for bad in ("", "[]", '{"format": 99}', "{"):
        with pytest.raises(StatuteTextError):
            StatuteText.from_json(bad)


def test_a_version_that_the_book_does_not_list_is_reported() -> None:
    text = parse_text(SAMPLE.replace("样例法", "行政处罚法"), "行政处罚法(2031-01-01).md")
    match = match_version(text, BOOK)
    assert match.statute is not None
    assert match.version is None
    assert "未在法规库登记" in match.note
    shorter = match_version(parse_text(SAMPLE.replace("样例法", "行政处罚法"), "行政处罚法(2021-01-22).md"), BOOK)
    assert shorter.version is not None
    assert "86条" in shorter.note


class TestSharedTexts:
    """Every text of the shared folder (法规全文)."""

    pytestmark = shared

    def test_every_file_parses_without_gaps_and_agrees_with_the_book(self) -> None:
        texts = list(read_folder(LAWS))
        assert len(texts) >= 80
        assert [t for t in texts if isinstance(t, Problem)] == []
        notes = []
        for text in texts:
            assert isinstance(text, StatuteText)
            match = match_version(text, BOOK)
            if match.note or text.gaps or match.version is None:
                notes.append((text.title, match.note, text.gaps))
            elif text.articles:  # the only text in numbered passages is the one on seals
                assert match.version.articles == text.highest_article, text.title
        assert notes == []

    def test_versions_read_in_the_text_are_those_with_a_text(self) -> None:
        texts = [t for t in read_folder(LAWS) if isinstance(t, StatuteText)]
        without = {t.title for t in texts if not t.articles}
        assert without == {"国务院关于国家行政机关和企业事业单位社会团体印章管理的规定"}

    def test_effective_dates_marked_verified_stand_in_the_texts(self) -> None:
        checked = 0
        for text in read_folder(LAWS):
            assert isinstance(text, StatuteText)
            version = match_version(text, BOOK).version
            if version is None or version.verified is not True or not text.articles:
                continue
            wanted = f"{version.from_.year}年{version.from_.month}月{version.from_.day}日"
            whole = "\n".join([*text.preamble, *text.articles.values()]).replace("一九八五年十月一日", "1985年10月1日")
            at_once = "公布之日起施行" in whole and version.from_ in (version.adopted, version.promulgated)
            assert wanted in whole or at_once, (text.title, wanted)
            checked += 1
        assert checked > 45

    def test_civil_code_lies_in_eight_files_and_has_1260_articles(self) -> None:
        code = next(t for t in read_folder(LAWS) if isinstance(t, StatuteText) and t.title.endswith("民法典"))
        assert len(code.sources) == 8
        assert code.highest_article == 1260
        assert code.gaps == ()
        assert sum(e.level == 1 for e in code.outline) == 8

    def test_apl_64_reads_the_hearing_procedure(self) -> None:
        law = next(t for t in read_folder(LAWS) if isinstance(t, StatuteText) and t.title.endswith("行政处罚法"))
        assert "五日内" in (law.article(64) or "")
        assert law.article(85, 1) == law.article(85)
