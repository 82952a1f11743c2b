"""What is of this side alone."""
