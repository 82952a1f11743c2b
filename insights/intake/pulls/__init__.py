"""Systems asked on a schedule: their pages become deliveries like any file, and a cursor says how far we have come."""
