"""The places in found texts that say what was looked for, with the characters that are to be marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from insights.enrichment.indexing import rules_of
from insights.models import SearchEntry

_BEGIN, _END = "\ue000", "\ue001"  # of the private use area: no text holds them once they are taken out
WINDOW = 220  # characters shown
BEFORE = 60  # of them before the first mark
MOST_PIECES = 3  # of one text
_PIECES = """
WITH found AS (SELECT * FROM unnest(%(keys)s::uuid[], %(rules)s::text[]) AS k (id, rules)),
pieces AS (
    SELECT k.id, k.rules, NULL::integer AS position, '' AS speaker, 0 AS place,
        translate(f.text, %(sentinels)s, '') AS text
    FROM found k JOIN insights_feedback f USING (id) WHERE f.text <> ''
    UNION ALL
    SELECT k.id, k.rules, t.position, t.speaker, t.position + 1, translate(t.text, %(sentinels)s, '')
    FROM found k JOIN insights_turn t ON t.feedback_id = k.id WHERE t.text <> ''
),
asked AS (
    SELECT rules, nullif(regexp_replace(querytree(websearch_to_tsquery(rules::regconfig, %(text)s)),
        '&|<->|<[0-9]+>', '|', 'g'), 'T')::tsquery AS any_of
    FROM (SELECT DISTINCT rules FROM found) r
)
SELECT id, position, speaker, text,
    CASE WHEN any_of IS NOT NULL AND to_tsvector(rules::regconfig, text) @@ any_of
        THEN ts_headline(rules::regconfig, text, any_of, %(options)s) END
FROM pieces JOIN asked USING (rules)
ORDER BY id, place
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A part of one text: `start` is where it begins in the stored text, marks are [start, end) within `text`."""

    position: int | None  # of the turn; None: the feedback's own text
    speaker: str
    text: str
    start: int
    marks: tuple[tuple[int, int], ...]
    is_end: bool  # whether the stored text ends with it


def snippets(keys: Sequence[UUID], text: str) -> dict[UUID, tuple[Snippet, ...]]:
    """Return for each text its pieces that hold words of `text`, marked; else the beginning of what was said.

    Only for texts that the viewer may read: whoever asks has found them by `find`.
    """
    languages = dict(SearchEntry.objects.filter(pk__in=keys).values_list("pk", "language"))
    values: dict[str, Any] = {
        "keys": list(keys),
        "rules": [rules_of(languages.get(key, "")) for key in keys],
        "text": text,
        "sentinels": _BEGIN + _END,
        "options": f"HighlightAll=true, StartSel={_BEGIN}, StopSel={_END}",
    }
    marked: dict[UUID, list[Snippet]] = {key: [] for key in keys}
    first: dict[UUID, Snippet] = {}
    with connection.cursor() as cursor:
        cursor.execute(_PIECES, values)
        for key, position, speaker, words, shown in cursor.fetchall():
            if shown and len(marked[key]) < MOST_PIECES:
                marked[key].append(_cut(position, speaker, words, _marks(words, shown)))
            elif key not in first and speaker in ("", "CUSTOMER"):
                first[key] = _cut(position, speaker, words, [])
    return {key: tuple(found) or ((first[key],) if key in first else ()) for key, found in marked.items()}


def _marks(words: str, shown: str) -> list[tuple[int, int]]:
    """Return where the marks stand in the stored text; none where the headline changed it (it drops HTML tags)."""
    if shown.replace(_BEGIN, "").replace(_END, "") != words:
        return []
    marks, place, begun = [], 0, 0
    for letter in shown:
        if letter == _BEGIN:
            begun = place
        elif letter == _END:
            marks.append((begun, place))
        else:
            place += 1
    return marks


def _cut(position: int | None, speaker: str, words: str, marks: list[tuple[int, int]]) -> Snippet:
    """Return the window of the words around the first mark, cut between words where that is near."""
    start = max(0, marks[0][0] - BEFORE) if marks else 0
    if start:
        start = words.rfind(" ", 0, start) + 1
    end = min(len(words), start + WINDOW)
    if end < len(words):
        end = max(words.rfind(" ", start, end), start + WINDOW // 2)
    inside = tuple((a - start, b - start) for a, b in marks if b <= end)
    return Snippet(
        position=position, speaker=speaker, text=words[start:end], start=start, marks=inside, is_end=end == len(words)
    )
