"""One file per vendor: its words into our records."""
