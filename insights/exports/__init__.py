"""The same answers and records as files: CSV, XLSX and Parquet, streamed, of any length."""
