"""JSON as it comes in, refusing what Python can read but nothing can store."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser


class JsonParser(BaseParser):
    """Strict JSON: no NaN, no half characters, no nesting that exhausts the stack, no member twice."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the value. Raises ParseError with a sentence."""
        try:
            text = _whole(stream).decode("utf-8-sig")
            value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_once)
            if "\\ud" in text or "\\uD" in text:  # only an escape can bring half a character in
                json.dumps(value, ensure_ascii=False).encode()
        except UnicodeDecodeError:
            raise ParseError("The body is not UTF-8.") from None
        except UnicodeEncodeError:
            raise ParseError("The body holds half a character (a lone surrogate such as \\ud83d).") from None
        except RecursionError:
            raise ParseError("The body is nested too deeply.") from None
        except ValueError as wrong:
            raise ParseError(f"The body is not JSON: {wrong}.") from None
        return value


def _whole(stream: IO[Any]) -> bytes:
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    body: bytes = stream.read() if most is None else stream.read(most + 1)
    if most is not None and len(body) > most:
        raise RequestDataTooBig
    return body


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the member '{next(n for n in names if names.count(n) > 1)}' stands twice")
    return found
