"""What one person may see and do: rights, the viewer for the engine, tokens for programs, the rows they may read."""

from insights.access.roles import ROLES, SCOPES, has_scope, make_roles, may, viewer_for
from insights.access.rows import facts_of, readable
from insights.access.tokens import TokenRefused, issue_token, revoke, token_behind

__all__ = [
    "ROLES",
    "SCOPES",
    "TokenRefused",
    "facts_of",
    "has_scope",
    "issue_token",
    "make_roles",
    "may",
    "readable",
    "revoke",
    "token_behind",
    "viewer_for",
]
