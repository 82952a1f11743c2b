"""Let a retired topic leave its name to others, and give the roles that edit the taxonomy the right to."""

from django.db import migrations, models


MORE_RIGHTS = {"Analyst": ["topic.edit_taxonomy"], "Administrator": ["topic.edit_taxonomy"]}


def give_rights(apps, schema_editor):
    """Add the right to the groups that are there; its permission may not stand yet."""
    group, permission, content_type = (
        apps.get_model("auth", "Group"),
        apps.get_model("auth", "Permission"),
        apps.get_model("contenttypes", "ContentType"),
    )
    kind, _ = content_type.objects.get_or_create(app_label="insights", model="topic")
    right, _ = permission.objects.get_or_create(
        content_type=kind, codename="edit_taxonomy", defaults={"name": "Can edit the taxonomy and put it live"}
    )
    for role in group.objects.filter(name__in=MORE_RIGHTS):
        role.permissions.add(right)


class Migration(migrations.Migration):

    dependencies = [
        ('insights', '0015_search'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='topic',
            name='topic_name_once_per_parent',
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.UniqueConstraint(condition=models.Q(('is_active', True)), fields=('parent', 'name'), name='topic_used_name_once_per_parent', nulls_distinct=False),
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
