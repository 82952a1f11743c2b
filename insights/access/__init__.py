"""What one person may see and do: rights, the viewer for the engine, tokens for programs, the rows they may read."""

from insights.access.roles import ROLES, SCOPES, has_scope, make_roles, may, viewer_for
from insights.access.rows import HIDDEN, WORDS_MAY_BE_SEEN, facts_of, readable, said_alike, words_hidden
from insights.access.tokens import TokenRefused, issue_token, revoke, token_behind

__all__ = [
    "HIDDEN",
    "ROLES",
    "SCOPES",
    "WORDS_MAY_BE_SEEN",
    "TokenRefused",
    "facts_of",
    "has_scope",
    "issue_token",
    "make_roles",
    "may",
    "readable",
    "revoke",
    "said_alike",
    "token_behind",
    "viewer_for",
    "words_hidden",
]
