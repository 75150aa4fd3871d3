"""The conversations: one module each, and what they share. `bot.application` lists who handles what."""
