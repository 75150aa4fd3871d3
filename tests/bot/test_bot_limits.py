"""The parts that keep the bot responsive: rates, the queue, duplicates, and the two watchers of polling."""

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from moving_clock import now, on_moving_clock
from telegram import Chat, Message, Update, User
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError

from bot.handlers.errors import Errors
from bot.maintenance import AlreadyWorkingError, LiveProgress, Maintenance
from bot.services.desks import ArticleDesk, DeskBusyError, QuestionDesk
from bot.services.examples import Examples
from bot.services.limits import ChatTurns, PersonalRate, RecentKeys
from bot.services.replies import Replies, typing
from bot.tally import Tally
from bot.texts import catalogue
from bot.transport.arrivals import Arrivals
from bot.transport.fairness import Door
from bot.transport.polling import PollingTrouble
from bot.transport.trouble import Troubles
from retrieval.articles import Coverage, article_key
from retrieval.types import Answer, Article, Certainty, Citation


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Stubborn:
    """Answers when it is let."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.let = threading.Event()
        self.asked: list[str] = []
        self.read: list[bool] = []

    def ask(self, question: str, *, read: bool, **_options: object) -> Answer:
        self.asked.append(question)
        self.read.append(read)
        self.begun.set()
        self.let.wait(5)
        return Answer(question, Certainty.NONE, 0.0, None, (), (), 0.0)


def test_recent_keys_are_known_and_old_ones_forgotten() -> None:
    keys = RecentKeys(size=2)
    assert [keys.seen_before(key) for key in (1, 1, 2, 1, 3, 2, 3)] == [False, True, False, True, False, False, True]


async def test_a_person_may_ask_so_many_times_in_any_sixty_seconds() -> None:
    clock = Clock()
    rate = PersonalRate(2, clock)
    assert [await rate.allows(person) for person in (1, 1, 1, 2)] == [True, True, False, True]
    clock.now += 59.9
    assert not await rate.allows(1)
    clock.now += 0.1
    assert [await rate.allows(1) for _ in range(3)] == [True, True, False]


async def test_where_all_bots_count_this_one_does_not_unless_that_fails() -> None:
    clock = Clock()
    told = iter([True, False, False, False, True, None, None, None, True])
    asked = []

    async def count(person: int, per_minute: int) -> bool | None:
        asked.append((person, per_minute))
        return next(told)

    rate = PersonalRate(2, clock, count)
    assert [await rate.allows(1) for _ in range(5)] == [True, False, False, False, True]
    assert [await rate.allows(1) for _ in range(4)] == [True, True, False, True]
    assert asked == [(1, 2)] * 9


def test_asking_too_fast_is_noticed_every_ten_seconds() -> None:
    clock = Clock()
    rate = PersonalRate(1, clock)
    assert [rate.notices.may_notice(each) for each in (1, 1, 2)] == [True, False, True]
    clock.now += 10
    assert rate.notices.may_notice(1)


async def test_the_desk_keeps_the_loop_free_and_the_order() -> None:
    answerer = Stubborn()
    desk = QuestionDesk(answerer)
    asking = [asyncio.create_task(desk.ask(str(number))) for number in range(3)]
    assert await asyncio.to_thread(answerer.begun.wait, 5)
    assert answerer.asked == ["0"]
    answerer.let.set()
    assert [answer.question for answer in await asyncio.gather(*asking)] == ["0", "1", "2"]
    desk.close()


async def test_on_a_slow_machine_no_more_wait_than_are_answered_in_ten_seconds() -> None:
    clock, answerer = Clock(), Stubborn()
    answerer.let.set()

    class Slow(Stubborn):
        def ask(self, question: str, *, read: bool, **options: object) -> Answer:
            clock.now += 5
            return answerer.ask(question, read=read, **options)

    desk = QuestionDesk(Slow(), clock=clock)  # type: ignore[arg-type]
    for number in range(40):  # by then it is known how long one takes
        await desk.ask(str(number))
    answerer.let.clear()
    asking = [asyncio.create_task(desk.ask(str(number))) for number in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(DeskBusyError):
        await desk.ask("one too many")
    answerer.let.set()
    assert [answer.question for answer in await asyncio.gather(*asking)] == ["0", "1", "2"]
    assert (await desk.ask("later")).question == "later"
    desk.close()


async def test_a_single_long_question_turns_nobody_away() -> None:
    clock = Clock()

    class Once(Stubborn):
        def ask(self, question: str, *, read: bool, **options: object) -> Answer:
            clock.now += 3600 if question == "long" else 0  # the process was stopped meanwhile
            return super().ask(question, read=read, **options)

    answerer = Once()
    answerer.let.set()
    desk = QuestionDesk(answerer, clock=clock)  # type: ignore[arg-type]
    await desk.ask("long")
    answerer.let.clear()
    asking = [asyncio.create_task(desk.ask(str(number))) for number in range(4)]
    await asyncio.sleep(0)
    answerer.let.set()
    assert len(await asyncio.gather(*asking)) == 4
    desk.close()


async def test_a_full_desk_says_so_and_takes_questions_again_later() -> None:
    answerer = Stubborn()
    desk = QuestionDesk(answerer, places=2)
    asking = [asyncio.create_task(desk.ask(str(number))) for number in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(DeskBusyError):
        await desk.ask("one too many")
    answerer.let.set()
    await asyncio.gather(*asking)
    assert (await desk.ask("again")).question == "again"
    desk.close()


async def test_a_question_past_its_deadline_holds_its_place_until_it_is_done() -> None:
    answerer = Stubborn()
    desk = QuestionDesk(answerer, places=2, deadline=0.2)
    results = await asyncio.gather(desk.ask("running"), desk.ask("waiting"), return_exceptions=True)
    assert [type(result) for result in results] == [TimeoutError, TimeoutError]
    with pytest.raises(TimeoutError):
        await desk.ask("takes the place of the one that waited")
    answerer.let.set()
    while not desk.idle():  # noqa: ASYNC110 - it is left on another thread
        await asyncio.sleep(0.01)
    assert (await desk.ask("after")).question == "after"
    assert answerer.asked == ["running", "after"]
    desk.close()


class Newsroom:
    """An archive of one article, which is found; `generation` says which index is published."""

    def __init__(self) -> None:
        self.generation = 1
        self.asked: list[str] = []
        self.article = Article("a1", "A new bridge", "Text.", None, None, None)

    def coverage(self) -> Coverage:
        return Coverage(self.generation, datetime(2024, 9, 9), 1, ())  # noqa: DTZ001 - as articles have it

    def newest(self, _count: int) -> list[Article]:
        return [self.article]

    def ask(self, question: str, **_options: object) -> Answer:
        self.asked.append(question)
        return Answer(
            question, Certainty.SURE, 0.9, None, (Citation(1, "a1", "", None, None, None, "T", 0, 1, (0, 1), 1),), (), 1
        )


class WatchedDesk(QuestionDesk):
    """Is busy until it is let, and tells when somebody has looked twice whether it is."""

    def __init__(self, archive: object) -> None:
        super().__init__(archive)  # type: ignore[arg-type]
        self.busy = True
        self.looks = 0
        self.looked_twice = asyncio.Event()

    def idle(self) -> bool:
        self.looks += 1
        if self.looks > 1:
            self.looked_twice.set()
        return not self.busy


async def test_examples_are_prepared_behind_readers_and_anew_for_each_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.services.desks._PAUSE", 0.01)
    newsroom = Newsroom()
    desk, articles = WatchedDesk(newsroom), ArticleDesk(newsroom)  # type: ignore[arg-type]
    examples = Examples(desk, articles, look_every=0.01)
    first = newsroom.coverage()
    preparing = asyncio.create_task(examples.keep_ready())
    await asyncio.wait_for(desk.looked_twice.wait(), 10)
    assert newsroom.asked == []
    assert examples.ready(first, catalogue("en")) == ()
    desk.busy = False
    for generation in (1, 2):
        newsroom.generation = generation
        async with asyncio.timeout(10):
            while not examples.ready(newsroom.coverage(), catalogue("ru")):  # noqa: ASYNC110 - nobody is told
                await asyncio.sleep(0.01)
        [example] = examples.ready(newsroom.coverage(), catalogue("en"))
        assert example == ("A new bridge: what is known?", article_key("a1"))
    assert examples.ready(first, catalogue("en")) == ()
    questions = ["A new bridge: when was that?", "A new bridge: what is known?", "A new bridge — что известно?"]
    assert newsroom.asked == 2 * questions
    preparing.cancel()
    desk.close()
    articles.close()


async def test_work_on_the_index_has_a_thread_of_its_own_and_is_one_at_a_time() -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(max_workers=1))
    let = threading.Event()
    maintenance = Maintenance(lambda _progress: SimpleNamespace(index=lambda: let.wait(10)))  # type: ignore[arg-type]
    work = asyncio.create_task(maintenance.reindex(LiveProgress()))
    await asyncio.sleep(0)
    assert await asyncio.wait_for(asyncio.to_thread(lambda: "done"), 5) == "done"
    with pytest.raises(AlreadyWorkingError):
        await maintenance.rollback()
    assert not work.done()
    let.set()
    assert await work is True
    maintenance.close()


async def test_passages_are_read_only_where_few_others_wait() -> None:
    answerer = Stubborn()
    desk = QuestionDesk(answerer)
    waiting = []
    for number in range(8):
        waiting.append(asyncio.create_task(desk.ask(str(number), read=desk.has_time_to_read())))
        await asyncio.sleep(0)
    answerer.let.set()
    await asyncio.gather(*waiting)
    assert answerer.read == [True] * 6 + [False] * 2
    assert desk.has_time_to_read()
    desk.close()


async def test_a_chats_turn_is_its_own_and_forgotten_unless_in_use() -> None:
    turns = ChatTurns()
    async with turns[1]:
        assert turns[1].locked()
        assert not turns[2].locked()
        assert list(turns._locks) == [1]
    assert list(turns._locks) == []


def update(number: int, person: int, text: str = "Hi") -> Update:
    sender = User(person, "Ann", is_bot=False)
    message = Message(1, datetime.now(UTC), Chat(-100, "group"), from_user=sender, text=text)
    return Update(number, message=message)


async def test_who_has_flooded_is_heard_when_they_want_to_be_forgotten() -> None:
    arrivals = Arrivals()
    release = asyncio.Event()
    forgotten = asyncio.Event()
    done: list[str] = []

    async def handle(text: str) -> None:
        if text != "/forget":
            await release.wait()
        done.append(text)
        forgotten.set()

    texts = [*(f"flood {number}" for number in range(30)), "/forget"]
    arriving = [
        asyncio.create_task(arrivals.process_update(update(number, 1, text), handle(text)))
        for number, text in enumerate(texts)
    ]
    await asyncio.wait_for(forgotten.wait(), 5)
    assert done == ["/forget"]
    release.set()
    await asyncio.gather(*arriving)
    assert done == ["/forget", *texts[:20]]


async def test_what_a_person_sends_in_a_flood_is_dropped_and_others_of_the_group_are_heard() -> None:
    done: list[int] = []

    async def on_handled(update: Update) -> None:
        done.append(update.update_id)

    begun: list[int] = []

    async def on_begun(update: Update) -> None:
        begun.append(update.update_id)

    arrivals = Arrivals(on_begun, on_handled)
    release = asyncio.Event()
    handled: list[tuple[int, int]] = []

    async def handle(number: int, person: int) -> None:
        handled.append((number, person))
        await release.wait()

    arriving = [
        asyncio.create_task(arrivals.process_update(update(number, person), handle(number, person)))
        for number, person in [*((number, 1) for number in range(30)), (100, 2)]
    ]
    await asyncio.sleep(0)
    assert done == list(range(20, 30))
    release.set()
    await asyncio.gather(*arriving)
    assert sorted(done) == [*range(30), 100]
    assert handled == [*((number, 1) for number in range(20)), (100, 2)]
    assert begun == [number for number, _ in handled]
    await arrivals.process_update(update(200, 1), handle(200, 1))
    assert handled[-1] == (200, 1)


async def test_of_those_at_the_door_who_has_fewest_inside_is_next_and_who_has_none_waits_for_nobody() -> None:
    door, entered = Door(3), []
    release: dict[str, asyncio.Event] = {}

    async def come(name: str) -> None:
        async with door.inside(name[0]):
            entered.append(name)
            await release.setdefault(name, asyncio.Event()).wait()

    async def leave(name: str) -> None:
        release[name].set()
        await coming[name]
        await asyncio.sleep(0)

    coming = {name: asyncio.create_task(come(name)) for name in ("a1", "a2", "a3", "a4", "a5", "a6", "b1", "b2")}
    await asyncio.sleep(0)
    assert entered == ["a1", "a2", "a3", "b1"]
    coming["a5"].cancel()
    await leave("a1")  # still as many inside as there are places
    await leave("a2")
    assert entered[4:] == ["a4"]
    await leave("a3")
    assert entered[5:] == ["b2"]
    await leave("b1")
    assert entered[6:] == ["a6"]
    for name in ("a4", "a6", "b2"):
        await leave(name)
    coming["a7"] = asyncio.create_task(come("a7"))
    await asyncio.sleep(0)
    assert entered[7:] == ["a7"]
    await leave("a7")


class TypedAt:
    """Stands for a message whose chat is shown that the bot is typing."""

    def __init__(self) -> None:
        self.times: list[float] = []

    async def reply_chat_action(self, _action: str) -> None:
        self.times.append(now())
        raise NetworkError("typing is never worth an error")


@on_moving_clock
async def test_typing_is_repeated_and_ends_with_the_block_also_after_an_error() -> None:
    message = TypedAt()
    with pytest.raises(LookupError):  # noqa: PT012 - the block is what is tested
        async with typing(message):  # type: ignore[arg-type]
            await asyncio.sleep(10)
            raise LookupError
    await asyncio.sleep(60)
    assert message.times == pytest.approx([0, 4, 8], abs=0.01)


def test_trouble_with_polling_is_one_line_for_each_kind_in_five_minutes(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    told: list[str] = []
    trouble = PollingTrouble(told.append, Troubles(clock))
    with caplog.at_level(logging.INFO):
        for error in (NetworkError("lost"), Conflict("two"), NetworkError("lost"), Conflict("two")):
            trouble(error)
        assert len(caplog.records) == 2
        clock.now += 301
        trouble(Conflict("two"))
    assert [record.levelname for record in caplog.records] == ["WARNING", "ERROR", "ERROR"]
    assert told == ["fetching", "conflict", "fetching", "conflict", "conflict"]


@pytest.mark.parametrize(
    ("error", "logged"),
    [
        (Forbidden("Forbidden: bot was blocked by the user"), False),
        (BadRequest("Bad Request: message is not modified: same"), False),
        (BadRequest("Bad Request: query is too old and response timeout expired"), False),
        (BadRequest("Bad Request: chat not found"), True),
        (RuntimeError("surprise"), True),
        (None, False),
    ],
)
async def test_the_error_handler_takes_errors_without_an_update(
    caplog: pytest.LogCaptureFixture, error: Exception | None, logged: bool
) -> None:
    context = SimpleNamespace(error=error)
    with caplog.at_level(logging.INFO):
        await Errors(Replies(), Tally()).handle(None, context)  # type: ignore[arg-type]
    assert bool(caplog.records) is logged
