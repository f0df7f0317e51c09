"""`yifa proofread`: one file or many, what cannot be read, exit codes, pages."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Yifa

GOOD = "今天天气很好。\n"
BAD = """关于2024年法治政府建设情况的报告
一、主要举措和成效
2024年，依照《信访条例》受理信访事项53件，办结49件，办结率98.0%。
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "报告"
    folder.mkdir()
    (folder / "好.txt").write_text(GOOD, encoding="utf-8")
    (folder / "差.txt").write_text(BAD, encoding="utf-8")
    return folder


def test_one_file_gives_an_object(yifa: Yifa, files: Path) -> None:
    found = yifa("proofread", files / "差.txt", "--format", "json")
    assert found.code == 1
    assert set(found.json) == {"file", "title", "organization", "year", "parts", "figures", "citations", "findings"}
    assert found.json["year"] == 2024
    assert "repealed_statute" in {f["kind"] for f in found.json["findings"]}
    assert yifa("proofread", files / "差.txt", "--format", "json", "--with-text").json["text"].startswith("关于2024年")


def test_several_files_or_a_folder_give_a_list(yifa: Yifa, files: Path) -> None:
    both = yifa("proofread", files / "差.txt", files / "好.txt", "--format", "json")
    assert [Path(r["file"]).name for r in both.json] == ["差.txt", "好.txt"]
    folder = yifa("proofread", files, "--format", "json")
    assert isinstance(folder.json, list)
    assert len(folder.json) == 2
    (files / "差.txt").unlink()
    assert isinstance(yifa("proofread", files, "--format", "json").json, list)


def test_the_exit_code_tells_the_worst(yifa: Yifa, files: Path) -> None:
    (files / "空.txt").write_bytes(b"")
    assert yifa("proofread", files / "好.txt").code == 0
    assert yifa("proofread", files / "差.txt").code == 1
    assert yifa("proofread", files / "好.txt", files / "差.txt").code == 1
    assert yifa("proofread", files / "空.txt").code == 2
    for order in (["空.txt", "差.txt"], ["差.txt", "空.txt"]):
        assert yifa("proofread", *(files / n for n in order)).code == 2, "an unread file outranks an error"
    assert yifa("proofread").code == 64
    assert yifa("proofread", files / "好.txt", "--year", "20244").code == 64


def _docx_without_document() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr("a.txt", "x")
    return out.getvalue()


def _image_pdf() -> bytes:
    return (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
            b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content"),
    [("空.txt", b""), ("乱.txt", b"\xb7\xa8\xd6\xce\xff\xff\xfe\x81"), ("坏.docx", b"x"), ("坏2.docx", _docx_without_document()),
     ("坏.pdf", b"%PDF-1.4 broken"), ("图.pdf", _image_pdf()), ("图.txt", b"\x89PNG\r\n\x1a\n"), ("旧.doc", b"\xd0\xcf\x11\xe0 x"),
     ("没有.txt", None)],
)  # fmt: skip
def test_what_cannot_be_read_is_said_on_stderr_and_in_json(yifa: Yifa, tmp_path: Path, name: str, content: bytes | None) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    found = yifa("proofread", file, "--format", "json")
    assert found.code == 2
    assert set(found.json) == {"file", "error"}
    assert found.err.strip() == found.json["error"]
    assert "请" in found.json["error"]


def test_an_unread_file_does_not_hide_the_others(yifa: Yifa, files: Path) -> None:
    (files / "空.txt").write_bytes(b"")
    found = yifa("proofread", files, "--format", "json").json
    assert len(found) == 3
    assert sum("error" in r for r in found) == 1


def test_a_folder_without_reports_is_said(yifa: Yifa, tmp_path: Path) -> None:
    (tmp_path / "空").mkdir()
    found = yifa("proofread", tmp_path / "空", "--format", "json")
    assert (found.code, "没有可校对的文件" in found.json["error"]) == (2, True)


def test_pages_with_marks(yifa: Yifa, files: Path) -> None:
    assert yifa("proofread", files / "差.txt", "--html", "差.html").code == 1
    assert "信访条例" in Path("差.html").read_text(encoding="utf-8")
    more = files / "又"
    more.mkdir()
    (more / "差.txt").write_text(BAD, encoding="utf-8")
    yifa("proofread", files, "--html", "页", "--quiet")
    assert sorted(p.name for p in Path("页").iterdir()) == ["好.html", "差(2).html", "差.html"], "equal names do not overwrite"
    assert yifa("proofread", files / "差.txt", "--html", "没有/差.html").code == 2


def test_a_page_that_cannot_be_written_leaves_what_was_there(yifa: Yifa, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("差.html").write_text("原来的", encoding="utf-8")

    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    found = yifa("proofread", files / "差.txt", "--html", "差.html", "--format", "json")
    assert (found.code, "磁盘空间不足" in found.json["error"]) == (2, True)
    assert [p.name for p in Path().iterdir()] == ["差.html"]
    assert Path("差.html").read_text(encoding="utf-8") == "原来的"


def test_for_people_findings_and_counts_are_shown(yifa: Yifa, files: Path) -> None:
    out = yifa("proofread", files / "差.txt").out
    assert "错误" in out
    assert "数字" in out
