"""The outside of Citebot: the command line and the Telegram bot, both thin layers over `retrieval.library.Library`."""
