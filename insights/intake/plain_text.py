"""A text delivered as a file: which encoding it is in, whole, and never without measure."""

import codecs
from typing import BinaryIO

from insights.intake.archives import unpacked
from insights.intake.source import Unreadable
from insights.intake.table import guessed_encoding

LONGEST_TEXT = 64 * 2**20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def whole_text(file: BinaryIO, encoding: str = "") -> tuple[str, str]:
    """Return the text of `file` with line ends as "\\n", and a sentence when its encoding had to be guessed.

    An `encoding` that is given is believed. Raises Unreadable for what is empty, too long, or no text in it.
    """
    content = unpacked(file).read(LONGEST_TEXT + 1)
    if len(content) > LONGEST_TEXT:
        raise Unreadable("The text is longer than 64 MB. Import it in parts.")
    if not content.strip():
        raise Unreadable("The file is empty.")
    text, notice = _decoded(content, encoding)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", ""), notice


def _decoded(content: bytes, encoding: str) -> tuple[str, str]:
    if not encoding and b"\x00" in content[:4096] and not content.startswith(tuple(mark for mark, _ in _MARKS)):
        raise Unreadable("The file holds binary data, so it is no text.")
    told = encoding or next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(told), ""
    except LookupError:
        raise Unreadable(f"There is no encoding called '{encoding}'. Try utf-8, cp1252 or gb18030.") from None
    except UnicodeError:
        if encoding or told != "utf-8":
            raise Unreadable(f"The file is not {told}. Say which encoding it is in (option encoding).") from None
    return guessed_text(content)


def guessed_text(content: bytes) -> tuple[str, str]:
    """Return bytes that are not UTF-8 as text in the likeliest encoding, and a sentence that says which."""
    telling = b"\n".join(line for line in content[:1_000_000].splitlines() if not line.isascii())
    guess = guessed_encoding(telling)
    sentence = f"The file is not UTF-8; it was read as {guess}. If letters look wrong, say which it is."
    return content.decode(guess, "replace"), sentence
