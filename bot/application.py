"""The Telegram bot as a process: built from its parts, connected, polled, and brought to an orderly end."""

import asyncio
import logging
import warnings
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout
from telegram import LinkPreviewOptions
from telegram.error import InvalidToken
from telegram.ext import Application, Defaults
from telegram.warnings import PTBDeprecationWarning

from bot.ending import End
from bot.handlers.menus import Menus
from bot.handlers.presence import note_presence
from bot.handlers.registry import AnyApplication, Aside, Desks, Transport, allowed_updates, register
from bot.health import Heartbeat
from bot.joining import Joined, Reception, join
from bot.logs import configure_logging
from bot.maintenance import Maintainer, Maintenance
from bot.people.desk import PeopleDesk
from bot.people.retention import purge_daily
from bot.people.store import PeopleStore
from bot.rendering.messages import Renderer
from bot.services.desks import Archive, ArticleDesk, QuestionDesk
from bot.services.digests import Channel, Digests
from bot.services.examples import Examples
from bot.services.following import Followers
from bot.services.intake import Intake
from bot.services.later_answers import LaterAnswers
from bot.services.linked_pages import LinkedPages
from bot.services.operators import Operators
from bot.services.silence import SilentSources
from bot.services.unasked import QuietHours
from bot.settings import BotSettings, WebhookPlace
from bot.tally import Tally, Trouble
from bot.terminal.language import language
from bot.transport.absences import Absences
from bot.transport.arrivals import Arrivals
from bot.transport.errors import NotRunningError
from bot.transport.identity import check_token, refusal, server_addresses
from bot.transport.pacing import Pacer
from bot.transport.polling import BotRequest, Polling, PollingRequest
from bot.transport.reaching import until_reached
from bot.transport.webhook import Webhook
from retrieval.disk import make_private
from retrieval.errors import SettingsError
from retrieval.progress import Progress
from retrieval.told import told

if TYPE_CHECKING:
    from bot.monitoring import Monitoring

_LOGGER = logging.getLogger(__name__)

_TIMEOUT = 15.0
_LONGEST_STOP = 40.0
_LONGEST_FAREWELL = 10.0
"""Seconds for the last message that nobody asked for."""

Opener = Callable[[BotSettings], Archive]
MaintainerOpener = Callable[[BotSettings, Progress], Maintainer]


def run_bot(
    settings: BotSettings, open_library: Opener | None = None, open_maintainer: MaintainerOpener | None = None
) -> int:
    """Run the bot until SIGTERM or SIGINT; return the exit code 0.

    `open_library` and `open_maintainer` stand in for `retrieval.library.Library` where tests need no model.

    Raises:
        SettingsError: the token is missing, malformed or refused by Telegram, or the secret of the webhook is none.
        NotRunningError: another bot uses the same home, or Telegram can be heard no longer.
        RetrievalError: the library cannot be opened.

    """
    token = settings.required_token()
    place = settings.webhook()
    configure_logging(settings.log_level, settings.log_format, token, *((place.secret, place.path) if place else ()))
    with _only_one(settings.home):
        if unchecked := check_token(settings):  # before the model is loaded, which takes its time
            _LOGGER.warning("%s; going on, and trying again", unchecked)
        if open_library and open_maintainer:
            archive, maintenance = open_library(settings), Maintenance(partial(open_maintainer, settings))
        else:
            archive, maintenance = _open_library(settings)
        desks = _open_desks(settings, archive, maintenance)
        try:
            asyncio.run(_serve(settings, token, place, desks))
        except InvalidToken:
            # PTB's message repeats the token, and so would the chain of causes.
            raise SettingsError(refusal(settings.telegram_api_url)) from None
        finally:
            desks.close()
            archive.close()
    return 0


