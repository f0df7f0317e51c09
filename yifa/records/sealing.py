"""Takes personal values out of an act's data: commitments go into the event, boxes and search digests beside it."""

from __future__ import annotations

from typing import Any

from yifa.records import sql
from yifa.records.canonical import dumps
from yifa.records.case import Case
from yifa.records.keys import Keyring
from yifa.records.seal import open_box, seal
from yifa.records.shape import Shape


def record_key(keyring: Keyring, case: Case) -> bytes:
    """The record's own key, made when it is first needed."""
    if case.key is None:
        if case.wrapped_key is None:
            case.key, case.wrapped_key = keyring.new_record_key(case.uid)
        else:
            case.key = keyring.unwrap(case.uid, case.wrapped_key)
    return case.key


def seal_data(keyring: Keyring, case: Case, shape: Shape, step: str, rseq: int, data: dict[str, Any]) -> dict[str, Any]:
    """The data as the event's body holds it. Empty values and 不详 are not sealed: there is nothing to hide."""
    if not shape.seals[step]:
        return data
    found = dict(data)
    for key in shape.sealed & data.keys():
        found[key] = _seal(keyring, case, key, key, rseq, data[key])
    for key, columns in shape.sealed_rows.items():
        rows = data.get(key)
        if isinstance(rows, list):
            found[key] = [{k: _seal(keyring, case, f"{key}/{i}/{k}", k, rseq, v) if k in columns else v
                           for k, v in row.items()} for i, row in enumerate(rows)]  # fmt: skip
    return found


def _seal(keyring: Keyring, case: Case, path: str, field: str, rseq: int, value: Any) -> Any:
    if value is None or value == "" or (value.__class__ is dict and "unknown" in value):
        return value
    if value.__class__ is list and not any(isinstance(v, dict | list) for v in value):
        return [_seal(keyring, case, f"{path}/{i}", field, rseq, v) for i, v in enumerate(value)]
    commitment, box = seal(record_key(keyring, case), case.uid, path, rseq, value)
    digest = keyring.digest(field, str(value)) if isinstance(value, str | int) else None
    case.sealed.append((case.uid, rseq, path, commitment, box, digest))
    return {"sealed": commitment}


def identity(keyring: Keyring, definition: str, org: str, fields: list[str], facts: dict[str, Any]) -> str | None:
    """The digest by which a row is recognised again; None where an identity field is empty or 不详."""
    values = [facts.get(k) for k in fields]
    if not values or any(v is None or v == "" or v == [] or isinstance(v, dict) for v in values):
        return None
    return keyring.digest(f"identity:{definition}:{org}", dumps(values))


def identity_of(cursor: Any, keyring: Keyring, case: Case) -> str | None:
    """The identity digest of a case as its fold stands, sealed values opened for it."""
    shape = case.pinned.shape
    facts = (case.fold or {})["facts"]
    if shape.identity_set & shape.sealed and (case.wrapped_key or case.key):
        rows = sql.all_rows(cursor, "SELECT rseq, path, commitment, box FROM yifa_sealed WHERE record = %s", (case.uid,))
        rows += [r[1:5] for r in case.sealed]
        key = record_key(keyring, case)
        opened = {c: open_box(key, case.uid, path, rseq, bytes(box), c) for rseq, path, c, box in rows}
        facts = put_back({k: facts.get(k) for k in shape.identity}, opened)
    return identity(keyring, case.definition, case.org, shape.identity, facts)


def open_values(keyring: Keyring, uid: str, wrapped: bytes, rows: list[tuple[Any, ...]]) -> dict[str, Any]:
    """commitment -> value for rows (rseq, path, commitment, box) of yifa_sealed. Raises SealError."""
    key = keyring.unwrap(uid, wrapped)
    return {commitment: open_box(key, uid, path, rseq, bytes(box), commitment) for rseq, path, commitment, box in rows}


def put_back(value: Any, opened: dict[str, Any]) -> Any:
    """A value with its commitments replaced by what they stand for; those not opened stay as they are."""
    if isinstance(value, dict):
        if set(value) == {"sealed"}:
            return opened.get(value["sealed"], value)
        return {k: put_back(v, opened) for k, v in value.items()}
    if isinstance(value, list):
        return [put_back(v, opened) for v in value]
    return value
