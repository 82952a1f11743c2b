"""Create the roles. A frozen copy of insights.access.ROLES; a test says when the two differ."""

from django.db import migrations

ROLES = {
    "CX leader": ["feedback.read_metrics", "feedback.read_feedback_rows"],
    "Contact-center manager": [
        "feedback.read_metrics",
        "feedback.read_feedback_rows",
        "feedback.see_agents",
        "feedback.import_feedback",
    ],
    "Analyst": [
        "feedback.read_metrics",
        "feedback.read_feedback_rows",
        "feedback.import_feedback",
        "topic.view_topic",
        "topic.add_topic",
        "topic.change_topic",
    ],
    "Agent": ["feedback.read_metrics"],
    "Administrator": [
        "feedback.read_metrics",
        "feedback.read_feedback_rows",
        "feedback.see_agents",
        "feedback.import_feedback",
        "topic.view_topic",
        "topic.add_topic",
        "topic.change_topic",
        "topic.delete_topic",
        "accesstoken.view_accesstoken",
        "accesstoken.change_accesstoken",
        "viewinglimit.view_viewinglimit",
        "viewinglimit.add_viewinglimit",
        "viewinglimit.change_viewinglimit",
        "viewinglimit.delete_viewinglimit",
        "delivery.view_delivery",
        "setaside.view_setaside",
        "customer.view_customer",
    ],
    "Auditor": [
        "feedback.read_metrics",
        "feedback.read_feedback_rows",
        "topic.view_topic",
        "accesstoken.view_accesstoken",
        "viewinglimit.view_viewinglimit",
        "delivery.view_delivery",
        "setaside.view_setaside",
        "customer.view_customer",
    ],
}


def create_roles(apps, schema_editor):
    """Make each group with its permissions; the permissions themselves may not stand yet, so make those too."""
    group, permission, content_type = (
        apps.get_model("auth", "Group"),
        apps.get_model("auth", "Permission"),
        apps.get_model("contenttypes", "ContentType"),
    )
    for name, wanted in ROLES.items():
        role, _ = group.objects.get_or_create(name=name)
        for dotted in wanted:
            model, codename = dotted.split(".")
            kind, _ = content_type.objects.get_or_create(app_label="insights", model=model)
            names = dict(apps.get_model("insights", model)._meta.permissions)
            words = names.get(codename) or f"Can {codename.split('_')[0]} {model}"
            right, _ = permission.objects.get_or_create(
                content_type=kind, codename=codename, defaults={"name": words}
            )
            role.permissions.add(right)


def remove_roles(apps, schema_editor):
    """Remove the groups again."""
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("insights", "0002_access"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(create_roles, remove_roles)]
