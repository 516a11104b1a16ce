from django.db import migrations, models
from django.db.models import F

import yige.base.fields


def remember_area(apps, schema_editor):
    """Take the area of a net that is here already as the one it came in with."""
    apps.get_model("nets", "LegacyNet").objects.update(first_area=F("area_code"))


class Migration(migrations.Migration):
    dependencies = [("nets", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="legacynet",
            name="first_area",
            field=models.CharField(default="", max_length=12),
            preserve_default=False,
        ),
        migrations.RunPython(remember_area, migrations.RunPython.noop),
        migrations.AddField(
            model_name="legacynet",
            name="unit_code",
            field=yige.base.fields.UnitCodeField(
                blank=True, db_index=True, default="", max_length=18
            ),
        ),
        migrations.AlterField(
            model_name="legacynet",
            name="area_code",
            field=yige.base.fields.AreaCodeField(db_index=True, max_length=15),
        ),
        migrations.RemoveConstraint(model_name="legacynet", name="legacy_net_once"),
        migrations.AddConstraint(
            model_name="legacynet",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("first_area", "kind", "name"),
                name="legacy_net_once",
            ),
        ),
    ]
