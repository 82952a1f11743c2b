"""Reading the texts: each step one file, pure on a batch, versioned; pipeline.py claims, runs and stores them."""
