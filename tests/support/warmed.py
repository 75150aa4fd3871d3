"""Imported into a process from which others are forked, this has it read what all of them would read."""

from warming import warm

warm()
