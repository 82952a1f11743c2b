"""What a mail says, decoded from whatever charset it claims: headers, and the text that a person wrote."""

import re
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses

from contactcenter.quoted import own_html, own_words
from insights.intake.plain_text import guessed_text
from insights.intake.wording import clean, plain_text

_ALIASES = {
    "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932",
    "gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "utf-8",
    "ascii": "utf-8", "utf8": "utf-8",
}  # fmt: skip
_DEEPEST = 30


def header(message: Message, name: str) -> str:
    """Return a header as people read it: decoded, in one line, "" when there is none."""
    return " ".join(decoded_header(next(iter(_raw(message, name)), "")).split())[:2000]


def _raw(message: Message, name: str) -> list[str]:
    """Return the values of a header as they stand there; bytes that are no ASCII are kept as surrogates."""
    return [str(value) for one, value in message.raw_items() if one.lower() == name.lower()]


def decoded_header(value: str) -> str:
    """Return the words of a header, whether encoded as RFC 2047 wants it or raw."""
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError):
        return value
    told = []
    for piece, charset in pieces:
        raw = piece if isinstance(piece, bytes) else piece.encode("utf-8", "surrogateescape")
        told.append(in_charset(raw, charset or ""))
    return clean("".join(told))


def people(message: Message, *names: str) -> list[tuple[str, str]]:
    """Return the (name, address) of everyone in these headers; what is no address is left out."""
    values = [" ".join(one.split()) for name in names for one in _raw(message, name)]
    found = []
    for name, address in getaddresses([value.replace(";", ",") for value in values]):
        name = decoded_header(name).strip("'\" ")
        if "@" in address and len(address) <= 190:
            found.append((name if "@" not in name else "", address.strip().lower()))
    return found


def in_charset(raw: bytes, charset: str) -> str:
    """Return bytes as text: in the charset they claim, else UTF-8, else the likeliest."""
    name = charset.lower().strip("'\" ")
    for one in dict.fromkeys((_ALIASES.get(name, name), "utf-8")):
        try:
            return raw.decode(one) if one else raw.decode("utf-8")
        except (LookupError, UnicodeError, ValueError):
            continue
    return guessed_text(raw)[0]


def words_of(message: Message) -> tuple[str, int]:
    """Return what the writer wrote, without quotes and signatures, and how many attachments there are beside it."""
    plain: list[str] = []
    markup: list[str] = []
    attachments = _collect(message, plain, markup, 0)
    text = "\n\n".join(one for one in plain if one.strip())
    if not text.strip() and markup:
        text = "\n\n".join(plain_text(own_html(one)) for one in markup)
    text = clean(text)
    return own_words(text) or _forwarded(text), attachments


def _forwarded(text: str) -> str:
    """A mail that only forwards says what it forwards."""
    return text if re.search(r"^\s*(?:-+\s*Forwarded message|Begin forwarded message)", text, re.MULTILINE) else ""


def _collect(part: Message, plain: list[str], markup: list[str], depth: int) -> int:
    if depth > _DEEPEST:
        return 1
    inside = part.get_payload()
    if part.is_multipart() and isinstance(inside, list):
        if part.get_content_type() in ("message/rfc822", "multipart/report") and depth:
            return 1
        return sum(_collect(one, plain, markup, depth + 1) for one in inside if isinstance(one, Message))
    kind = part.get_content_type()
    if kind not in ("text/plain", "text/html") or _is_attached(part):
        return 1
    text = _text(part)
    (plain if kind == "text/plain" else markup).append(text)
    return 0


def _is_attached(part: Message) -> bool:
    try:
        return part.get_content_disposition() == "attachment" or bool(part.get_filename())
    except (ValueError, LookupError, IndexError, TypeError, MessageError):
        return False


def _text(part: Message) -> str:
    try:
        raw = part.get_payload(decode=True)
    except (ValueError, LookupError, MessageError):
        raw = None
    charset = _parameter(part, "charset")
    text = in_charset(raw if isinstance(raw, bytes) else b"", charset).replace("\r\n", "\n")
    return _unflowed(text, _parameter(part, "delsp") == "yes") if _parameter(part, "format") == "flowed" else text


def _parameter(part: Message, name: str) -> str:
    try:
        value = part.get_param(name, "")
    except (ValueError, LookupError, IndexError, TypeError, MessageError):
        return ""
    return str(value[2] if isinstance(value, tuple) else value or "").lower()


def _unflowed(text: str, drops_space: bool) -> str:
    """Join the lines that a mail program broke (RFC 3676), but never a quoted one with one that is not."""
    joined: list[str] = []
    goes_on = False
    for line in text.split("\n"):
        if goes_on and not line.startswith(">") and not joined[-1].startswith(">"):
            joined[-1] = (joined[-1][:-1] if drops_space else joined[-1]) + line
        else:
            joined.append(line)
        goes_on = line.endswith(" ") and line != "-- "
    return "\n".join(joined)
