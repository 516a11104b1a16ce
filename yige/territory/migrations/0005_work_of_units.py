from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("territory", "0004_strokes_and_locks")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="planunit",
            name="work",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
