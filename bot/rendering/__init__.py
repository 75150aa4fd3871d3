"""How an answer looks in Telegram: messages, markup, buttons and what these say when they are pressed. Pure."""
