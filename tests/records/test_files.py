"""Attachments: kept by digest, encrypted under the record's key, refused when marked secret."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yifa.records import files as module
from yifa.records.canonical import sm3
from yifa.records.files import CHUNK, FileBroken, FileStore, FileStoreError
from yifa.records.files_marking import MarkedSecret, refuse_marked

KEY = os.urandom(16)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_content_comes_back_and_is_not_readable_on_disk(tmp_path: Path, size: int) -> None:
    store, content = FileStore(tmp_path), os.urandom(size)
    kept = store.put(io.BytesIO(content), "现场照片.jpg", "r1", KEY)
    assert (kept.digest, kept.size) == (sm3(content), size)
    with store.get(kept.stored, kept.digest, "r1", KEY) as file:
        assert file.read() == content
    raw = store.path(kept.stored).read_bytes()
    assert sm3(raw) == kept.stored
    assert size < 16 or content not in raw
    assert list(store.all_stored()) == [kept.stored]
    assert store.path(kept.stored) == tmp_path / "files" / kept.stored[:2] / kept.stored[2:4] / kept.stored


def test_a_source_that_cannot_be_rewound_is_taken(tmp_path: Path) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    store = FileStore(tmp_path)
    kept = store.put(Pipe(b"content"), "a.bin", "r1", KEY)
    assert store.get(kept.stored, kept.digest, "r1", KEY).read() == b"content"


def test_same_content_of_two_records_is_kept_twice_so_that_one_can_be_destroyed(tmp_path: Path) -> None:
    store, other = FileStore(tmp_path), os.urandom(16)
    one, two = store.put(b"x", "a", "r1", KEY), store.put(b"x", "a", "r2", other)
    assert one.digest == two.digest
    assert one.stored != two.stored
    assert store.remove(one.stored)
    assert not store.remove(one.stored)
    assert store.get(two.stored, two.digest, "r2", other).read() == b"x"


@settings(max_examples=40)
@given(st.integers(0), st.integers(1, 255))
def test_every_changed_byte_is_noticed(tmp_path_factory: pytest.TempPathFactory, at: int, flip: int) -> None:
    store = FileStore(tmp_path_factory.mktemp("f"))
    kept = store.put(b"content " * 20, "a", "r1", KEY)
    raw = bytearray(store.path(kept.stored).read_bytes())
    raw[at % len(raw)] ^= flip
    store.path(kept.stored).write_bytes(raw)
    with pytest.raises(FileBroken, match="被改动"):
        store.verify(kept.stored)
    with pytest.raises(FileBroken):
        store.check(kept.stored, kept.digest, kept.size, "r1", KEY)


def test_missing_short_and_foreign_files_are_named(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    kept = store.put(b"one", "a", "r1", KEY)
    other = store.put(b"two", "b", "r1", KEY)
    with pytest.raises(FileBroken):
        store.check(kept.stored, other.digest, kept.size, "r1", KEY)
    with pytest.raises(FileBroken):
        store.get(kept.stored, other.digest, "r1", KEY)
    with pytest.raises(FileBroken):
        store.get(kept.stored, kept.digest, "r2", KEY)
    with pytest.raises(FileBroken):
        store.get(kept.stored, kept.digest, "r1", os.urandom(16))
    store.path(kept.stored).write_bytes(b"YIFA")
    with pytest.raises(FileBroken):
        store.check(kept.stored, kept.digest, kept.size, "r1", KEY)
    store.remove(kept.stored)
    with pytest.raises(FileBroken, match="缺失"):
        store.verify(kept.stored)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "ab" * 31 + "a/"])
def test_only_digests_become_paths(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="不是附件摘要"):
        FileStore(tmp_path).path(name)


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    store = FileStore(tmp_path)
    monkeypatch.setattr(module.os, "fsync", full)
    with pytest.raises(FileStoreError, match="磁盘已满"):
        store.put(b"x" * 10, "证据.pdf", "r1", KEY)
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


# -- 密级 --------------------------------------------------------------------------------------------------------------


def _word(*lines: str, header: str = "") -> bytes:
    document = docx.Document()
    if header:
        document.sections[0].header.paragraphs[0].text = header
    for line in lines:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "name",
    [
        "机密★5年.docx",
        "关于某事的通知（机密）.pdf",
        "【秘密】排查表.xlsx",
        "绝密-名单.txt",
        "会议纪要_秘密.docx",
        "绝密文件.pdf",
        "秘 密☆一年.doc",
    ],
)
def test_a_marked_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(MarkedSecret, match="不得录入涉密信息"):
        FileStore(tmp_path).put(b"%PDF-1.7 \0", name, "r1", KEY)
    assert not list(FileStore(tmp_path).all_stored())


@pytest.mark.parametrize(
    "content",
    [
        "机密★10年\n\n关于……的请示".encode(),
        "编号：001\n秘密\n通知".encode("gb18030"),
        "绝 密 ★ 长期\n通知".encode("utf-16"),
        "秘密 1年\n通知".encode(),
        _word("秘密★1年", "通知"),
        _word("关于某事的通知", header="机密★3年"),
    ],
)
def test_a_marked_first_page_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(MarkedSecret, match="首页"):
        FileStore(tmp_path).put(content, "通知", "r1", KEY)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("保守国家秘密法宣传方案.docx", _word("开展保密法宣传，提高保守国家秘密意识", "严禁泄露机密")),
        ("商业秘密保护讲座.txt", "讲解商业秘密的三个要件\n涉及国家秘密的不公开".encode()),
        ("照片.jpg", b"\xff\xd8\xff\x00" + os.urandom(2000)),
        ("坏.docx", b"PK\x03\x04 not a zip"),
        ("长.txt", "无".encode() * 40000),
        ("后文.txt", ("正文" * 1000 + "\n秘密★\n").encode()),
    ],
)
def test_words_about_secrecy_are_no_marking(name: str, content: bytes) -> None:
    source = io.BytesIO(content)
    refuse_marked(name, source)
    assert source.tell() == 0
