"""Roles and rights, and the viewer for whom the engine answers. A role is a Django group."""

from collections.abc import Mapping
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, Group, Permission, PermissionsMixin

from insights.metrics.viewer import Viewer
from insights.models import AccessToken, ViewingLimit

Person = AbstractBaseUser | AnonymousUser

READ_METRICS: Final = "insights.read_metrics"
READ_ROWS: Final = "insights.read_feedback_rows"
SEE_AGENTS: Final = "insights.see_agents"
IMPORT: Final = "insights.import_feedback"
EDIT_TAXONOMY: Final = "insights.edit_taxonomy"
LABEL: Final = "insights.add_label"

SCOPES: Final[Mapping[str, str]] = {
    AccessToken.Scope.METRICS_READ.value: READ_METRICS,
    AccessToken.Scope.FEEDBACK_READ.value: READ_ROWS,
    AccessToken.Scope.IMPORTS_WRITE.value: IMPORT,
    AccessToken.Scope.TOPICS_WRITE.value: EDIT_TAXONOMY,
    AccessToken.Scope.LABELS_WRITE.value: LABEL,
}
"""Which right of its person each scope of a token stands on."""

_TOPICS = (EDIT_TAXONOMY, "insights.view_topic", "insights.add_topic", "insights.change_topic")
_FIGURES = ("insights.view_assumption", "insights.add_assumption", "insights.add_channelassumption")
_OVERSIGHT = (
    "insights.view_accesstoken",
    "insights.view_viewinglimit",
    "insights.view_delivery",
    "insights.view_setaside",
    "insights.view_customer",
)
ROLES: Final[Mapping[str, frozenset[str]]] = {
    "CX leader": frozenset({READ_METRICS, READ_ROWS, LABEL}),
    "Contact-center manager": frozenset({READ_METRICS, READ_ROWS, SEE_AGENTS, IMPORT, LABEL}),
    "Analyst": frozenset({READ_METRICS, READ_ROWS, IMPORT, LABEL, *_TOPICS, *_FIGURES}),
    "Agent": frozenset({READ_METRICS}),
    "Administrator": frozenset(
        {
            *(READ_METRICS, READ_ROWS, SEE_AGENTS, IMPORT, LABEL, *_TOPICS, "insights.delete_topic", *_OVERSIGHT),
            *_FIGURES,
            "insights.change_accesstoken",
            *(f"insights.{verb}_viewinglimit" for verb in ("add", "change", "delete")),
        }
    ),
    "Auditor": frozenset({READ_METRICS, READ_ROWS, "insights.view_topic", *_OVERSIGHT}),
}
"""The groups the first migration makes, and what each may do. Administrators may add groups of their own."""


def make_roles() -> None:
    """Make every role that is missing and give it back the rights of ROLES; leave other groups alone."""
    for name, rights in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        codenames = [right.partition(".")[2] for right in rights]
        group.permissions.set(Permission.objects.filter(content_type__app_label="insights", codename__in=codenames))


def may(user: Person, right: str) -> bool:
    """Say whether this person has the right, by role, by name or as superuser."""
    return isinstance(user, PermissionsMixin) and user.has_perm(right)  # False for whoever is not active


def has_scope(user: Person, token: AccessToken | None, scope: str) -> bool:
    """Say whether this person, through this token if there is one, may do what `scope` says."""
    return (token is None or scope in token.scopes) and may(user, SCOPES[scope])


def viewer_for(user: Person, token: AccessToken | None = None) -> Viewer:
    """Return what the engine may show: the person's rights and limits, narrowed by the token's scopes."""
    limits = ViewingLimit.objects.filter(user_id=user.pk) if user.pk is not None else ViewingLimit.objects.none()
    return Viewer(
        may_read_rows=has_scope(user, token, AccessToken.Scope.FEEDBACK_READ),
        may_see_agents=may(user, SEE_AGENTS),
        only={limit.dimension: tuple(limit.values) for limit in limits},
    )
