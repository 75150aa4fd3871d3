"""One story, many versions."""
