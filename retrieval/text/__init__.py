"""Words, scripts, passages and what a sentence holds."""
