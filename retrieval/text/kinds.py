"""Kinds of things that a sentence may hold and a question may ask for."""

from enum import IntFlag, auto


class Clue(IntFlag):
    """Kinds of things that a sentence may hold; they combine."""

    NUMBER = auto()
    DATE = auto()
    NAME = auto()
    PLACE = auto()
    REASON = auto()
    PERSON = auto()
    """First and family name, or initials."""
    ASKING = auto()
    """The sentence asks itself, and so does not answer."""
    POINTING_BACK = auto()
    """It begins with a pronoun: who or what is meant stands before it."""
    MONEY = auto()
    PEOPLE = auto()
    """So many people."""
    PERCENT = auto()
    DURATION = auto()
    """Time that something takes, and age."""
    MEASURE = auto()
    """Length, area, weight and the like."""


COUNTED = Clue.MONEY | Clue.PEOPLE | Clue.PERCENT | Clue.DURATION | Clue.MEASURE
"""What is counted, where a number is asked for or told."""
