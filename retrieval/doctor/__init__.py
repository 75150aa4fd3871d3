"""Everything of a home compared with what it must be, and what can be mended made anew from articles and sources."""
