"""What a status code means for us, in words, with what to do."""

from collections.abc import Callable, Mapping
from datetime import datetime

from urllib3.response import BaseHTTPResponse

from insights.intake.pulls.backoff import seconds_until
from insights.intake.pulls.trouble import Broken, Misdeclared, Refused, Throttled

_SOME = 4096
Limit = Callable[[Mapping[str, str]], float | None]


def no_limit(headers: Mapping[str, str]) -> float | None:
    """Return nothing: most vendors say in Retry-After how long to wait."""
    return None


def refuse_failure(
    response: BaseHTTPResponse, headers: Mapping[str, str], host: str, now: datetime, limit: Limit = no_limit
) -> None:
    """Raise the Trouble that a status other than 2xx means. The body of the answer is not told: it may quote us.

    `limit` reads from the headers how long a vendor wants us to wait, where it does not say so in Retry-After.
    """
    status = response.status
    if 200 <= status < 300:
        return
    response.read(_SOME)
    wanted = seconds_until(headers.get("retry-after", ""), now)
    if wanted is None:
        wanted = limit(headers)
    if status == 429:
        raise Throttled(f"{host} asks us to slow down (429). The pull goes on by itself.", wait_seconds=wanted)
    if status == 401:
        raise Refused(
            f"The token was refused by {host} (401): it has expired, was withdrawn or was mistyped. Make a new one "
            "there and give it to this pull; what has come so far stays, and nothing is lost meanwhile."
        )
    if status == 403:
        raise Refused(
            f"{host} does not let this token read what is asked for (403). Give its owner the right to, or use the "
            "token of somebody who has it."
        )
    if status >= 500 or status == 408:
        raise Broken(f"{host} had an error of its own ({status}). It is asked again by itself.", wait_seconds=wanted)
    if status == 404:
        raise Misdeclared(f"{host} knows nothing at this address (404). Check what the pull was told.", status=404)
    raise Misdeclared(f"{host} did not accept our question ({status}). Check what the pull was told.", status=status)
