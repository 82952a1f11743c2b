"""Texts as people wrote them: without what databases cannot hold, and without markup that no one meant to say."""

import re
from html import unescape
from html.parser import HTMLParser

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MARKUP = re.compile(
    r"</?(?:p|br|div|span|a|b|i|u|em|strong|ul|ol|li|table|tr|td|th|tbody|thead|h[1-6]|html|body|head|style|script"
    r"|font|img|blockquote|pre|code|hr|meta|link|title|center|section|o:p)(?:\s[^<>]*)?/?>|<!--|<!doctype",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)
_BLOCKS = frozenset(
    [
        "p",
        "br",
        "div",
        "li",
        "tr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "pre",
        "table",
        "ul",
        "ol",
        "hr",
        "section",
        "article",
        "header",
        "footer",
        "td",
        "th",
    ]
)
_UNSAID = frozenset({"style", "script", "head", "title", "template"})
_SPACES = re.compile(r"[ \t\xa0]+")
_GAPS = re.compile(r"\n{3,}")


def clean(text: str) -> str:
    """Return the text without NUL and half characters, which PostgreSQL cannot hold, and without outer space."""
    if text.isascii() and "\x00" not in text:  # nearly every cell, at a fraction of the cost
        return text.strip()
    return _UNSTORABLE.sub("", text).strip()


class _Words(HTMLParser):
    """Collects what a reader of the page would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unsaid = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSAID:
            self._unsaid += 1
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSAID:
            self._unsaid = max(0, self._unsaid - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unsaid:
            self.parts.append(data)


def plain_text(text: str) -> str:
    """Return what is said in `text`: markup becomes line breaks and words, entities become characters.

    Only what is markup counts: "5 < 6", "<3" and "a & b" stay as they are.
    """
    if "<" in text and _MARKUP.search(text):
        words = _Words()
        words.feed(text)
        words.close()
        lines = (_SPACES.sub(" ", line).strip() for line in "".join(words.parts).splitlines())
        return _GAPS.sub("\n\n", "\n".join(lines)).strip()
    if "&" in text and _ENTITY.search(text):
        return unescape(text)
    return text
