from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("territory", "0005_work_of_units")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="CommunityBefore",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("community_code", models.CharField(db_index=True, max_length=12)),
                ("valid_until", models.DateTimeField(db_index=True)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="communities_before",
                        to="territory.unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("unit", "valid_until"), name="community_before_once"
                    )
                ],
            },
        ),
    ]
