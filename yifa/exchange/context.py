"""What the cells of one ledger may name: organisations, statutes, other records."""

from __future__ import annotations

import difflib
import re

from django.db import connection

from yifa.procedure.values import Context
from yifa.records import sql
from yifa.records.ledger import Ledger
from yifa.records.organisations import Organisation, subtree

_BODY = re.compile(r"(村民委员会|社区居民委员会|居民委员会|村委会|居委会|人民政府|街道办事处)$")
_SUFFIX = {"社区居民委员会": "社区", "居民委员会": "社区", "村民委员会": "村", "村委会": "村", "居委会": "社区"}


class OrganisationNames:
    """Organisations by code, name, short name, or with their town before it; those at home go before others of a name."""

    def __init__(self, home: str = ""):
        everything = subtree()
        at_home = next((o.path for o in everything if o.code == home), "/")
        self._near = self._table([o for o in everything if o.path.startswith(at_home)], everything)
        self._all = self._table(everything, everything)
        self.codes = {o.code: o for o in everything}

    @staticmethod
    def _table(chosen: list[Organisation], everything: list[Organisation]) -> dict[str, str | None]:
        """name -> code; None where several bear it."""
        by_code = {o.code: o for o in everything}
        found: dict[str, str | None] = {}
        for o in chosen:
            parent = by_code.get(o.parent or "")
            names = {o.name, o.short, o.code}
            if parent is not None:
                names |= {f"{p}{n}" for p in (parent.name, parent.short) for n in (o.name, o.short)}
            for n in names:
                found[n] = o.code if found.get(n, o.code) == o.code else None
        return found | {o.code: o.code for o in chosen}

    def find(self, name: str) -> str | None:
        """The code, or None for an unknown or ambiguous name."""
        plain = "".join(name.split())
        for given in dict.fromkeys((name, plain, _BODY.sub(lambda m: _SUFFIX.get(m[1], ""), plain).replace("村村", "村"))):
            for table in (self._near, self._all):
                if table.get(given):
                    return table[given]
        return None

    def near(self, name: str) -> list[str]:
        """What was perhaps meant; the bearers of an ambiguous name with their codes."""
        same = [f"{o.name}（{o.code}）" for o in self.codes.values() if name in (o.name, o.short)]
        if same:
            return same[:5]
        names = [n for n in self._near if n not in self.codes]
        return difflib.get_close_matches(name, names, 3, 0.5) or [n for n in names if name in n][:3]

    def shown(self) -> dict[str, str]:
        """code -> what an export writes: the name, or the code where the name does not tell."""
        return {code: o.name if self._all.get(o.name) == code else code for code, o in self.codes.items()}


def find_record(definition: str | None, number: str) -> str | None:
    """The uid of a record by uid, our number or the clerk's, where there is exactly one."""
    where, given = ("definition = %s AND ", [definition]) if definition else ("", [])
    with connection.cursor() as cursor:
        for column in ("uid", "number", "foreign_number"):
            rows = sql.all_rows(cursor, f"SELECT uid FROM yifa_record WHERE {where}{column} = %s "
                                "AND status NOT IN ('void', 'destroyed') LIMIT 2", [*given, number])  # fmt: skip
            if len(rows) == 1:
                return str(rows[0][0])
    return None


def numbers_of(uids: set[str]) -> dict[str, str]:
    """uid -> number, for what refers to other records."""
    found: dict[str, str] = {}
    with connection.cursor() as cursor:
        for some in sql.chunks(sorted(uids), 500):
            found |= dict(sql.all_rows(cursor, f"SELECT uid, number FROM yifa_record WHERE uid {sql.among(some)}", some))
    return found


def make_context(ledger: Ledger, org: str = "") -> Context:
    """What cleaning looks up in this ledger, for an import of ``org``."""
    names = OrganisationNames(org)
    book = ledger.codex.statutes

    def statute(title: str) -> str | None:
        match = book.resolve(title)
        return match.statute.key if match else None

    return Context(ledger.today(), names.find, names.near, statute, find_record)
