"""Whether whoever is asking may ask this: every view names the scope it needs."""

from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from insights.access import has_scope
from insights.api.authentication import token_of
from insights.api.problems import Problem

if TYPE_CHECKING:  # rest_framework.views imports this module by its setting
    from rest_framework.views import APIView


class HasScope(BasePermission):
    """A token needs the view's `required_scopes`; a person at the browser needs the right that stands behind it."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Say yes, or no to whoever did not say who they are (401). Raises 403 naming the scope that is missing."""
        scopes: tuple[str, ...] = getattr(view, "required_scopes", ())
        if not scopes:
            raise ImproperlyConfigured(f"{type(view).__name__} must name its required_scopes.")
        if request.successful_authenticator is None:
            return False
        token = token_of(request)
        for scope in scopes:
            if not has_scope(request.user, token, scope):
                holder = "This token" if token is not None else "Your role"
                raise Problem(
                    403,
                    "missing-scope",
                    f"{holder} does not allow '{scope}', which this address needs. Make a token with "
                    f"'manage.py token USER --scope {scope}', or ask an administrator for a role that may.",
                    scope=scope,
                )
        return True
