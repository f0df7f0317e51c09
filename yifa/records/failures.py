"""Database errors in words for the clerk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError

from yifa.records.acts import BadInput, StoreFailure
from yifa.records.canonical import NotCanonical


@contextmanager
def translated() -> Iterator[None]:
    """Database errors in words for the clerk."""
    try:
        yield
    except DatabaseError as error:
        text = str(error).lower()
        if "locked" in text or "deadlock" in text or "lock timeout" in text:
            why = "数据库正被别的程序占用。请稍后再试；一直如此的，请关闭其他打开台账的程序。"
        elif "full" in text or "no space" in text:
            why = "磁盘已满，没有写入。请清理磁盘后再试。"
        elif "readonly" in text or "read-only" in text or "permission" in text:
            why = "数据库只能读、不能写。请检查文件夹权限。"
        elif "unable to open" in text or "connection" in text or "connect" in text:
            why = f"连不上数据库（{error}）。请检查台账文件夹或 YIFA_DATABASE。"
        elif "no such table" in text or "does not exist" in text:
            why = f"数据库还没有建好或版本不符（{error}）。请用 yifa 命令打开一次台账，让它把表建好。"
        elif "disk i/o" in text:
            why = f"磁盘读写出错（{error}），没有写入。请检查磁盘是否已满、是否连接正常，再试。"
        elif "malformed" in text or "not a database" in text:
            why = f"数据库文件已损坏（{error}）。请从备份恢复后运行 yifa verify。"
        else:
            why = f"数据库没有写成（{error}）。"
        raise StoreFailure(why) from error
    except (NotCanonical, UnicodeEncodeError) as error:
        raise BadInput(f"文字中有无法保存的字符：{error}") from error
