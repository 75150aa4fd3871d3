"""A whole home in one file: taken while it is in use, and put back into an empty folder."""
