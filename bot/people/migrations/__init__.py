"""History of the schema; run by `bot.people.database.open_engine`."""
