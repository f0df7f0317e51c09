"""The ledger (总账): the one way in. Every act is judged and written in one transaction, or refused with its reasons."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from yifa.codex import Codex
from yifa.records import amend, sql
from yifa.records.acts import Act, BatchRefused, Outcome
from yifa.records.batches import BatchInfo, close_batch, open_batch
from yifa.records.failures import translated
from yifa.records.files import FileStore
from yifa.records.keys import Keyring, open_keyring
from yifa.records.projection_schema import codex_load
from yifa.records.reading import Shown, facts, find_by_personal, show
from yifa.records.rebuild import Difference, rebuild
from yifa.records.recompute import Moved, recompute
from yifa.records.sealing import identity
from yifa.records.summaries import Summaries
from yifa.records.undo import undo_batch
from yifa.records.versions import Library
from yifa.records.work import Work

if TYPE_CHECKING:
    from yifa.records.destroy import Order

BEIJING = timezone(timedelta(hours=8))


@contextmanager
def no_collection() -> Iterator[None]:
    """Pause the cyclic collector: a batch makes many long-lived values and no cycles, and each pass would walk them all
    (a third of an import's time was measured in it)."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def _now() -> datetime:
    return datetime.now(BEIJING)


class Ledger:
    """The records of one home, under one codex. ``today`` gives the day that acts must not lie after.

    The database must be prepared (`store.prepare`). ``place`` is the division code that chooses regional limits.
    """

    def __init__(self, codex: Codex, home: Path, today: Callable[[], date] | None = None,
                 now: Callable[[], datetime] = _now, place: str = ""):  # fmt: skip
        self.codex, self.home = codex, Path(home)
        self._now = now
        self.today = today or (lambda: now().date())
        self.files = FileStore(self.home)
        self.library = Library(codex, place)
        self.summaries = Summaries(codex)
        with translated():
            with connection.cursor() as cursor:
                known = sql.first(cursor, "SELECT 1 FROM yifa_version WHERE hash = %s AND kind = 'codex'", (codex.hash,))
            if known is None:
                codex_load(connection, codex, self.library)

    @cached_property
    def keyring(self) -> Keyring:
        """The installation key, opened when it is first needed: reading figures needs none. Raises KeyMissing, KeyWrong
        where values were sealed under a key that is not here."""
        return open_keyring(connection, self.home)

    # -- recording ----------------------------------------------------------------------------------------------------

    def record(self, act: Act) -> Outcome:
        """Record one step. Raises BadInput, NotFound, Refused, Conflict or StoreFailure; then nothing was written."""
        with self.writing() as work:
            return work.take_all([act])[0]

    def record_many(self, acts: Iterable[Act], batch: BatchInfo | None = None, all_or_nothing: bool = True) -> list[Outcome]:
        """Record many acts by the same check in one transaction, in order; later acts may name an earlier one's ``uid``.

        ``all_or_nothing``: anything refused and nothing is written (BatchRefused tells of every act). Otherwise each
        record stands for itself: all acts of one record are written, or none. ``batch`` keeps what file they came from.
        """
        with self.writing() as work, no_collection():
            number = None if batch is None else open_batch(work.cursor, batch, work.now)
            work.batch = number
            outcomes = work.take_chunks(acts, all_or_nothing)
            if all_or_nothing and any(not o.ok for o in outcomes):
                raise BatchRefused(outcomes)
            if number is not None:
                close_batch(work.cursor, number, outcomes)
        return outcomes

    # -- amending -----------------------------------------------------------------------------------------------------

    def correct(self, record: str, target: int, data: dict[str, Any], *, actor: str, roles: Sequence[str] = (),
                reason: str, on: str = "", expect: int | None = None) -> Outcome:  # fmt: skip
        """更正 step ``target`` of a record (see `amend.correct`). Raises BadInput, Refused, Conflict."""
        with self.writing() as work:
            case = work.case(record, expect)
            outcome = amend.correct(work, case, target, data, actor=actor, roles=roles, reason=reason, on=on)
            work.write([case])
        return outcome

    def void(self, record: str, targets: Sequence[int] | None = None, *, actor: str, roles: Sequence[str] = (), reason: str,
             expect: int | None = None) -> Outcome:  # fmt: skip
        """作废 these events of a record, or all of them (see `amend.void`). Raises BadInput, Refused, Conflict."""
        with self.writing() as work:
            case = work.case(record, expect)
            chosen = amend.valid_steps(work, case) if targets is None else targets
            outcome = amend.void(work, case, chosen, actor=actor, roles=roles, reason=reason)
            work.write([case])
        return outcome

    def answer(self, record: str, finding: str, seq: int, text: str, *, actor: str, roles: Sequence[str] = (),
               expect: int | None = None) -> Outcome:  # fmt: skip
        """说明/整改 of a finding (see `amend.answer`). Raises BadInput, Conflict."""
        with self.writing() as work:
            case = work.case(record, expect)
            outcome = amend.answer(work, case, finding, seq, text, actor=actor, roles=roles)
            work.write([case])
        return outcome

    def migrate(self, record: str, *, actor: str, roles: Sequence[str] = (), reason: str, to: str | None = None,
                expect: int | None = None) -> Outcome:  # fmt: skip
        """换版: move a record to the present version of its definition, or to version ``to`` (see `migrate.migrate`).
        Raises BadInput, Refused, Conflict."""
        from yifa.records.migrate import migrate

        with self.writing() as work:
            case = work.case(record, expect)
            outcome = migrate(work, case, actor=actor, roles=roles, reason=reason, to=to)
            work.write([case])
        return outcome

    def destroy(self, order: Order) -> list[Outcome]:
        """依法销毁 the records of an order (see `destroy.destroy`). Raises BadInput, Refused."""
        from yifa.records.destroy import destroy

        return destroy(self, order)

    def undo(self, batch: int, *, actor: str, roles: Sequence[str] = (), reason: str) -> int:
        """撤回 an import: void its records, all or none; gives how many. Numbers stay used; the file may come again.

        Raises BadInput (no such batch, already undone) and Refused (records that were worked on since)."""
        with self.writing() as work:
            return undo_batch(work, batch, actor=actor, roles=roles, reason=reason)

    @property
    def connection(self) -> Any:
        """Django's connection to this ledger's database."""
        return connection

    # -- upkeep -------------------------------------------------------------------------------------------------------

    def rebuild(self, check_only: bool = True, progress: Callable[[int, int], None] | None = None) -> list[Difference]:
        """Fold everything anew and list what differs from the stored rows; see `rebuild.rebuild`."""
        return rebuild(self, check_only, progress)

    def recompute(self) -> list[Moved]:
        """Running cases by this ledger's limits and calendar; lists the deadlines that moved (see `recompute`)."""
        return recompute(self)

    # -- reading ------------------------------------------------------------------------------------------------------

    def show(self, ref: str, day: date | None = None, open_sealed: bool = False) -> Shown:
        """A record by uid, number or foreign number, with its history, assessed as of ``day`` (today)."""
        with translated():
            return show(self, ref, (day or self.today()).isoformat(), open_sealed)

    def facts(self, uids: Sequence[str], open_sealed: bool = False) -> Iterator[tuple[str, dict[str, Any]]]:
        """(uid, facts) of many records as their events state them; for exports (see `reading.facts`)."""
        return facts(self, uids, open_sealed)

    def find_by_personal(self, value: str, field: str | None = None) -> list[dict[str, Any]]:
        """Records with a sealed value equal to ``value`` (see `reading.find_by_personal`)."""
        return find_by_personal(self, value, field)

    # -- transactions -------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[Work]:
        """A transaction to write in; on any error nothing of it stays, neither rows nor attachments."""
        work: Work | None = None
        try:
            with translated(), transaction.atomic(), connection.cursor() as cursor:
                work = Work(self, cursor, self._now().isoformat(timespec="seconds"), self.today().isoformat())
                yield work
        except BaseException:
            self.library.forget_pins()
            for stored in work.stored if work else ():
                self.files.remove(stored)
            raise

    # -- identity -----------------------------------------------------------------------------------------------------

    def identity(self, definition: str, org: str, data: dict[str, Any]) -> str | None:
        """The digest by which a row is recognised again; None where an identity field is empty or 不详."""
        return identity(self.keyring, definition, org, self.codex.definitions[definition].identity, data)
