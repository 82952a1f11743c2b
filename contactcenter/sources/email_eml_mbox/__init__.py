"""Mails: single ones (.eml) and whole mailboxes (.mbox), put together into threads."""

from contactcenter.sources.email_eml_mbox.source import EmailEmlMbox

__all__ = ["EmailEmlMbox"]
