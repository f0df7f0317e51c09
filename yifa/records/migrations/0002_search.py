"""The full-text table: FTS5 on SQLite, a tsvector with GIN on PostgreSQL; single characters are the words."""

from typing import Any

from django.db import migrations

SQLITE = [
    "CREATE VIRTUAL TABLE yifa_search USING fts5(record UNINDEXED, org UNINDEXED, definition UNINDEXED, text, tags, "
    "tokenize = \"unicode61 remove_diacritics 0 tokenchars '_'\")",
]
POSTGRESQL = [
    "CREATE TABLE yifa_search (record varchar(32) PRIMARY KEY, org varchar(64) NOT NULL, "
    "definition varchar(64) NOT NULL, text text NOT NULL, words tsvector NOT NULL)",
    "CREATE INDEX yifa_search_words ON yifa_search USING gin (words)",
]


def make(apps: Any, schema_editor: Any) -> None:
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def drop(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP TABLE yifa_search")


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunPython(make, drop)]
