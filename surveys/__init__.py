"""What customers answer: survey systems and the words they use."""
