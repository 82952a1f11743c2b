"""The shared language of feedback: facts, intake, enrichment, mart, metrics and their faces. It knows no source."""
