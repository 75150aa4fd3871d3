"""Sources to revisions to a new generation."""