@contextmanager
def _only_one(home: Path) -> Iterator[None]:
    """Keep the home folder for this bot: two with one token would take each other's questions."""
    lock = FileLock(home / "bot.lock")
    try:
        make_private(home)
        lock.acquire(timeout=0)
    except Timeout:
        message = told(
            "another bot runs with CITEBOT_HOME={home}: stop it first, or give this one a home of its own", home=home
        )
        raise NotRunningError(message) from None
    except OSError as error:
        message = told(
            "{home} cannot be written ({error}): give CITEBOT_HOME a folder that is yours and has room",
            home=home,
            error=error,
        )
        raise NotRunningError(message) from error
    try:
        yield
    finally:
        lock.release()


def _open_desks(settings: BotSettings, archive: Archive, maintenance: Maintenance) -> Desks:
    people = PeopleDesk(PeopleStore.open(settings.home, settings.database_url))
    questions = QuestionDesk(archive, places=settings.questions_at_once)
    articles = ArticleDesk(archive)
    return Desks(questions, articles, people, maintenance, Examples(questions, articles))


def _open_library(settings: BotSettings) -> tuple[Archive, Maintenance]:
    # Here and not above, so that the bot can be built and tested without what the library stands on.
    from retrieval.library import Library

    library = Library.open(settings)
    if beginning := library.told_of_a_beginning():
        _LOGGER.warning("%s", beginning)
    library.warm_up()
    library.follow()
    return library, Maintenance(library.beside)


def build_application(
    settings: BotSettings,
    token: str,
    desks: Desks,
    joined: Joined,
    absences: Absences,
    polling: PollingRequest,
    aside: Aside,
    tally: Tally,
) -> AnyApplication:
    """Build the bot from its parts; updates come in through the inbox of its place, which `polling` may fill."""
    inbox = joined.inbox
    # PTB announces a change of an attribute that only PTB itself reads here, each time Telegram asks for patience.
    warnings.filterwarnings("ignore", message=".*attribute `retry_after`", category=PTBDeprecationWarning)
    pacer = Pacer(absences, inbox)
    joined.begin(pacer)
    methods, files = server_addresses(settings.telegram_api_url)
    builder = (
        Application.builder()
        .token(token)
        .base_url(methods)
        .base_file_url(files)
        .request(_sending_request())
        .get_updates_request(polling)
        .update_queue(inbox)
        .rate_limiter(pacer)
        .concurrent_updates(Arrivals(inbox.begun, inbox.handled))
        .defaults(Defaults(link_preview_options=LinkPreviewOptions(is_disabled=True)))
    )
    application = builder.build()
    register(application, settings, desks, Transport(absences, pacer, inbox.settle, joined.count, tally), aside)
    return application


def _sending_request() -> BotRequest:
    return BotRequest(
        connection_pool_size=256,
        read_timeout=_TIMEOUT,
        write_timeout=_TIMEOUT,
        connect_timeout=_TIMEOUT,
        pool_timeout=_TIMEOUT,
    )


