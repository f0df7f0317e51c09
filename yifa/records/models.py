# mypy: disable-error-code="var-annotated"
"""The tables of the store. The hot path writes them by SQL (`sql.py`); projections are made from definitions.

``Event`` is append-only: triggers refuse update and delete, and it changes only by nullable columns. Everything else but
``Organisation``, ``Version``, ``Sealed``, ``File`` and keys can be made again from the events.
"""

from __future__ import annotations

from django.db import models

HASH = 64
UID = 32
CODE = 64


class Organisation(models.Model):
    """机构: a node of the dated tree by explicit parent. ``path`` is "/省/市/县/镇/" in codes."""

    code = models.CharField(max_length=CODE, primary_key=True)
    name = models.TextField()
    short = models.TextField()
    kind = models.CharField(max_length=32)
    parent = models.CharField(max_length=CODE, null=True)
    led_by = models.CharField(max_length=CODE, null=True)
    path = models.TextField(db_index=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    successor = models.CharField(max_length=CODE, null=True)

    class Meta:
        db_table = "yifa_organisation"


class DivisionCode(models.Model):
    """统计用区划代码 of an organisation, with its dates."""

    org = models.CharField(max_length=CODE, db_index=True)
    code = models.CharField(max_length=12, db_index=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        db_table = "yifa_division_code"


class ChainHead(models.Model):
    """The end of an organisation's chain: number and digest of its last event. Its row is the lock of the chain."""

    org = models.CharField(max_length=CODE, primary_key=True)
    cseq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=HASH)

    class Meta:
        db_table = "yifa_chain_head"


class Event(models.Model):
    """事件: ``body`` is the exact canonical text that ``hash`` covers (with the previous hash)."""

    pk = models.CompositePrimaryKey("org", "cseq")
    org = models.CharField(max_length=CODE)
    cseq = models.BigIntegerField()
    record = models.CharField(max_length=UID)
    rseq = models.IntegerField()
    hash = models.CharField(max_length=HASH)
    body = models.TextField()

    class Meta:
        db_table = "yifa_event"
        constraints = [models.UniqueConstraint(fields=["record", "rseq"], name="yifa_event_record")]


class Version(models.Model):
    """Every definition, set of limits, calendar and codex ever used, by its SM3. ``key`` is the definition's."""

    hash = models.CharField(max_length=HASH, primary_key=True)
    kind = models.CharField(max_length=16)
    key = models.CharField(max_length=CODE, default="")
    body = models.TextField()
    loaded_at = models.CharField(max_length=32)

    class Meta:
        db_table = "yifa_version"


class Pin(models.Model):
    """What a record is judged by: its definition's version, and the limits and calendar of its last assessment."""

    definition = models.CharField(max_length=CODE)
    def_hash = models.CharField(max_length=HASH)
    limits = models.CharField(max_length=HASH)
    calendar = models.CharField(max_length=HASH)

    class Meta:
        db_table = "yifa_pin"
        constraints = [models.UniqueConstraint(fields=["def_hash", "limits", "calendar"], name="yifa_pin_whole")]


class Record(models.Model):
    """案卷/台账条目. ``fold`` is the folded state (None for registers and closed histories kept as events only);
    ``identity`` the digest of the identity fields; ``wrapped_key`` the record key under the installation key."""

    id = models.BigAutoField(primary_key=True)
    uid = models.CharField(max_length=UID, unique=True)
    org = models.CharField(max_length=CODE)
    org_path = models.TextField()
    definition = models.CharField(max_length=CODE)
    pin = models.IntegerField()
    number = models.TextField(db_index=True)
    year = models.IntegerField()
    n = models.IntegerField()
    status = models.CharField(max_length=16)
    stage = models.TextField()
    opened_on = models.CharField(max_length=16)
    last_on = models.CharField(max_length=16)
    rseq = models.IntegerField()
    late = models.SmallIntegerField(default=0)
    fold = models.TextField(null=True)
    source_system = models.TextField(null=True)
    source_id = models.TextField(null=True)
    foreign_number = models.TextField(null=True)
    identity = models.CharField(max_length=HASH, null=True)
    batch = models.IntegerField(null=True)
    restricted = models.TextField(null=True)
    wrapped_key = models.BinaryField(null=True)

    class Meta:
        db_table = "yifa_record"
        constraints = [
            models.UniqueConstraint(fields=["org", "definition", "year", "n"], name="yifa_record_number"),
        ]
        indexes = [
            models.Index(fields=["definition", "status"], name="yifa_record_status"),
            models.Index(
                fields=["identity"], name="yifa_record_identity", condition=models.Q(identity__isnull=False)
            ),
            models.Index(
                fields=["source_system", "source_id"],
                name="yifa_record_source",
                condition=models.Q(source_id__isnull=False),
            ),
            models.Index(
                fields=["foreign_number"], name="yifa_record_foreign", condition=models.Q(foreign_number__isnull=False)
            ),
            models.Index(fields=["batch"], name="yifa_record_batch", condition=models.Q(batch__isnull=False)),
        ]


class Counter(models.Model):
    """编号: the last number given in an organisation, definition and year."""

    pk = models.CompositePrimaryKey("org", "definition", "year")
    org = models.CharField(max_length=CODE)
    definition = models.CharField(max_length=CODE)
    year = models.IntegerField()
    n = models.IntegerField()

    class Meta:
        db_table = "yifa_counter"


class Sealed(models.Model):
    """A sealed value of event ``rseq`` at ``path``; ``digest`` is the keyed digest of exact search."""

    pk = models.CompositePrimaryKey("record", "rseq", "path")
    record = models.CharField(max_length=UID)
    rseq = models.IntegerField()
    path = models.TextField()
    commitment = models.CharField(max_length=HASH)
    box = models.BinaryField()
    digest = models.CharField(max_length=HASH, null=True)

    class Meta:
        db_table = "yifa_sealed"
        indexes = [models.Index(fields=["digest"], name="yifa_sealed_digest", condition=models.Q(digest__isnull=False))]


class File(models.Model):
    """附件 of event ``rseq``: ``digest`` of the content, ``stored`` digest of the encrypted bytes (its address)."""

    record = models.CharField(max_length=UID, db_index=True)
    rseq = models.IntegerField()
    digest = models.CharField(max_length=HASH, db_index=True)
    stored = models.CharField(max_length=HASH)
    name = models.TextField()
    size = models.BigIntegerField()

    class Meta:
        db_table = "yifa_file"


class Deadline(models.Model):
    """期限: one clock of a record as its fold has it. ``state`` never says overdue: that depends on the day asked."""

    pk = models.CompositePrimaryKey("record", "clock")
    record = models.CharField(max_length=UID)
    clock = models.TextField()
    definition = models.CharField(max_length=CODE)
    org = models.CharField(max_length=CODE)
    limit_key = models.CharField(max_length=CODE)
    party = models.TextField(null=True)
    starts_on = models.CharField(max_length=32)
    due_on = models.CharField(max_length=32, null=True)
    met_on = models.CharField(max_length=32, null=True)
    days_late = models.IntegerField(null=True)
    state = models.CharField(max_length=16)
    provisional = models.SmallIntegerField(default=0)

    class Meta:
        db_table = "yifa_deadline"
        indexes = [models.Index(fields=["org", "state", "due_on"], name="yifa_deadline_due")]


class Batch(models.Model):
    """导入批次: the file, what came of it, and whether it was undone (撤回)."""

    file_digest = models.CharField(max_length=HASH, db_index=True)
    file_name = models.TextField()
    definition = models.CharField(max_length=CODE)
    org = models.CharField(max_length=CODE)
    rows = models.IntegerField(default=0)
    records = models.IntegerField(default=0)
    events = models.IntegerField(default=0)
    state = models.CharField(max_length=16, default="done")
    actor = models.TextField(default="")
    recorded_at = models.CharField(max_length=32)
    undone_at = models.CharField(max_length=32, null=True)

    class Meta:
        db_table = "yifa_batch"


class Destroyed(models.Model):
    """销毁清册: a lawfully destroyed record, by which event, by whom and on what basis."""

    record = models.CharField(max_length=UID, primary_key=True)
    org = models.CharField(max_length=CODE)
    definition = models.CharField(max_length=CODE)
    number = models.TextField()
    rseq = models.IntegerField()
    destroyed_at = models.CharField(max_length=32)
    actor = models.TextField()
    basis = models.TextField()

    class Meta:
        db_table = "yifa_destroyed"


class Column(models.Model):
    """The columns of the projection tables: a field key keeps its type for ever."""

    pk = models.CompositePrimaryKey("table_name", "column_name")
    table_name = models.CharField(max_length=CODE)
    column_name = models.CharField(max_length=CODE)
    kind = models.CharField(max_length=16)

    class Meta:
        db_table = "yifa_column"
