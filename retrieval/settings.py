"""Settings of indexing and answering, read once at the edge from the environment or ``.env``."""

from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from retrieval.errors import SettingsError
from retrieval.setting_values import number, split_on_commas, switch, time_zone, whole_number
from retrieval.told import Told, system_reason, told, told_by

READER_FILE = "reader.safetensors"
"""What a reader's folder holds."""

_LONGEST_SHOWN = 300
"""Characters of a wrong value that the error repeats."""

CommaSeparated = NoDecode
"""Marks a setting that is written as ``a,b,c`` rather than as JSON."""


Switch = Annotated[bool, BeforeValidator(switch)]


def outlet_key(name: str) -> str:
    """Return what an outlet's name or host is known by in `RetrievalSettings.outlets`."""
    return " ".join(name.split()).casefold().removeprefix("www.")


class RetrievalSettings(BaseSettings):
    """What `retrieval.library.Library` is opened with."""

    model_config = SettingsConfigDict(
        env_prefix="CITEBOT_",
        env_file=".env",
        env_file_encoding="utf-8-sig",  # some editors write a mark before the first letter
        env_ignore_empty=True,
        extra="ignore",
    )

    sources: Annotated[tuple[str, ...], CommaSeparated] = Field(("data/articles",), repr=False)
    outlets: Annotated[dict[str, str], CommaSeparated] = {}
    """How outlets are shown, by the `outlet_key` of the name or the host that their articles come with."""
    abbreviations: Annotated[tuple[tuple[str, str], ...], CommaSeparated] = ()
    """The operator's own, each with what it stands for."""
    outlet_aliases: Annotated[dict[str, str], CommaSeparated] = {}
    """The operator's own names of outlets in questions, each with the outlet as articles name it."""
    home: Path = Path("data/state")
    database_url: str | None = Field(None, repr=False)
    database_read_url: str | None = Field(None, repr=False)
    """A copy of that database that follows it, from which questions are answered; None means itself."""
    embedding_model: str | None = None
    reader: str | None = None
    """``off``, or a folder with a `READER_FILE`; None means the shipped reader."""
    reader_passages: Annotated[int, whole_number(1, 20)] = 3
    """Passages read for one question, at most."""
    min_confidence: Annotated[float | None, number(0, 1)] = None
    """From it on an answer is sure; None means as calibrated, else as shipped."""
    unsure_confidence: Annotated[float | None, number(0, 1)] = None
    """From it on an unsure answer is shown; None means likewise, and never more than `min_confidence`."""
    recency_half_life: Annotated[int, whole_number(0, 36_500)] = 365
    """Days in which what is more recent loses half of what prefers it among equals; 0 prefers nothing."""
    citations: Annotated[int, whole_number(1, 10)] = 3
    kept_generations: Annotated[int, whole_number(1)] = 3
    """The published one and those that can be rolled back to."""
    watch_interval: Annotated[int, whole_number(1)] = 15
    """Minutes after which all sources are read again in any case, where they are watched."""
    timezone: Annotated[ZoneInfo, BeforeValidator(time_zone)] = ZoneInfo("Europe/Moscow")
    fetch_linked_pages: Switch = False
    """Whether the pages that feed entries link to are read, not only the feed's own text."""
    fetch_pages: Annotated[int, whole_number(1, 10_000)] = 100
    """Pages of one feed or sitemap asked for in one run, at most."""
    fetch_delay: Annotated[float, number(0, 60)] = 1.0
    """Seconds between two requests to one host, at least."""
    fetch_private_addresses: Switch = False
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
                raise ValueError(
                    told(
                        "{pair!r} is no pair; expected pairs such as iz.ru=Известия, with commas between them",
                        pair=pair,
                    )
                )
            if outlets.setdefault(key, shown) != shown:
                raise ValueError(told("names {name!r} twice; leave one of its pairs", name=name))
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
                raise ValueError(
                    told(
                        "{pair!r} is no pair; expected pairs such as ГД=Госдума, with commas between them",
                        pair=pair,
                    )
                )
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
                raise ValueError(
                    told(
                        "{pair!r} is no pair; expected pairs such as Известия=iz.ru, with commas between them",
                        pair=pair,
                    )
                )
            aliases[called] = outlet
        return aliases

    @field_validator("reader")
    @classmethod
    def _off_or_a_folder(cls, value: str | None) -> str | None:
        value = (value or "").strip() or None
        if value and value.lower() != "off" and not _is_file(Path(value) / READER_FILE):
            raise ValueError(told("is neither off nor a folder with a {reader_file}", reader_file=READER_FILE))
        return value

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
        require_file(Path(str(cls.model_config["env_file"])))
        try:
            return cls()
        except ValidationError as error:
            raise SettingsError(wrong_values(error)) from error
        except UnicodeDecodeError as error:
            raise SettingsError(told(".env is not UTF-8: save it as UTF-8")) from error
        except OSError as error:
            raise SettingsError(
                told(".env cannot be read ({reason}): make it readable", reason=system_reason(error))
            ) from error


def require_file(path: Path) -> None:
    """Refuse what stands in the place of ``.env`` and is no file, which would be passed over in silence.

    Raises:
        SettingsError: it is a folder, or a link that leads nowhere.

    """
    if path.is_dir():
        raise SettingsError(told("{path} is a folder; expected a file of settings: move it away", path=path))
    if path.is_symlink() and not path.exists():
        raise SettingsError(told("{path} is a link that leads nowhere: mend it, or remove it", path=path))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is too long for one
        return False


def wrong_values(error: ValidationError) -> Told:
    """Name every setting that has a wrong value, the value, and what was expected."""
    first, *others = map(_explain, error.errors())
    for other in others:
        first = told("{first}; {other}", first=first, other=other)
    return first


def _explain(detail: Any) -> Told:
    name = "CITEBOT_" + str(detail["loc"][0]).upper()
    found = repr(detail["input"])
    shown = found if len(found) <= _LONGEST_SHOWN else f"{found[:_LONGEST_SHOWN]}…"
    return told("{name}={shown}: {reason}", name=name, shown=shown, reason=_reason(detail))


def _reason(detail: Any) -> str:
    context = detail.get("ctx", {})
    if "error" in context:
        return told_by(context["error"])
    return told("is not what is expected here; .env.example tells what is")
