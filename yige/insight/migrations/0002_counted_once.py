from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Count in one area only; the listener counts the journal anew from its beginning."""

    dependencies: ClassVar = [("insight", "0001_initial"), ("base", "0001_initial")]

    operations: ClassVar = [
        migrations.RunSQL(
            "DELETE FROM insight_counter;"
            " DELETE FROM base_cursor WHERE listener = 'insight.counters'",
            reverse_sql="DELETE FROM insight_counter;"
            " DELETE FROM base_cursor WHERE listener = 'insight.counters'",
        ),
        migrations.RemoveConstraint(model_name="counter", name="counter_place"),
        migrations.AddConstraint(
            model_name="counter",
            constraint=models.UniqueConstraint(
                fields=["day", "area_code", "category"], name="counter_place"
            ),
        ),
    ]