async def _serve(settings: BotSettings, token: str, place: WebhookPlace | None, desks: Desks) -> None:
    end = End()
    end.follow_signals()
    heartbeat = Heartbeat(settings.home)
    absences = Absences(partial(note_presence, desks.people))
    tally = Tally()
    joined = join(settings, desks.people, absences, tally.update)

    def on_trouble(trouble: Trouble) -> None:
        tally.trouble(trouble)
        if trouble == "conflict":
            heartbeat.conflict()

    def on_refused() -> None:
        end.fail(SettingsError(refusal(settings.telegram_api_url)))

    def on_stopped() -> None:
        end.fail(NotRunningError(told("fetching updates has stopped; start the bot again")))

    request = PollingRequest(timeout=_TIMEOUT, on_heard=heartbeat.beat, on_refused=on_refused)
    reception: Reception = (
        Webhook(
            place,
            joined.inbox,
            allowed_updates(settings),
            on_heard=heartbeat.beat,
            on_refused=on_refused,
            on_trouble=on_trouble,
        )
        if place
        else joined.polling(
            Polling(request, allowed_updates(settings), on_stopped, on_trouble), heartbeat.beat, on_refused
        )
    )
    menus = Menus(desks.people, settings.admin_ids)
    operators_language = settings.language or language()
    operators = Operators(desks.people, settings.admin_ids, operators_language)
    intake = Intake(desks.maintenance, operators)
    links = LinkedPages(desks.maintenance, intake, is_on=settings.telegram_read_links)
    aside = Aside(menus, operators, intake, links)
    application = build_application(settings, token, desks, joined, absences, request, aside, tally)
    monitoring = _monitoring(settings, desks, tally, application)
    silent = SilentSources(settings.home, operators, settings.timezone)
    later = LaterAnswers(desks.questions, desks.articles, desks.people, operators, settings.timezone)
    renderer = Renderer(lambda: application.bot.username)
    channel = settings.digest_channel and Channel(settings.digest_channel, settings.digest_hour, operators_language)
    digests = Digests(desks.articles, desks.people, renderer, settings.timezone, channel or None, settings.lets_in)
    followers = Followers(
        desks.questions,
        desks.articles,
        desks.people,
        renderer,
        QuietHours(settings.quiet_hours, settings.timezone),
        settings.messages_a_day,
        settings.citations,
        settings.lets_in,
    )
    beside = [
        asyncio.create_task(purge_daily(desks.people, settings.keep_days)),
        asyncio.create_task(desks.examples.keep_ready()),
    ]
    try:
        await end.unless(_begin(application, joined, reception, menus))
        beside.extend(
            asyncio.create_task(each.keep_telling(application.bot)) for each in (silent, later, followers, digests)
        )
        if settings.telegram_channels or operators.are_there:
            beside.append(asyncio.create_task(intake.keep_taking_in(application.bot)))
        if settings.telegram_channels and settings.telegram_read_links:
            beside.append(asyncio.create_task(links.keep_reading()))
        await end.event.wait()
    finally:
        for task in beside:
            task.cancel()
        desks.maintenance.stop()
        await _finish(application, joined, reception, beside)
        await joined.leave()
        heartbeat.end()
        if monitoring:
            await monitoring.stop()
    if end.error:
        raise end.error


def _monitoring(settings: BotSettings, desks: Desks, tally: Tally, application: AnyApplication) -> "Monitoring | None":
    """Begin to serve /metrics where the settings want it; raises `NotRunningError` where the port is taken."""
    if settings.metrics_port is None:
        return None
    # Here and not above: most bots do without what it stands on.
    from bot.monitoring import Monitoring, Watched

    def under_way() -> int:
        return application.update_processor.current_concurrent_updates

    return Monitoring(settings.metrics_port, Watched(settings.home, tally, desks.questions, desks.articles, under_way))


async def _begin(application: AnyApplication, joined: Joined, reception: Reception, menus: Menus) -> None:
    """Connect, trying for as long as it takes, and start to answer."""
    await until_reached(application.initialize)
    await joined.inbox.replay(application.bot)
    await reception.start(application)
    await application.start()
    await menus.publish(application.bot)
    _LOGGER.info("Answering as @%s", application.bot.username)


async def _finish(
    application: AnyApplication, joined: Joined, reception: Reception, beside: Collection[asyncio.Task[None]]
) -> None:
    """Stop fetching, let running answers and what is said `beside` them finish, and disconnect."""
    await reception.stop(application)
    joined.inbox.pause()
    if application.running:
        try:
            async with asyncio.timeout(_LONGEST_STOP):
                await application.stop()
        except TimeoutError:
            _LOGGER.warning(
                "Some answers did not finish in %.0f s; they are begun again at the next start", _LONGEST_STOP
            )
    await asyncio.wait(beside, timeout=_LONGEST_FAREWELL)
    await application.shutdown()
    # Of an application that never got through to Telegram this closes what it had opened on the way.
    await application.bot.shutdown()
