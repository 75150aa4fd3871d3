"""HTML pages for operators, each a file that needs nothing else: an evaluation, and the bot with its articles."""
