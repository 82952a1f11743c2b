"""The shared language of customer feedback: facts, intake, enrichment, mart, metrics and their faces. It knows no source."""
