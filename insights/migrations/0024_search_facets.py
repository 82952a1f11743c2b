"""What a text is filtered by stands on its entry of search, and an entry whose feedback moved is due again."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

_FACETS = """
CREATE FUNCTION search_facets(f insights_feedback) RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT ARRAY[
        'kind=' || f.kind, 'source=' || f.source, 'channel=' || f.channel, 'queue=' || f.queue, 'team=' || f.team,
        'agent=' || f.agent, 'segment=' || f.segment, 'product=' || f.product, 'region=' || f.region,
        'touchpoint=' || f.touchpoint, 'journey_stage=' || f.journey_stage, 'survey=' || f.survey
    ]
$$;
CREATE FUNCTION search_due_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- also where it is being taken up just now: this waits for that, and makes it due once more
    INSERT INTO insights_searchdue (feedback_id)
    SELECT NEW.id WHERE EXISTS (SELECT FROM insights_searchentry WHERE feedback_id = NEW.id)
        OR EXISTS (SELECT FROM insights_searchdue WHERE feedback_id = NEW.id)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER search_due_again AFTER UPDATE ON insights_feedback FOR EACH ROW
WHEN (search_facets(OLD) IS DISTINCT FROM search_facets(NEW) OR OLD.occurred_at <> NEW.occurred_at)
EXECUTE FUNCTION search_due_again();
"""
_NO_FACETS = """
DROP TRIGGER search_due_again ON insights_feedback;
DROP FUNCTION search_due_again();
DROP FUNCTION search_facets(insights_feedback);
"""
# the index of meanings is built anew in one go: entry by entry it would take five times as long
_FILL = """
DROP INDEX search_meaning;
UPDATE insights_searchentry s SET facets = search_facets(f) FROM insights_feedback f WHERE f.id = s.feedback_id;
CREATE INDEX search_meaning ON insights_searchentry
    USING hnsw (vector halfvec_ip_ops) WITH (m = 16, ef_construction = 64);
"""


class Migration(migrations.Migration):
    dependencies = [("insights", "0023_own_names")]

    operations = [
        migrations.AddField(
            model_name="searchentry",
            name="facets",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
        ),
        migrations.RunSQL(_FACETS, _NO_FACETS),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="searchentry",
            index=django.contrib.postgres.indexes.GinIndex(fields=["facets"], name="search_facets"),
        ),
    ]
