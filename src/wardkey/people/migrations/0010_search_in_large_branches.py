from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

NEW = """
    CREATE INDEX search_every_branch ON people_searchword (word{collation}, organisation_id, person_id)
"""
OLD = "CREATE INDEX search_everywhere ON people_searchword (word{operators})"


def make_new(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """On PostgreSQL by a collation of its own, so that no other statement than the one that is
    meant for it can be answered from it (docs/adr/0049-a-plan-that-fits-the-branch.md)."""
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    schema_editor.execute("DROP INDEX search_everywhere")
    schema_editor.execute(NEW.format(collation="" if is_sqlite else ' COLLATE "C"'))


def make_old(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    schema_editor.execute("DROP INDEX search_every_branch")
    schema_editor.execute(OLD.format(operators="" if is_sqlite else " varchar_pattern_ops"))


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0004_contact'),
        ('people', '0009_what_an_import_writes'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(make_new, make_old)],
            state_operations=[
                migrations.RemoveIndex(model_name='searchword', name='search_everywhere'),
                migrations.AddIndex(
                    model_name='searchword',
                    index=models.Index(fields=['word', 'organisation', 'person'], name='search_every_branch'),
                ),
            ],
        ),
    ]
