"""Who is asking: a bearer token, kept here as a digest only."""

from django.contrib.auth.models import User
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from insights.access import TokenRefused, token_behind
from insights.models import AccessToken


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer cx_…`. Any other scheme is left to the session."""

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        """Return the token's person and the token, or None where no bearer token was sent. Raises 401."""
        scheme, _, secret = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        try:
            token = token_behind(secret.strip().decode("ascii"), now=timezone.now())
        except UnicodeDecodeError:
            raise AuthenticationFailed("A token holds only ASCII characters.") from None
        except TokenRefused as refused:
            raise AuthenticationFailed(str(refused)) from None
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Return what WWW-Authenticate says."""
        return 'Bearer realm="cxhub"'


def token_of(request: Request) -> AccessToken | None:
    """Return the token this request came with; None for a person at the browser."""
    return request.auth if isinstance(request.auth, AccessToken) else None
