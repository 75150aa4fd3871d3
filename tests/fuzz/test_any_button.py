"""Whatever a button is made to say, the running bot answers the press and goes on."""

import random

from bot_process import UNPACED
from fuzzing import EXAMPLES
from mutating import FURTHEST, KINDS, Mutation, mutate
from telegram_server import READER, buttons

QUESTION = "What did the committee say about the vote?"
CONSTANTS = UNPACED


async def test_damaged_data_of_buttons_are_answered_and_harm_nothing(telegram, start):
    bot = await start()
    await telegram.polling()
    await telegram.receive(text=QUESTION)
    answer = (await telegram.messages(1))[-1]
    sound = [data.encode() for data in buttons(answer).values()]
    assert sound
    draw = random.Random(7)
    for person in range(min(EXAMPLES, 2000)):
        changes = [Mutation(*(draw.randrange(most) for most in (KINDS, FURTHEST, FURTHEST))) for _ in range(3)]
        data = mutate(sound, person, changes).decode(errors="replace")[:64]
        pressed = await telegram.press(data, answer.message_id, sender=READER | {"id": 5000 + person})
        assert (await telegram.answered(pressed)).ok, data
    assert "Error" not in bot.log()
    assert "Traceback" not in bot.log()
    assert await bot.stop() == 0
