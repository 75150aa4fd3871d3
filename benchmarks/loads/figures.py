"""What came of what was asked: times, shares, recovery. Arithmetic on records, and nothing else."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from loads.corpus import Verdict
from loads.readers import Kind

Phase = Literal["steady", "peak", "after"]
Outcome = Literal["answered", "busy", "too slow", "limited"]

BEFORE = 60.0
"""Seconds before the peak that those after it are compared with."""
RECOVERY = 10.0
"""Seconds after the peak."""


@dataclass(frozen=True)
class Reply:
    """A message or a changed message that came for something that was asked; times are those of one clock."""

    at: float
    outcome: Outcome
    verdict: Verdict = "verbatim"


@dataclass
class Asked:
    """A question, or a press of a button, and what came of it."""

    kind: Kind
    phase: Phase
    at: float
    replies: list[Reply] = field(default_factory=list)
    further: list[Verdict] = field(default_factory=list)
    """Of the messages after the first in which a long answer came."""
    told_before: bool = False
    """Whether its reader was told "busy" within the minute before, and so hears nothing of it."""

    @property
    def seconds(self) -> float | None:
        """From asking to the answer; None where none came."""
        return self.replies[0].at - self.at if self.outcome == "answered" else None

    @property
    def outcome(self) -> Outcome | Literal["dropped"]:
        """What its reader was told first."""
        if self.replies:
            return self.replies[0].outcome
        return "busy" if self.told_before else "dropped"


def percentile(values: Iterable[float], share: float) -> float | None:
    """Return the smallest value that at least such a share of all is not above; None of none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None


def times(asked: Iterable[Asked]) -> dict[str, float | None]:
    """Return the percentiles of what was answered, in seconds."""
    seconds = [each.seconds for each in asked if each.seconds is not None]
    return {f"p{100 * share:.0f}_s": _rounded(percentile(seconds, share)) for share in (0.5, 0.95, 0.99)}


def outcomes(asked: Sequence[Asked]) -> dict[str, Any]:
    """Return how many were asked, how each share of them ended, and what should not be there at all."""
    counted = Counter(each.outcome for each in asked)
    verdicts = Counter(reply.verdict for each in asked for reply in each.replies)
    verdicts.update(verdict for each in asked for verdict in each.further)
    shares = {
        f"{name.replace(' ', '_')}_share": round(counted[name] / max(1, len(asked)), 4)
        for name in ("answered", "busy", "too slow", "limited")
    }
    return {
        "asked": len(asked),
        **shares,
        "dropped": counted["dropped"],
        "answered_twice": sum(len(each.replies) > 1 for each in asked),
        "wrong": verdicts["wrong"],
        "outdated": verdicts["outdated"],
    }


def recovery(questions: Sequence[Asked], peak_begins: float, peak_ends: float) -> dict[str, float | None]:
    """Return how the ten seconds after the peak compare with the minute before it, and how long the peak's tail is."""
    before = [each for each in questions if peak_begins - BEFORE <= each.at < peak_begins]
    after = [each for each in questions if peak_ends <= each.at < peak_ends + RECOVERY]
    p95_before, p95_after = (times(some)["p95_s"] for some in (before, after))
    last = max((each.replies[0].at for each in questions if each.at < peak_ends and each.replies), default=peak_ends)
    return {
        "p95_before_s": p95_before,
        "p95_after_s": p95_after,
        "recovery": round(p95_after / p95_before, 2) if p95_before and p95_after else None,
        "last_of_peak_after_s": round(max(0.0, last - peak_ends), 1),
    }


def memory(samples: Sequence[float]) -> dict[str, float]:
    """Return resident memory in megabytes at the start, at the end, and at most."""
    return {"start_mb": samples[0], "end_mb": samples[-1], "highest_mb": max(samples)}


def carries(rates: Iterable[tuple[float, dict[str, Any]]], longest_p95: float, most_busy: float = 0.01) -> float | None:
    """Return the highest of `rates` at which few are turned away and answers come in time; None of none."""
    fits: Callable[[dict[str, Any]], bool] = lambda found: (  # noqa: E731 - a name for the rule
        found["p95_s"] is not None
        and found["p95_s"] < longest_p95
        and found["busy_share"] + found["too_slow_share"] <= most_busy
        and found["dropped"] == 0
    )
    return max((rate for rate, found in rates if fits(found)), default=None)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
