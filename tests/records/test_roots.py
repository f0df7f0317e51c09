"""Daily roots: what they say, how they are kept, and that a change of a root is noticed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.records.verify_kit import Place
from yifa.records import roots as module
from yifa.records.canonical import dumps, sm3
from yifa.records.roots import RootBroken, all_roots, export_root, latest_root, read_root


def test_a_root_names_the_end_of_every_chain(place: Place) -> None:
    root = export_root(place.connection, place.home, "2026-03-03")
    with place.connection.cursor() as cursor:
        cursor.execute("SELECT org, cseq, hash FROM yifa_chain_head")
        assert root.chains == {r[0]: (r[1], r[2]) for r in cursor.fetchall()}
    assert (root.day, root.events, root.files, root.destroyed) == ("2026-03-03", 11, 2, 0)
    stored = json.loads((place.home / "roots" / "2026-03-03.json").read_text(encoding="utf-8"))
    digest = stored.pop("root")
    assert digest == root.digest == sm3(dumps(stored))
    assert latest_root(place.home) == root


def test_the_log_is_a_chain_of_lines_short_enough_for_paper(place: Place) -> None:
    export_root(place.connection, place.home, "2026-03-03")
    export_root(place.connection, place.home, "2026-03-03")  # nothing new: no line
    with place.connection.cursor() as cursor:
        cursor.execute("UPDATE yifa_chain_head SET cseq = 8 WHERE org = 'a'")
    export_root(place.connection, place.home, "2026-03-03")
    lines = (place.home / "roots" / "roots.log").read_text(encoding="utf-8").splitlines()
    parts = [line.split("\t") for line in lines]
    assert [(p[0], p[1]) for p in parts] == [("1", "2026-03-02"), ("2", "2026-03-03"), ("3", "2026-03-03")]
    assert [p[3] for p in parts] == ["-", sm3(lines[0]), sm3(lines[1])]
    roots, problems = all_roots(place.home)
    assert problems == []
    assert [r.day for r in roots] == ["2026-03-02", "2026-03-03"]
    assert parts[2][2] == roots[1].digest


def test_a_home_without_roots_has_none(tmp_path: Path) -> None:
    assert latest_root(tmp_path) is None
    assert all_roots(tmp_path) == ([], [])


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "null", '{"chains":[]}', '{"chains":[{"org":"a"}],"root":""}', "\ufeff{}"],
)
def test_what_is_no_root_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "2026-01-01.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RootBroken, match="根值文件"):
        read_root(path)


def test_a_root_whose_parts_do_not_fit_is_refused_even_with_a_digest_made_to_fit(place: Place) -> None:
    path = place.home / "roots" / "2026-03-02.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    stored.pop("root")
    stored["more"] = 1
    path.write_text(dumps({**stored, "root": sm3(dumps(stored))}), encoding="utf-8")
    with pytest.raises(RootBroken, match="被改动"):
        read_root(path)


def test_a_failed_export_leaves_the_old_root(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    path = place.home / "roots" / "2026-03-02.json"
    old = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        export_root(place.connection, place.home, "2026-03-02")
    assert path.read_bytes() == old
    assert sorted(p.name for p in path.parent.iterdir()) == ["2026-03-02.json", "roots.log"]
