"""One generation, on disk and open."""
