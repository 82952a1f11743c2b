"""Texts taken up by search after they were read: behind the reading, so that the index's cost does not slow it."""

import json
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection, transaction

from insights.enrichment import embed
from insights.models import Embedding, SearchDue

# languages whose rules of words PostgreSQL has; all others are searched for as they are written
CONFIGURATIONS = {
    "ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "da": "danish", "nl": "dutch", "en": "english",
    "et": "estonian", "fi": "finnish", "fr": "french", "de": "german", "el": "greek", "hi": "hindi",
    "hu": "hungarian", "id": "indonesian", "ga": "irish", "it": "italian", "lt": "lithuanian", "ne": "nepali",
    "no": "norwegian", "nb": "norwegian", "nn": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "es": "spanish", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
PLAIN = "simple"
_CONFIGURATIONS_JSON = json.dumps(CONFIGURATIONS)
LONGEST = 100_000  # characters of one side of a text that are searched

_TAKE_UP = """
WITH due AS (SELECT unnest(%(keys)s::uuid[]) AS id),
said AS (
    SELECT t.feedback_id AS id,
        left(string_agg(t.text, E'\n' ORDER BY t.position) FILTER (WHERE t.speaker = 'CUSTOMER'), %(longest)s) AS own,
        left(string_agg(t.text, E'\n' ORDER BY t.position) FILTER (WHERE t.speaker <> 'CUSTOMER'), %(longest)s) AS rest
    FROM insights_turn t JOIN due ON due.id = t.feedback_id GROUP BY t.feedback_id
),
texts AS (
    SELECT f.id, f.occurred_at, search_facets(f) AS facets, coalesce(nullif(e.language, ''), f.language) AS language,
        coalesce((%(configurations)s::jsonb ->> left(coalesce(nullif(e.language, ''), f.language), 2)),
            %(plain)s)::regconfig AS rules,
        concat_ws(E'\n', CASE WHEN f.kind <> 'SURVEY' THEN f.title END, left(f.text, %(longest)s), s.own) AS own,
        coalesce(s.rest, '') AS rest
    FROM insights_feedback f
    JOIN due USING (id)
    JOIN insights_enrichment e ON e.feedback_id = f.id AND e.state = 'DONE'
    LEFT JOIN said s USING (id)
)
INSERT INTO insights_searchentry (feedback_id, occurred_at, facets, language, words, vector, encoder)
SELECT x.id, x.occurred_at, x.facets, x.language,
    setweight(to_tsvector(x.rules, x.own), 'A') || setweight(to_tsvector(x.rules, x.rest), 'C'),
    v.vector::halfvec(384), coalesce(v.encoder, '')
FROM texts x
LEFT JOIN unnest(%(embedded)s::uuid[], %(vectors)s::text[], %(encoders)s::text[]) AS v (id, vector, encoder) USING (id)
ORDER BY x.id
ON CONFLICT (feedback_id) DO UPDATE SET occurred_at = EXCLUDED.occurred_at, facets = EXCLUDED.facets,
    language = EXCLUDED.language, words = EXCLUDED.words, vector = EXCLUDED.vector, encoder = EXCLUDED.encoder
"""


def make_due(keys: Iterable[UUID]) -> None:
    """Note, in the transaction that reads them, that these texts are to be taken up."""
    SearchDue.objects.bulk_create([SearchDue(feedback_id=key) for key in sorted(keys)], ignore_conflicts=True)


@transaction.atomic
def take_up(limit: int = 500) -> int:
    """Take up to `limit` due texts into search and return how many; 0 means nothing is due.

    A text whose reading waits again is left out: it becomes due once more when that is done. Rows that another worker
    holds are skipped.
    """
    due = SearchDue.objects.order_by("feedback_id").select_for_update(skip_locked=True)[:limit]
    keys = list(due.values_list("feedback_id", flat=True))
    if not keys:
        return 0
    embedded, vectors, encoders = _vectors(keys)
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE_UP,
            {
                "keys": keys,
                "longest": LONGEST,
                "configurations": _CONFIGURATIONS_JSON,
                "plain": PLAIN,
                "embedded": embedded,
                "vectors": vectors,
                "encoders": encoders,
            },
        )
    SearchDue.objects.filter(pk__in=keys).delete()
    return len(keys)


def rules_of(language: str) -> str:
    """Return the text search configuration for a language."""
    return CONFIGURATIONS.get(language[:2].lower(), PLAIN)


def as_halfvec(numbers: Sequence[float]) -> str:
    """Return a vector as pgvector writes it."""
    return "[" + ",".join(f"{number:.5g}" for number in numbers) + "]"


def _vectors(keys: Sequence[UUID]) -> tuple[list[UUID], list[str], list[str]]:
    keys_of, vectors, encoders = [], [], []
    for key, vector, encoder in Embedding.objects.filter(pk__in=keys).values_list("pk", "vector", "encoder"):
        keys_of.append(key)
        vectors.append(as_halfvec(embed.from_bytes(bytes(vector)).tolist()))
        encoders.append(encoder)
    return keys_of, vectors, encoders


def rebuild() -> int:
    """Take up all texts anew and return how many; the index of meanings is built once, at the end.

    Nothing is found by meaning quickly until it ends; a kill leaves texts due, and the index to be made by running it
    again.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS search_meaning")
        cursor.execute("TRUNCATE insights_searchentry")
        cursor.execute(
            "INSERT INTO insights_searchdue SELECT feedback_id FROM insights_enrichment WHERE state = 'DONE' "
            "ON CONFLICT DO NOTHING"
        )
    total = 0
    while taken := take_up(2_000):
        total += taken
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE INDEX IF NOT EXISTS search_meaning ON insights_searchentry "
            "USING hnsw (vector halfvec_ip_ops) WITH (m = 16, ef_construction = 64)"
        )
    return total
