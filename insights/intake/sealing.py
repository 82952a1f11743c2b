"""Keys for what intake keeps: derived from CXHUB_RAW_KEY, one per purpose, and the sealing of small payloads."""

import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE_BYTES = 12


class SealBroken(Exception):
    """Something kept under our key was changed, cut off, or written under another key."""


@lru_cache(maxsize=64)
def _derive(raw_key: str, purpose: bytes, salt: bytes) -> bytes:
    try:
        root = bytes.fromhex(raw_key)
    except ValueError:
        raise ImproperlyConfigured(
            "CXHUB_RAW_KEY is not hexadecimal. It is 64 hexadecimal digits, made with: openssl rand -hex 32"
        ) from None
    if len(root) < 32:
        raise ImproperlyConfigured("CXHUB_RAW_KEY is shorter than 64 hexadecimal digits (256 bits).")
    return HKDF(algorithm=SHA256(), length=32, salt=salt or None, info=purpose).derive(root)


def derived_key(purpose: bytes, salt: bytes = b"") -> bytes:
    """Return the 256-bit key for one purpose (HKDF-SHA256, RFC 5869)."""
    return _derive(settings.RAW_KEY, purpose, salt)


SET_ASIDE = b"cxhub set aside"
CONNECTION = b"cxhub connection"
_CALLED = {SET_ASIDE: "A record set aside", CONNECTION: "The secrets of a connection"}


def seal(payload: bytes, context: bytes, purpose: bytes = SET_ASIDE) -> bytes:
    """Encrypt a small payload (AES-256-GCM). `context` is authenticated, so that it cannot stand in for another."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(derived_key(purpose)).encrypt(nonce, payload, context)


def unseal(sealed: bytes, context: bytes, purpose: bytes = SET_ASIDE) -> bytes:
    """Return what was sealed under `context`, or raise SealBroken."""
    try:
        return AESGCM(derived_key(purpose)).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)
    except InvalidTag:
        raise SealBroken(f"{_CALLED[purpose]} cannot be read: changed, or CXHUB_RAW_KEY is another.") from None
