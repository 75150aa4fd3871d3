"""The conversations, one module a kind; `bot.handlers.registry` lists who handles what."""
