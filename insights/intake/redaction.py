"""Redaction by rule: e-mails, phones, payment cards, IBANs and the record's own names, before anything is written.

The rules look at the text alone, change nothing they have already hidden, and cost next to nothing where there is
nothing to find. Names that the record does not know are the enrichment's second pass.
"""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

import phonenumbers
from django.conf import settings
from stdnum import iban, luhn
from stdnum.exceptions import ValidationError

from insights.intake.codes import CODE_MARKERS, hide_codes

VERSION = "2"
MARKERS = ("[EMAIL]", "[PHONE]", "[CARD]", "[IBAN]", "[NAME]", *CODE_MARKERS)

_MAILBOX = r"\w.!#$%&'*+/=?^`{|}~-"
# Starts only where a mailbox can start, so that a long run of letters is walked once.
_EMAIL = re.compile(rf"(?<![{_MAILBOX}])[{_MAILBOX}]{{1,256}}@(?:[\w-]+\.)+[\w-]+")
_EMAIL_QUOTED = re.compile(r'"[^"\s@]{1,64}"@(?:[\w-]+\.)+[\w-]+')
_EMAIL_SPELLED = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64} ?[(\[{] ?at ?[)\]}] ?[\w-]+(?:(?:\.| ?[(\[{] ?dot ?[)\]}] ?)[\w-]+)+", re.IGNORECASE
)
_SPELLED_AT = re.compile(r"[(\[{] ?[aA][tT] ?[)\]}]")  # "at" alone is in every text, and the rule above walks all of it
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}")
_MANY_DIGITS = re.compile(r"\d(?:[^\d\n]{0,3}\d){6}")
_DIGIT_RUN = re.compile(r"\d(?:[ .-]?\d){12,}")
_DIGITS = re.compile(r"\d+")
_NO_DIGIT = re.compile(r"\D")
_LONGEST_CARD = 19
_CARD_PREFIX = re.compile(r"4|5|6|3[0-9]|2[2-7]")
# Not behind a capital and a dash: "customer number LM-20184000" is no telephone's.
_PHONE = re.compile(r"(?<![\w@])(?<![A-Z]-)(?:\+|\(\+?)?\d(?:[ ()./\u2010-\u2013-]{0,3}\d){6,17}(?:x\d{1,6})?(?![\w@])")
_PHONE_AMERICAN = re.compile(r"(?:\+?1[-. ])?(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-.]\d{4}")
_PHONE_TRUNK = re.compile(r"\(?0\d{2,5}\)?[ /-]{1,3}\d{3,4}(?:[ -]?\d{2,4}){1,3}")
_DATE = re.compile(r"(?<!\d)(?:\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d{2}|(?:19|20)\d{2}[./-]\d{1,2}[./-]\d{1,2})(?!\d)")
_AMOUNT = re.compile(r"(?:\d{1,3}(?:[. ]\d{3})+|\d+\.\d+)")
_IDENTIFIER_BEFORE = re.compile(
    r"(?:#|\b(?:order|ticket|case|invoice|booking|reference|ref|id|tracking|parcel|contract|customer|account|serial"
    r"|bestell\w*|auftrag\w*|rechnung\w*|vertrag\w*|kunden\w*|vorgang\w*|sendung\w*))\W{0,3}"
    r"(?:(?:no|nr|number|nummer|id|is|ist|lautet)\b\W{0,3}){0,2}$",
    re.IGNORECASE,
)
_PHONE_BEFORE = re.compile(
    r"\b(?:phone|tel|telephone|call|mobile|cell|fax|text|sms|ring|reach|whatsapp|number|telefon|handy|mobil"
    r"|rufnummer|nummer|anruf\w*|erreichbar|erreichen)\b[^\d\n]{0,25}$",
    re.IGNORECASE,
)
# after these any number of seven digits is a telephone's, valid or not: customers mistype, and leave out the prefix
_PHONE_SURELY_BEFORE = re.compile(
    r"\b(?:phone|tel|telephone|mobile|cell|fax|whatsapp|desk|telefon|handy|mobil|rufnummer|answering at"
    r"|messages to|call(?: me)?(?: (?:at|on|under))?|(?:reach|ring|text)(?: me)? (?:at|on|under))"
    r"\W{0,3}(?:(?:number|no|nr|is)\b\W{0,3}){0,2}$",
    re.IGNORECASE,
)
_PHONE_SURELY_AFTER = re.compile(r"[ -](?:office|fax|mobile|cell|desk)\b", re.IGNORECASE)
_LONGEST_PHONE_CONTEXT = 40
_NAME_PART = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LONGEST_REPEATED = 60


def redact(text: str, names: Collection[str] = ()) -> str:
    """Return `text` with markers in place of what identifies a person. Redacting it again changes nothing."""
    text = _by_rule_once_seen(text) if len(text) <= _LONGEST_REPEATED else _by_rule(text)
    return _without_names(text, tuple(names)) if names else text


def _by_rule(text: str) -> str:
    while True:
        redacted = _pass(text)
        if redacted == text:
            return text
        text = redacted  # what is hidden may lay something else bare


_by_rule_once_seen = lru_cache(maxsize=8192)(_by_rule)  # choices, segments: the same words in every record


def _without_names(text: str, names: tuple[str, ...]) -> str:
    spellings = {spelling for spelling in _all_spellings(names) if spelling in text}
    return _names_pattern(spellings).sub(_hide_name, text) if spellings else text


