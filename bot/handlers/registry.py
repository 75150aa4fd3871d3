"""Who handles what: the bot's conversations, put together and registered."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.handlers.access import Access
from bot.handlers.acts import Acts
from bot.handlers.articles import Articles
from bot.handlers.buttons import Buttons
from bot.handlers.channels import Channels
from bot.handlers.commands import Commands
from bot.handlers.digests import DigestCommand
from bot.handlers.errors import Errors
from bot.handlers.following import Follows
from bot.handlers.given import LINK, GivenArticles
from bot.handlers.inline import InlineMode
from bot.handlers.menus import Menus
from bot.handlers.missed import MissedQuestions
from bot.handlers.operator import OPERATOR_COMMANDS, Operator
from bot.handlers.presence import Presence
from bot.handlers.questions import Questions
from bot.handlers.stories import Stories
from bot.handlers.welcome import Welcome
from bot.maintenance import Maintenance
from bot.people.desk import PeopleDesk
from bot.rendering.messages import Renderer
from bot.services.answers import Answers
from bot.services.desks import ArticleDesk, QuestionDesk
from bot.services.discussion import Discussions
from bot.services.examples import Examples
from bot.services.gathering import Gathering
from bot.services.intake import Intake
from bot.services.limits import ChatTurns, PersonalRate, SharedCount
from bot.services.linked_pages import LinkedPages
from bot.services.operators import Operators
from bot.services.replies import Replies
from bot.settings import BotSettings
from bot.tally import Tally
from bot.transport.absences import Absences
from bot.transport.pacing import Pacer
from bot.transport.updates import GivenUp

# PTB's class takes six type parameters, none of which matters here.
AnyApplication = Application[Any, Any, Any, Any, Any, Any]

_INLINE_QUERIES_A_QUESTION = 6
"""Who types a question pauses some times."""
_PRESSES_A_QUESTION = 6
"""Who has an answer looks around in it."""

ALLOWED_UPDATES = (Update.MESSAGE, Update.CALLBACK_QUERY, Update.INLINE_QUERY, Update.MY_CHAT_MEMBER)
"""What Telegram is asked for; an edited message is not among it, so that each question is answered once."""
_OF_CHANNELS = (Update.CHANNEL_POST, Update.EDITED_CHANNEL_POST)
"""What it is asked for besides where the settings name channels."""


@dataclass(frozen=True, slots=True)
class Desks:
    """Where the bot waits for what would block it."""

    questions: QuestionDesk
    articles: ArticleDesk
    people: PeopleDesk
    maintenance: Maintenance
    examples: Examples

    def close(self) -> None:
        """Take no more work."""
        self.questions.close()
        self.articles.close()
        self.people.close()
        self.maintenance.close()


@dataclass(frozen=True, slots=True)
class Transport:
    """What the handlers tell the road to Telegram."""

    absences: Absences
    pacer: Pacer
    settle: Callable[[Update], Awaitable[None]]
    """Notes that an update is not to be handled again, whatever becomes of it."""
    count: Callable[[str], SharedCount | None]
    """Returns what counts how often a person does something of a kind, where several bots share that."""
    tally: Tally
    """Counts for whoever looks from outside."""


def allowed_updates(settings: BotSettings) -> tuple[str, ...]:
    """Return what Telegram is asked for."""
    return (*ALLOWED_UPDATES, *_OF_CHANNELS) if settings.telegram_channels else ALLOWED_UPDATES


@dataclass(frozen=True, slots=True)
class Aside:
    """What goes on beside the conversations with readers."""

    menus: Menus
    operators: Operators
    intake: Intake
    links: LinkedPages


def register(
    application: AnyApplication, settings: BotSettings, desks: Desks, transport: Transport, aside: Aside
) -> None:
    """Say who handles what. In a group of handlers the first that fits gets the update."""
    replies = Replies(desks.people)
    renderer = Renderer(lambda: application.bot.username)
    rate, inline_rate, press_rate = (
        PersonalRate(settings.questions_per_minute * times, shared=transport.count(kind))
        for kind, times in (("question", 1), ("inline", _INLINE_QUERIES_A_QUESTION), ("press", _PRESSES_A_QUESTION))
    )
    answers = Answers(desks.questions, desks.people, settings.citations, settings.timezone)
    articles = Articles(desks.articles, replies, renderer)

    turns = ChatTurns()
    gathering = Gathering()
    persona = settings.persona()
    welcome = Welcome(replies, desks.articles, desks.examples, persona)
    acts = Acts(welcome, answers, articles, desks.articles, replies, renderer, persona.name)
    commands = Commands(replies, desks.people, answers, articles, welcome, turns, gathering, press_rate)
    # Edited messages and channel posts come with the same filters unless they are kept out.
    new = filters.UpdateType.MESSAGE
    whoami = CommandHandler("whoami", commands.whoami, new)
    access = Access(
        replies, whoami, allowed=settings.allowed_ids, blocked=settings.blocked_ids, admins=settings.admin_ids
    )
    presence = Presence(transport.absences, transport.pacer.migrated, access.migrated)
    questions = Questions(
        desks.questions,
        answers,
        desks.people,
        replies,
        renderer,
        turns,
        rate,
        gathering,
        acts,
        transport.tally,
        transport.pacer,
        Discussions(desks.people),
    )
    stories = Stories(desks.questions, replies, renderer)
    missed = MissedQuestions(desks.questions, desks.articles, desks.people, replies, renderer, settings.admin_ids)
    follows = Follows(desks.questions, desks.articles, answers, desks.people, replies, settings.timezone)
    given = GivenArticles(desks.maintenance, aside.intake, questions, desks.people, replies, settings.admin_ids)
    buttons = Buttons(
        answers,
        articles,
        stories,
        questions,
        missed,
        follows,
        given,
        desks.articles,
        desks.people,
        replies,
        renderer,
        press_rate,
        transport.pacer,
    )
    digests = DigestCommand(desks.articles, desks.people, replies, renderer, settings.timezone, rate)
    inline = InlineMode(desks.questions, desks.articles, replies, renderer, inline_rate)

    channels = Channels(aside.intake, aside.links, aside.operators, settings.telegram_channels)
    operator = Operator(replies, desks.people, desks.maintenance, missed, given, transport.settle)

    private = new & filters.ChatType.PRIVATE
    group = new & filters.ChatType.GROUPS
    # To all others these commands do not exist.
    of_operator = private & filters.User(settings.admin_ids)
    words = (filters.TEXT | filters.CAPTION) & ~filters.COMMAND

    application.add_handlers(
        {
            -3: [TypeHandler(Update, channels.take), TypeHandler(GivenUp, channels.take_given_up)],
            -2: [TypeHandler(Update, presence.check)],
            -1: [TypeHandler(Update, access.check), TypeHandler(GivenUp, access.check_given_up)],
            0: [
                MessageHandler(group & filters.IS_AUTOMATIC_FORWARD, questions.note_post),
                CommandHandler("start", commands.start, new),
                CommandHandler("help", operator.help, of_operator),
                CommandHandler("help", commands.help, new),
                CommandHandler("ask", questions.by_command, new),
                CommandHandler("sources", commands.sources, new),
                CommandHandler("language", commands.language, new),
                CommandHandler("following", follows.list, new),
                CommandHandler("digest", digests.digest, new),
                CommandHandler("new", commands.new, new),
                CommandHandler("forget", commands.forget, new),
                whoami,
                *(CommandHandler(name, getattr(operator, name), of_operator) for name in OPERATOR_COMMANDS),
                MessageHandler(of_operator & filters.Document.ALL, given.document),
                MessageHandler(of_operator & filters.Regex(LINK), given.link),
                MessageHandler(private & words, questions.in_private),
                MessageHandler(private & filters.COMMAND, commands.unknown),
                MessageHandler(private & ~filters.StatusUpdate.ALL, commands.without_words),
                MessageHandler(group & words, questions.in_group),
                CallbackQueryHandler(buttons.press),
                InlineQueryHandler(inline.answer),
                TypeHandler(GivenUp, questions.given_up),
            ],
            1: [MessageHandler(of_operator, aside.menus.catch_up)],
        }
    )
    application.add_error_handler(Errors(replies, transport.tally).handle)
