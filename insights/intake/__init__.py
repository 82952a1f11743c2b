"""The one way in: deliveries are kept raw, translated by the source that knows them, redacted and stored once."""