@lru_cache(maxsize=1024)
def _all_spellings(names: tuple[str, ...]) -> tuple[str, ...]:
    """The spellings of the names of one record, which has many texts."""
    return tuple({spelling for name in names for spelling in _spellings(name.strip())})


def _pass(text: str) -> str:
    if "@" in text:
        text = _EMAIL_QUOTED.sub("[EMAIL]", _EMAIL.sub("[EMAIL]", text))
    elif _SPELLED_AT.search(text):
        text = _EMAIL_SPELLED.sub("[EMAIL]", text)
    if not _MANY_DIGITS.search(text):
        return text
    text = _DIGIT_RUN.sub(_hide_card, _IBAN.sub(_hide_iban, text))
    return _PHONE.sub(_hide_phone, hide_codes(text))


def _hide_iban(match: re.Match[str]) -> str:
    """Hide the longest beginning that is an IBAN; words behind it are left."""
    found = match.group()
    for end in range(len(found), 14, -1):
        if found[end - 1].isalnum() and _is_iban(found[:end]):
            return "[IBAN]" + found[end:]
    return found


def _is_iban(candidate: str) -> bool:
    try:
        iban.validate(candidate, check_country=False)
    except ValidationError:
        return False
    return True


def _hide_card(match: re.Match[str]) -> str:
    """Hide every run of whole digit groups that is a card number: dates and years may stand beside it."""
    found = match.group()
    groups = [piece.span() for piece in _DIGITS.finditer(found)]
    shown, at = [], 0
    for first, (start, _) in enumerate(groups):
        end = _end_of_card(found, groups[first : first + _LONGEST_CARD]) if start >= at else 0
        if end:
            shown += [found[at:start], "[CARD]"]
            at = end
    return "".join([*shown, found[at:]])


def _end_of_card(found: str, groups: list[tuple[int, int]]) -> int:
    """Return where a card number ends that begins with the first of these groups, 0 when none does."""
    start = groups[0][0]
    for _, end in reversed(groups):
        digits = _NO_DIGIT.sub("", found[start:end])
        if 13 <= len(digits) <= _LONGEST_CARD and _CARD_PREFIX.match(digits) and luhn.is_valid(digits):
            return end
    return 0


def _hide_phone(match: re.Match[str]) -> str:
    found = match.group()
    before = match.string[max(0, match.start() - _LONGEST_PHONE_CONTEXT) : match.start()]
    if _PHONE_SURELY_AFTER.match(match.string, match.end()) and not _DATE.fullmatch(found):
        return "[PHONE]"
    return "[PHONE]" if _is_phone(found, before) else found


def _is_phone(found: str, before: str) -> bool:
    digits = _NO_DIGIT.sub("", found)
    if found.lstrip("(").startswith("+"):
        return 8 <= len(digits) <= 15
    if _PHONE_SURELY_BEFORE.search(before) and not _DATE.fullmatch(found):
        return True
    if _DATE.search(found) or _AMOUNT.fullmatch(found) or _IDENTIFIER_BEFORE.search(before):
        return False
    if _PHONE_AMERICAN.fullmatch(found) or (_PHONE_TRUNK.fullmatch(found) and 9 <= len(digits) <= 13):
        return True
    if not digits.startswith("0") and not _PHONE_BEFORE.search(before):
        return False  # a bare number is an order, a ticket or an amount unless the words say otherwise
    return _is_valid_number(found)


def _is_valid_number(found: str) -> bool:
    try:
        number = phonenumbers.parse(found, settings.DEFAULT_PHONE_REGION)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(number)


def _names_pattern(spellings: set[str]) -> re.Pattern[str]:
    """One pattern for all spellings that occur; markers match first and stay."""
    longest_first = sorted(spellings, key=lambda spelling: (-len(spelling), spelling))
    either = "|".join(re.escape(spelling) for spelling in longest_first)
    markers = "|".join(re.escape(marker) for marker in MARKERS)
    return re.compile(rf"(?:{markers})|(?<!\w)(?:{either})(?!\w)")


def _spellings(name: str) -> Iterable[str]:
    """A whole name in any usual case and in both orders; its parts alone, since "Will" is a name and "will" a word.

    Parts of fewer than three letters are hidden in the whole name only: "An" and "Jo" begin sentences too.
    """
    parts = [part for word in name.split() for part in _parts_of(word)]
    if len(parts) > 1:
        for whole in {name, " ".join(parts), " ".join((*parts[1:], parts[0])), " ".join((parts[-1], *parts[:-1]))}:
            yield from (whole, whole.upper(), whole.lower(), whole.title())
    for part in parts:
        if _is_short(part) or (part.islower() and len(parts) > 1 and not name.islower()):  # the "von" in a name
            continue
        yield from (part, part.upper())
        if part.islower() or part.isupper():
            yield part.title()
        if len(part) >= 5 or not part.isalpha():
            yield part.lower()


def _parts_of(word: str) -> list[str]:
    """Return the names in a word without the marks around them; a word with digits is a name of its own kind."""
    if any(sign.isdigit() or sign == "_" for sign in word):
        return [word] if any(sign.isalpha() for sign in word) else []
    return _NAME_PART.findall(word)


def _is_short(part: str) -> bool:
    return len(part) < (2 if part.upper() == part.lower() else 3)  # two signs are a whole name where there is no case


def _hide_name(match: re.Match[str]) -> str:
    return match.group() if match.group() in MARKERS else "[NAME]"
