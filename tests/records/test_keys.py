"""Keys: the installation key is made once, wraps record keys, and is missed with a clear word."""

from __future__ import annotations

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.records.conftest import Home
from tests.records.verify_kit import Place
from yifa.records.keys import KeyMissing, Keyring, KeyWrong, key_path, normalise, open_keyring
from yifa.records.seal import SealBroken


def test_made_once_and_opened_again(tmp_path: Path) -> None:
    first = Keyring.create(tmp_path)
    key, wrapped = first.new_record_key("r1")
    again = Keyring.create(tmp_path)
    assert again.current == first.current
    assert again.unwrap("r1", wrapped) == key
    assert Keyring.load(tmp_path).digest("f", "x") == first.digest("f", "x")
    assert [p.name for p in key_path(tmp_path).parent.iterdir()] == ["installation.json"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
def test_only_the_owner_reads_it(tmp_path: Path) -> None:
    Keyring.create(tmp_path)
    assert stat.S_IMODE(key_path(tmp_path).stat().st_mode) == 0o600


def test_many_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len({k.current for k in pool.map(lambda _: Keyring.create(tmp_path), range(16))}) == 1


def test_a_ledger_that_has_sealed_values_never_gets_a_new_key_in_place_of_a_lost_one(place: Place) -> None:
    current = open_keyring(place.connection, place.home).current
    path = key_path(place.home)
    kept = path.read_bytes()
    path.unlink()
    with pytest.raises(KeyMissing, match="找不到安装密钥"):
        open_keyring(place.connection, place.home)
    assert not path.exists()
    Keyring.create(place.home)
    with pytest.raises(KeyWrong, match=current):
        open_keyring(place.connection, place.home)
    path.write_bytes(kept)
    assert open_keyring(place.connection, place.home).current == current


def test_a_new_ledger_gets_a_key(home: Home) -> None:
    assert open_keyring(home.connection, home.path).current == Keyring.load(home.path).current


def test_missing_key_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing, match="找不到安装密钥"):
        Keyring.load(tmp_path)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"keys":{"a":"zz"}}', "null"])
def test_damaged_key_file_is_said_in_words(tmp_path: Path, text: str) -> None:
    Keyring.create(tmp_path)
    key_path(tmp_path).write_text(text, encoding="utf-8")
    with pytest.raises(KeyWrong, match="已损坏"):
        Keyring.load(tmp_path)


def test_one_changed_digit_of_the_key_file_is_noticed(tmp_path: Path) -> None:
    ring = Keyring.create(tmp_path)
    stored = json.loads(key_path(tmp_path).read_text(encoding="utf-8"))
    for place in ("digest", "keys"):
        changed = json.loads(json.dumps(stored))
        if place == "digest":
            changed["digest"] = ("0" if stored["digest"][0] != "0" else "1") + stored["digest"][1:]
        else:
            secret = stored["keys"][ring.current]
            changed["keys"][ring.current] = ("0" if secret[0] != "0" else "1") + secret[1:]
        key_path(tmp_path).write_text(json.dumps(changed), encoding="utf-8")
        with pytest.raises(KeyWrong):
            Keyring.load(tmp_path)


@pytest.mark.parametrize("name", ["keys", "current", "digest", "digest_id"])
def test_a_key_file_that_lacks_a_part_is_said_to_be_damaged(tmp_path: Path, name: str) -> None:
    Keyring.create(tmp_path)
    stored = json.loads(key_path(tmp_path).read_text(encoding="utf-8"))
    key_path(tmp_path).write_text(json.dumps({k: v for k, v in stored.items() if k != name}), encoding="utf-8")
    with pytest.raises(KeyWrong, match="已损坏"):
        Keyring.load(tmp_path)


def test_another_installation_key_is_named(tmp_path: Path) -> None:
    mine, other = Keyring.create(tmp_path / "a"), Keyring.create(tmp_path / "b")
    _, wrapped = mine.new_record_key("r1")
    with pytest.raises(KeyWrong, match=mine.current):
        other.unwrap("r1", wrapped)


def test_a_wrapped_key_belongs_to_its_record_and_shows_every_change(tmp_path: Path) -> None:
    ring = Keyring.create(tmp_path)
    key, wrapped = ring.new_record_key("r1")
    assert key not in wrapped
    with pytest.raises(SealBroken):
        ring.unwrap("r2", wrapped)
    for i in range(len(wrapped)):
        with pytest.raises((SealBroken, KeyWrong)):
            ring.unwrap("r1", wrapped[:i] + bytes([wrapped[i] ^ 1]) + wrapped[i + 1 :])
    for short in (b"", wrapped[:5], wrapped[:-1]):
        with pytest.raises(SealBroken):
            ring.unwrap("r1", short)


def test_search_digest_forgives_width_blanks_and_case_and_separates_fields(tmp_path: Path) -> None:
    ring, other = Keyring.create(tmp_path / "a"), Keyring.create(tmp_path / "b")
    assert normalise(" １１０１０１ 1990x ") == "1101011990X"
    assert ring.digest("id", "１１０１０１x") == ring.digest("id", " 110101X ")
    assert ring.digest("id", "1") != ring.digest("phone", "1")
    assert ring.digest("id", "1") != other.digest("id", "1")


def test_rotation_rewraps_and_then_forgets_the_old_key(tmp_path: Path) -> None:
    ring = Keyring.create(tmp_path)
    old = ring.current
    rows = {f"r{i}": ring.new_record_key(f"r{i}") for i in range(3)}
    search = ring.digest("f", "x")
    ring.rotate()
    late = ring.new_record_key("r9")
    assert Keyring.load(tmp_path).unwrap("r0", rows["r0"][1]) == rows["r0"][0]
    again = dict(ring.rewrap([*((r, w) for r, (_, w) in rows.items()), ("r9", late[1])]))
    assert set(again) == set(rows)
    ring.retire()
    opened = Keyring.load(tmp_path)
    assert {r: opened.unwrap(r, w) for r, w in again.items()} == {r: k for r, (k, _) in rows.items()}
    assert opened.unwrap("r9", late[1]) == late[0]
    assert opened.current != old
    assert opened.digest("f", "x") == search
    with pytest.raises(KeyWrong):
        opened.unwrap("r0", rows["r0"][1])
