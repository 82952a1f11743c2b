"""What every number means, and the one engine that answers."""
