"""The definitions, a file a field."""
