"""Links that were there before links said how they were found: all of them were found by id."""

from django.db import migrations

_SAY_SO = "UPDATE insights_feedback SET about_by = 'ID' WHERE about_id IS NOT NULL AND about_by = ''"


class Migration(migrations.Migration):
    dependencies = [("insights", "0009_link_rules")]

    operations = [migrations.RunSQL(_SAY_SO, migrations.RunSQL.noop)]
