"""What can go wrong, as one tree. Every message says what was found, what was expected, and how to mend it.

RetrievalError
├── SettingsError        an environment variable has a wrong value
├── ModelError           the embedding model cannot be had or read
├── DatabaseError        the database cannot be opened, read or written
│   └── DatabaseAwayError   its server cannot be reached, or no longer
├── IndexMissingError    there is no published generation yet
├── IndexMismatchError   the generation was built with another model or is damaged
├── IndexBusyError       another process is writing
│   └── SourcesBusyError    another process is fetching what it will write
├── QuestionsError       a file of questions with known answers cannot be read
├── CalibrationError     no bounds of certainty keep what is asked of them
├── ReportError          the page of an evaluation cannot be written
├── NotEmptyError        a home is to be copied to where there is one
├── BackupError          a backup cannot be taken, or is none that can be restored
├── NotAnArticleError    what was given by hand holds no article
├── UnknownArticleError  no article with this id is stored
├── StoppedError         a run was told to stop before its end
├── NothingToIndexError  no source could be read, or none holds an article
└── NothingToRollBackError
"""


class RetrievalError(Exception):
    """Root of all errors that a user can mend; its text is shown as it is, on one line."""


class SettingsError(RetrievalError):
    """An environment variable or a line of ``.env`` has a wrong value."""


class ModelError(RetrievalError):
    """The embedding model cannot be had, or its files are not what they should be."""


class IndexMissingError(RetrievalError):
    """There is no published generation yet."""


class IndexMismatchError(RetrievalError):
    """The published generation does not fit the settings, or its files are damaged."""


class IndexBusyError(RetrievalError):
    """Another process is writing the index."""


class SourcesBusyError(IndexBusyError):
    """Another process is fetching the sources from the web, and will write then."""


class NotEmptyError(RetrievalError):
    """A home is to be copied to where articles are stored already."""


class BackupError(RetrievalError):
    """A backup cannot be taken, or a file is none that can be restored."""


class NotAnArticleError(RetrievalError):
    """What was given by hand holds no article, or cannot be read."""


class UnknownArticleError(RetrievalError):
    """No article with this id is stored, or none was forgotten."""


class NothingToIndexError(RetrievalError):
    """No source could be read, or none of them holds an article."""


class NothingToRollBackError(RetrievalError):
    """There is no earlier generation to publish again."""


class DatabaseError(RetrievalError):
    """The database cannot be opened, read or written."""


class DatabaseAwayError(DatabaseError):
    """The server of the database cannot be reached, or what was asked of it was broken off; it may work later."""


class StoppedError(RetrievalError):
    """A run was told to stop; what is published stays, and what was embedded is kept."""


class QuestionsError(RetrievalError):
    """A file of questions with known answers cannot be read."""


class CalibrationError(RetrievalError):
    """No bounds of certainty keep what is asked of them, the questions are too few to tell, or nothing can be kept."""


class ReportError(RetrievalError):
    """The page of an evaluation cannot be written."""
