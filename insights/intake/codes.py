"""Codes that the words beside them or their shape give away: social security, identity papers, network addresses."""

import re

CODE_MARKERS = ("[SSN]", "[ID]", "[IP]")
_BYTE = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IS = r"(?:\W{0,3}(?:number|no|nr|id|is|was|#|:))*\W{0,3}"
_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])"), "[SSN]"),
    (re.compile(rf"(?<![\d.])(?:{_BYTE}\.){{3}}{_BYTE}(?![\d.]*\d)"), "[IP]"),
    (re.compile(r"(?<![\w:])(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}(?![\w:])", re.IGNORECASE), "[IP]"),
)
_SAID: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"(\b(?:ssn|social security){_IS})\d{{3}}[ -]?\d{{2}}[ -]?\d{{4}}(?!\d)", re.IGNORECASE), "[SSN]"),
    (
        re.compile(
            rf"(\b(?:licen[cs]e|passport|tax|identity card){_IS})(?=[a-z-]{{0,3}}\d)[a-z0-9-]{{6,20}}\b", re.IGNORECASE
        ),
        "[ID]",
    ),
    (re.compile(rf"(\b(?:card|cc){_IS})\d(?:[ -]?\d){{11,18}}(?!\d)", re.IGNORECASE), "[CARD]"),
)


def hide_codes(text: str) -> str:
    """Return `text` with markers in place of such codes. Meant for texts that hold many digits."""
    for pattern, marker in _SHAPES:
        text = pattern.sub(marker, text)
    for pattern, marker in _SAID:
        text = pattern.sub(rf"\g<1>{marker}", text)
    return text
