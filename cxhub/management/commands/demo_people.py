"""`manage.py demo_people`: the people who can sign in to the demo."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from cxhub.launcher.state import State
from cxhub.launcher.status import DEMO_PEOPLE
from insights.access import roles


class Command(BaseCommand):
    """Makes one person of each role, or gives them the demo's password and role again."""

    help = "Make the demo's people: leader, manager and analyst, with the password of the instance."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Make the people; safe to run twice."""
        roles.make_roles()
        password = State(settings.STATE_DIR).secrets().get("demo_password")
        if not password:
            raise CommandError("This instance has no demo password. Run 'python3 manage.py demo'.")
        for name, role in DEMO_PEOPLE.items():
            user, _ = User.objects.get_or_create(username=name, defaults={"is_staff": role == "Analyst"})
            if not user.check_password(password):  # setting it again would sign everybody out
                user.set_password(password)
                user.save(update_fields=["password"])
            user.groups.set([Group.objects.get(name=role)])
            self.stdout.write(f"{name}: {role}")
