"""What a source keeps of a vendor's record beside the facts that are its own columns."""

from collections.abc import Iterable, Mapping
from typing import Any

from insights.intake.fields import said


def kept(record: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Return the plain values (texts, numbers, yes or no) that the record says something in, under their own names."""
    return {
        name: record[name] for name in names if isinstance(record.get(name), str | int | float) and said(record[name])
    }
