"""What is said to a message that is no question, in Telegram and in a terminal alike."""

from collections.abc import Callable, Mapping

from bot.settings import Persona
from bot.texts import Texts
from retrieval.types import Act

_LINES: Mapping[Act, Callable[[Texts], str]] = {
    Act.THANKS: lambda texts: texts.say("thanks"),
    Act.GOODBYE: lambda texts: texts.say("goodbye"),
    Act.ACKNOWLEDGEMENT: lambda texts: texts.say("acknowledged"),
    Act.PRAISE: lambda texts: texts.say("praised"),
    Act.COMPLAINT: lambda texts: texts.say("complained"),
    Act.SWEARING: lambda texts: texts.say("sworn-at"),
    Act.HOW_ARE_YOU: lambda texts: texts.say("how-are-you"),
    Act.PRESENCE: lambda texts: texts.say("present"),
    Act.NOTHING: lambda texts: texts.say("no-words"),
}


def line_for(act: Act, texts: Texts) -> str | None:
    """Return the one line that an act gets; None where it asks for more than a line."""
    line = _LINES.get(act)
    return line(texts) if line else None


def greeting(persona: Persona, texts: Texts) -> list[str]:
    """Return the paragraphs with which the bot begins."""
    hello = texts.say("hello-named", name=persona.name) if persona.name else texts.say("hello")
    return [persona.greeting or hello, *([persona.about] if persona.about else [])]


def introduction(persona: Persona, texts: Texts) -> list[str]:
    """Return the paragraphs that say who the bot is."""
    who = texts.say("who-named", name=persona.name) if persona.name else texts.say("who")
    return [who, *([persona.about] if persona.about else [])]
