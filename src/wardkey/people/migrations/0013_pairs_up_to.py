from datetime import timedelta
from typing import Any

from django.db import migrations, models
from django.utils import timezone

BEFORE_THE_PAIRS = timedelta(days=1)  # longer than 0012 takes


def begin_where_the_pairs_were_made(apps: Any, _schema_editor: Any) -> None:
    entries = apps.get_model("audit", "ChangeEntry").objects.filter(leaf_index__isnull=False)
    older = entries.filter(at__lt=timezone.now() - BEFORE_THE_PAIRS).order_by("-leaf_index")
    place = older.values_list("leaf_index", flat=True).first()
    if place is not None:
        apps.get_model("people", "PairsUpTo").objects.create(leaf_index=place)


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0006_of_new_names'),
        ('people', '0012_two_words_together'),
    ]

    operations = [
        migrations.CreateModel(
            name='PairsUpTo',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('leaf_index', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.RunPython(begin_where_the_pairs_were_made, migrations.RunPython.noop),
    ]
