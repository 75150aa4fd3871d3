"""The road between Telegram and the handlers, both ways: fetching or receiving updates, and pacing what is sent."""
