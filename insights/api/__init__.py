"""The REST API: the same answers as the pages, for programs."""
