"""The columnar copy of the facts, a Delta Lake table that analytics engines read."""
