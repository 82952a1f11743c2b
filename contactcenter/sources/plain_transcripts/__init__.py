"""Transcripts as plain text: labelled lines, WhatsApp exports, Teams call records, SIPREC metadata."""

from contactcenter.sources.plain_transcripts.source import PlainTranscripts

__all__ = ["PlainTranscripts"]
