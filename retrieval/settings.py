"""Settings of indexing and answering, read once at the edge from the environment or ``.env``."""

from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from retrieval.errors import SettingsError
from retrieval.told import system_reason, told, told_together
from retrieval.validation import validation_reason

READER_FILE = "reader.safetensors"
"""What a reader's folder holds."""

_LONGEST_SHOWN = 300
"""Characters of a wrong value that the error repeats."""

CommaSeparated = NoDecode
"""Marks a setting that is written as ``a,b,c`` rather than as JSON."""


def split_on_commas(value: Any) -> Any:
    """Turn ``"a, b"`` into ``["a", "b"]``; leave anything that is not a string as it is."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def outlet_key(name: str) -> str:
    """Return what an outlet's name or host is known by in `RetrievalSettings.outlets`."""
    return " ".join(name.split()).casefold().removeprefix("www.")


class RetrievalSettings(BaseSettings):
    """What `retrieval.library.Library` is opened with."""

    model_config = SettingsConfigDict(
        env_prefix="CITEBOT_", env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore"
    )

    sources: Annotated[tuple[str, ...], CommaSeparated] = ("data/articles",)
    outlets: Annotated[dict[str, str], CommaSeparated] = {}
    """How outlets are shown, by the `outlet_key` of the name or the host that their articles come with."""
    abbreviations: Annotated[tuple[tuple[str, str], ...], CommaSeparated] = ()
    """The operator's own, each with what it stands for."""
    outlet_aliases: Annotated[dict[str, str], CommaSeparated] = {}
    """The operator's own names of outlets in questions, each with the outlet as articles name it."""
    home: Path = Path("data/state")
    database_url: str | None = None
    embedding_model: str | None = None
    reader: str | None = None
    """``off``, or a folder with a `READER_FILE`; None means the shipped reader."""
    reader_passages: int = Field(default=3, ge=1, le=20)
    """Passages read for one question, at most."""
    min_confidence: float | None = Field(default=None, ge=0, le=1)
    """From it on an answer is sure; None means as calibrated, else as shipped."""
    unsure_confidence: float | None = Field(default=None, ge=0, le=1)
    """From it on an unsure answer is shown; None means likewise, and never more than `min_confidence`."""
    recency_half_life: int = Field(default=365, ge=0, le=36_500)
    """Days in which what is more recent loses half of what prefers it among equals; 0 prefers nothing."""
    citations: int = Field(default=3, ge=1, le=10)
    kept_generations: int = Field(default=3, ge=1)
    """The published one and those that can be rolled back to."""
    watch_interval: int = Field(default=15, ge=1)
    """Minutes after which all sources are read again in any case, where they are watched."""
    timezone: ZoneInfo = ZoneInfo("Europe/Moscow")
    fetch_linked_pages: bool = False
    """Whether the pages that feed entries link to are read, not only the feed's own text."""
    fetch_pages: int = Field(default=100, ge=1, le=10_000)
    """Pages of one feed or sitemap asked for in one run, at most."""
    fetch_delay: float = Field(default=1.0, ge=0, le=60)
    """Seconds between two requests to one host, at least."""
    fetch_private_addresses: bool = False
    """Whether sources may lead to addresses outside the public internet."""

    _split_sources = field_validator("sources", mode="before")(split_on_commas)

    @field_validator("outlets", mode="before")
    @classmethod
    def _read_outlets(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        outlets: dict[str, str] = {}
        for pair in split_on_commas(value):
            name, _, shown = (" ".join(part.split()) for part in pair.partition("="))
            key = outlet_key(name)
            if not key or not shown:
                message = told(
                    "{pair!r} is no pair; expected pairs such as iz.ru=Известия, with commas between them", pair=pair
                )
                raise ValueError(message)
            if outlets.setdefault(key, shown) != shown:
                message = told("names {name!r} twice; leave one of its pairs", name=name)
                raise ValueError(message)
        return outlets

    @field_validator("abbreviations", mode="before")
    @classmethod
    def _read_abbreviations(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        pairs: list[tuple[str, str]] = []
        for pair in split_on_commas(value):
            short, _, full = (" ".join(part.split()) for part in pair.partition("="))
            if not all(any(map(str.isalnum, part)) for part in (short, full)):
                message = told(
                    "{pair!r} is no pair; expected pairs such as ГД=Госдума, with commas between them", pair=pair
                )
                raise ValueError(message)
            pairs.append((short, full))
        return tuple(pairs)

    @field_validator("outlet_aliases", mode="before")
    @classmethod
    def _read_outlet_aliases(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        aliases: dict[str, str] = {}
        for pair in split_on_commas(value):
            called, _, outlet = (" ".join(part.split()) for part in pair.partition("="))
            if not all(any(map(str.isalnum, part)) for part in (called, outlet)):
                message = told(
                    "{pair!r} is no pair; expected pairs such as Известия=iz.ru, with commas between them", pair=pair
                )
                raise ValueError(message)
            aliases[called] = outlet
        return aliases

    @field_validator("reader")
    @classmethod
    def _off_or_a_folder(cls, value: str | None) -> str | None:
        value = (value or "").strip() or None
        if value and value.lower() != "off" and not (Path(value) / READER_FILE).is_file():
            message = told("is neither off nor a folder with a {reader_file}", reader_file=READER_FILE)
            raise ValueError(message)
        return value

    @field_validator("timezone", mode="before")
    @classmethod
    def _known_timezone(cls, value: Any) -> Any:
        try:
            return ZoneInfo(value) if isinstance(value, str) else value
        except (KeyError, ValueError, OSError) as error:
            message = told("is not a time zone; expected a name such as Europe/Moscow")
            raise ValueError(message) from error

    @property
    def reads(self) -> bool:
        """Whether the best passages are read before an answer."""
        return (self.reader or "").lower() != "off"

    @property
    def reader_file(self) -> Path | None:
        """The reader to use; None means the shipped one."""
        return Path(self.reader) / READER_FILE if self.reader and self.reads else None

    @classmethod
    def load(cls) -> Self:
        """Read the environment and ``.env``.

        Raises:
            SettingsError: names the variable, the value found and what was expected.

        """
        try:
            return cls()
        except ValidationError as error:
            raise SettingsError(told_together(map(_explain, error.errors()), "; ")) from error
        except UnicodeDecodeError as error:
            raise SettingsError(told(".env is not UTF-8: save it as UTF-8")) from error
        except OSError as error:
            raise SettingsError(
                told(".env cannot be read ({reason}): make it readable", reason=system_reason(error))
            ) from error


def _explain(detail: Any) -> str:
    name = "CITEBOT_" + str(detail["loc"][0]).upper()
    found = repr(detail["input"])
    shown = found if len(found) <= _LONGEST_SHOWN else f"{found[:_LONGEST_SHOWN]}…"
    return told("{name}={shown}: {reason}", name=name, shown=shown, reason=validation_reason(detail))
