"""What a role may, what a viewer sees, and how a token is made."""

from importlib import import_module
from io import StringIO

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from insights.access import ROLES, TokenRefused, has_scope, issue_token, make_roles, revoke, token_behind, viewer_for
from insights.models import AccessToken, ViewingLimit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def roles(db):
    make_roles()


def person(role: str | None, name: str = "kim", **more) -> User:
    user = User.objects.create_user(name, password="a long enough pass phrase", **more)
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def test_the_migrations_make_the_very_roles_that_the_code_names():
    roles = import_module("insights.migrations.0003_roles").ROLES
    later = [
        import_module(f"insights.migrations.{name}").MORE_RIGHTS
        for name in ("0016_taxonomy_rights", "0018_labels_and_quality", "0022_assumptions")
    ]
    made = {
        name: {
            f"insights.{right.partition('.')[2]}"
            for right in [*rights, *(right for more in later for right in more.get(name, []))]
        }
        for name, rights in roles.items()
    }
    assert made == {name: set(rights) for name, rights in ROLES.items()}


def test_each_role_has_its_rights_in_the_database():
    for name, rights in ROLES.items():
        group = Group.objects.get(name=name)
        assert {f"insights.{code}" for code in group.permissions.values_list("codename", flat=True)} == rights


@pytest.mark.parametrize(
    ("role", "rows", "agents"),
    [
        ("CX leader", True, False),
        ("Contact-center manager", True, True),
        ("Analyst", True, False),
        ("Agent", False, False),
        ("Administrator", True, True),
        ("Auditor", True, False),
        (None, False, False),
    ],
)
def test_a_viewer_sees_what_the_role_may(role, rows, agents):
    viewer = viewer_for(person(role))
    assert (viewer.may_read_rows, viewer.may_see_agents, dict(viewer.only)) == (rows, agents, {})


def test_whoever_is_not_signed_in_sees_nothing_more():
    viewer = viewer_for(AnonymousUser())
    assert not viewer.may_read_rows
    assert not has_scope(AnonymousUser(), None, "metrics:read")


def test_a_superuser_sees_everything_and_one_who_left_nothing():
    assert viewer_for(person(None, is_superuser=True)).may_see_agents
    assert not has_scope(person("CX leader", "lee", is_active=False), None, "metrics:read")


def test_a_token_narrows_its_viewer():
    user = person("Analyst")
    token, _ = issue_token(user=user, scopes=["metrics:read"], days=1, name="", now=timezone.now())
    assert viewer_for(user).may_read_rows
    assert not viewer_for(user, token).may_read_rows
    assert viewer_for(user).scope_key != viewer_for(user, token).scope_key


def test_limits_of_a_person_narrow_the_viewer():
    user = person("Analyst")
    ViewingLimit.objects.create(user=user, dimension="team", values=["North", "South"])
    ViewingLimit.objects.create(user=user, dimension="channel", values=["CHAT"])
    assert dict(viewer_for(user).only) == {"team": ("North", "South"), "channel": ("CHAT",)}


@pytest.mark.parametrize(("dimension", "values"), [("team", []), ("agent", ["x"])])
def test_the_database_refuses_a_limit_that_makes_no_sense(dimension, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        ViewingLimit.objects.create(user=person(None), dimension=dimension, values=values)


def test_a_token_is_revoked_once():
    token, secret = issue_token(user=person("Analyst"), scopes=["metrics:read"], days=1, name="", now=timezone.now())
    assert revoke(token, now=timezone.now())
    assert not revoke(token, now=timezone.now())
    with pytest.raises(TokenRefused, match="revoked"):
        token_behind(secret, now=timezone.now())


def run(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("token", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_command_prints_the_token_alone_and_keeps_its_digest():
    user = person("Analyst")
    out, err = run("kim", "--scope", "metrics:read", "--scope", "feedback:read", "--days", "7", "--name", "notebook")
    secret = out.strip()
    token = token_behind(secret, now=timezone.now())
    assert (token.user, token.scopes, token.name) == (user, ["metrics:read", "feedback:read"], "notebook")
    assert 6 <= (token.expires_at - timezone.now()).days <= 7
    assert secret not in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nobody", "--scope", "metrics:read"), "createsuperuser"),
        (("kim", "--scope", "metrics:write"), "metrics:read, feedback:read, imports:write"),
        (("kim", "--scope", "imports:write"), "role"),
        (("kim", "--scope", "metrics:read", "--days", "0"), "1 to 3650 days"),
        (("kim",), "--scope"),
    ],
)
def test_the_command_says_what_is_wrong_and_what_works(arguments, words):
    person("CX leader")
    with pytest.raises(CommandError, match=words):
        run(*arguments)
    assert not AccessToken.objects.exists()
