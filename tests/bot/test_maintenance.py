"""The operator's work on the index: one piece at a time, none once the bot is told to stop."""

import pytest

from bot.maintenance import LiveProgress, Maintenance
from retrieval.errors import StoppedError


async def test_nothing_begins_once_the_bot_is_told_to_stop() -> None:
    opened: list[object] = []
    maintenance = Maintenance(opened.append)  # type: ignore[arg-type]
    maintenance.stop()

    for work in (maintenance.reindex(LiveProgress()), maintenance.rollback()):
        with pytest.raises(StoppedError, match=r"^the bot was told to stop; the index is as it was$"):
            await work
    assert (opened, maintenance.running) == ([], None)
    maintenance.close()
