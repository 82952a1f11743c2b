"""Telephone numbers made alike, so that the same one is known however it was written."""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

_INTERNATIONAL = re.compile(r"\+[1-9][0-9 ()/.-]*")
_NO_DIGIT = re.compile(r"\D")


@lru_cache(maxsize=8192)
def normal_phone(phone: str, region: str) -> str:
    """Return the number in E.164 where it can be understood, else its digits; "" where there are fewer than six."""
    if _INTERNATIONAL.fullmatch(phone):
        digits = _NO_DIGIT.sub("", phone)
        if len(digits) < 6:
            return ""
        known = _understood(digits)
        if known is not None:
            return f"+{digits}" if known else digits
    return _parsed(phone, region)


def _parsed(phone: str, region: str) -> str:
    digits = "".join(character for character in phone if character.isdigit())
    if len(digits) < 6:
        return ""
    try:
        number = phonenumbers.parse(phone, region)
    except phonenumbers.NumberParseException:
        return digits
    if not phonenumbers.is_possible_number(number):
        return digits
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _understood(digits: str) -> bool | None:
    """Whether these digits behind a plus are a possible number as they stand; None where only the parser can tell.

    It takes a fifth of the parser's time. What is like a prefix of the country behind its code is left to the parser,
    which may take it away, and so are leading zeros and countries it does not know.
    """
    for length in (1, 2, 3):
        country = _country(digits[:length])
        if country is not None:
            prefix, lengths = country
            national = digits[length:]
            if national[:1] == "0" or (prefix is not None and prefix.match(national)):
                return None
            return len(national) in lengths
    return None


@lru_cache(maxsize=2048)
def _country(code: str) -> tuple[re.Pattern[str] | None, frozenset[int]] | None:
    """Return what stands before national numbers of a country's code, and how long its numbers are."""
    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(code))
    if regions is None:
        return None
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(int(code), regions[0])
    if metadata is None or metadata.general_desc is None:
        return None
    prefix = metadata.national_prefix_for_parsing
    general = metadata.general_desc
    lengths = frozenset({*general.possible_length, *general.possible_length_local_only})
    return (re.compile(prefix) if prefix else None), lengths
