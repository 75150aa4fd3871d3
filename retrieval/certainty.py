"""Which bounds of certainty are in force: those of the settings, else the calibrated ones, else the shipped ones."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from importlib import resources
from typing import TYPE_CHECKING

from retrieval.calibrated import MadeFor
from retrieval.errors import DatabaseError, ModelError
from retrieval.ranking.weights import shipped_weights
from retrieval.settings import READER_FILE
from retrieval.told import system_reason, told
from retrieval.types import BoundsInForce, BoundsOrigin

if TYPE_CHECKING:
    from retrieval.calibrated import KeptBounds, Writing
    from retrieval.models.model import Model
    from retrieval.settings import RetrievalSettings

_DIGEST_BYTES = 8
_MEND = told("run `citebot calibrate` again, or `citebot calibrate --reset`")


class BoundsChoice:
    """Chooses the bounds of one home; safe to share between threads.

    Whenever the bounds are asked for, it is looked whether other ones were calibrated, and these are read: a running
    bot goes by new ones from the next question on. As long as a server cannot be asked, the last ones are in force.
    """

    def __init__(self, settings: RetrievalSettings, calibration: KeptBounds, model: Model) -> None:
        self._settings = settings
        self._calibration = calibration
        self._model = model
        self._read: tuple[Writing | None, BoundsInForce] | None = None

    def in_force(self) -> BoundsInForce:
        """The bounds that answers go by now, and where they come from."""
        read = self._read
        try:
            state = self._calibration.state()
        except DatabaseError:
            return read[1] if read else self._with_settings(self._unread())
        if read is None or read[0] != state:
            read = self._read = (state, self._with_settings(self._kept() if state else self.shipped()))
        return read[1]

    def without_calibration(self) -> BoundsInForce:
        """The bounds that answers would go by if none were calibrated."""
        return self._with_settings(self.shipped())

    def made_for(self) -> MadeFor:
        """What confidences depend on here."""
        try:
            fingerprint = self._model.fingerprint()
        except ModelError:  # told by whoever needs the model
            fingerprint = None
        passages = self._settings.reader_passages if self._settings.reads else 0
        weights = _digest(_packaged("retrieval.ranking", "weights.json"))
        return MadeFor(fingerprint, self._reader(), passages, weights)

    def _reader(self) -> str:
        if not self._settings.reads:
            return "off"
        file = self._settings.reader_file
        return _digest(file.read_bytes() if file else _packaged("retrieval.models", READER_FILE))

    def shipped(self) -> BoundsInForce:
        """The bounds that come with this version."""
        weights, shipped = shipped_weights(), BoundsOrigin.SHIPPED
        return BoundsInForce(weights.minimum_confidence, weights.unsure_confidence, shipped, shipped)

    def _kept(self) -> BoundsInForce:
        """The calibrated bounds, or the shipped ones and why the calibrated are none."""
        try:
            found = self._calibration.read()
            if found is None:
                return self.shipped()
            moment = found.calibrated_at.astimezone(self._settings.timezone).replace(tzinfo=None)
        except OSError as error:
            why = told(
                "{path} cannot be read ({reason}): let citebot read it, or remove it",
                path=self._calibration.place,
                reason=system_reason(error),
            )
            return replace(self.shipped(), ignored=told("the calibrated bounds are ignored, since {why}", why=why))
        except DatabaseError:
            return self._unread()
        except (OverflowError, ValueError):  # a date beyond the calendar in this time zone is damage as well
            ignored = told(
                "the calibrated bounds are ignored, since {path} is damaged: {mend}",
                path=self._calibration.place,
                mend=_MEND,
            )
            return replace(self.shipped(), ignored=ignored)
        if differing := found.made_for.differs_from(self.made_for()):
            ignored = told(
                "the calibrated bounds are ignored, since they were made for another {differing}: {mend}",
                differing=differing,
                mend=_MEND,
            )
            return replace(self.shipped(), ignored=ignored)
        calibrated = BoundsOrigin.CALIBRATED
        return BoundsInForce(
            found.sure, found.unsure, calibrated, calibrated, moment, found.false_answers, found.made_from
        )

    def _unread(self) -> BoundsInForce:
        ignored = told(
            "the calibrated bounds are ignored as long as {place} cannot be asked for them",
            place=self._calibration.place,
        )
        return replace(self.shipped(), ignored=ignored)

    def _with_settings(self, found: BoundsInForce) -> BoundsInForce:
        """Put the bounds that the settings name in place of others; the unsure one is never above the sure one."""
        settings, chosen = self._settings, BoundsOrigin.SETTINGS
        if settings.min_confidence is not None:
            found = replace(found, sure=settings.min_confidence, sure_from=chosen)
        if settings.unsure_confidence is not None:
            found = replace(found, unsure=settings.unsure_confidence, unsure_from=chosen)
        if BoundsOrigin.CALIBRATED not in {found.sure_from, found.unsure_from}:
            found = replace(found, calibrated_at=None, false_answers=None, made_from=None)
        if found.sure_from is found.unsure_from is chosen:
            found = replace(found, ignored="")  # no matter
        return replace(found, unsure=min(found.sure, found.unsure))


def _packaged(package: str, name: str) -> bytes:
    return resources.files(package).joinpath(name).read_bytes()


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=_DIGEST_BYTES).hexdigest()
