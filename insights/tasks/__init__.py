"""Background work: each task translates in, makes one call and translates out. Safe to run twice."""
