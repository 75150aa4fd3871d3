"""Questions that ask how a story went on: «хронология ремонта моста», "how did the trial unfold, day by day?"."""

from __future__ import annotations

import re

_STORY = r"(?:истори\w+|событи\w+|дел[ао]|ситуаци\w+|скандал\w*|конфликт\w*)"
_ABOUT = r"(?:с|со|вокруг|об?|про|по|на|в)"
_OPENS = re.compile(
    rf"""
    (?:(?:покажи(?:те)?|составь(?:те)?|дай(?:те)?|расскажи(?:те)?|какова|show(?:[ ]me)?|give[ ]me)[ ]+)?(?:
    (?:краткая[ ]|вся[ ]|полная[ ])?хронологи\w+(?:[ ]{_STORY})?(?:[ ]{_ABOUT})?
    | хроник\w+(?:[ ]{_STORY})?(?:[ ]{_ABOUT})?
    | (?:лента|ход)[ ]+(?:событий|истории|дела)(?:[ ]{_ABOUT})?
    | как[ ]+(?:развива\w+|разворачива\w+|продвига\w+|складыва\w+|шл[аои]|ш[её]л)(?:[ ]+{_STORY}[ ]+{_ABOUT})?
    | (?:(?:the|a|full)[ ])*(?:timeline|chronology)[ ]+(?:of|for|on|about)
        (?:[ ](?:the[ ])?(?:story|events)[ ](?:of|about|around))?
    | how[ ]+(?:did|has|have)(?=.*\b(?:unfold|develop|progress|proceed|evolve|go)(?:e?d)?(?:[ ]on)?\b)
    )[ ,:;—–-]+""",
    re.IGNORECASE | re.VERBOSE,
)
_BY_DAYS = re.compile(
    r"(?<![ ,:;—–-])[ ,:;—–-]+(?:по дням|по датам|день за дн[её]м|шаг за шагом|хронологи\w+|по порядку|"
    r"day by day|step by step|over time|in order|(?:a )?timeline|chronology)$",
    re.IGNORECASE,
)
_WENT_ON = re.compile(
    r"(?<! )[ ]+(?:unfold|develop|progress|proceed|evolve|go)(?:e?d)?(?:[ ]on)?(?:[ ]over[ ]time)?$", re.IGNORECASE
)
_MARKS = " \t\n?!.…,;:—–-"


def story_named(question: str) -> str:
    """The story that a question asks for, without the words that ask how it went on; all of it where none do."""
    text = question.strip(_MARKS)
    story = _BY_DAYS.sub("", text)
    opened = _OPENS.match(story)
    if opened:
        story = _WENT_ON.sub("", story[opened.end() :])
    return story.strip(_MARKS) or text
