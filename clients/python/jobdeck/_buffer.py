"""Unsent reports in memory: bounded and in order. New progress replaces unsent progress."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Dict, List, Optional

from ._arguments import TEXT_LIMIT, Report

ENTRIES = 10_000
TEXT = 4_000_000


class Tracked:
    """State of a job for numbering and delivering its reports."""

    def __init__(self, key: str, job_id: Optional[str], start: Optional[Dict[str, Any]], beat: float) -> None:
        self.key = key
        self.id = job_id
        self.start = start
        # The client ID under which this process numbers the reports.
        self.client = ""
        self.process = ""
        self.beat = beat
        self.seq = 0
        self.ended = False
        self.rejected = False
        self.cancel_requested = False
        self.watched = False
        self.last_reply_at = 0.0
        self.last_beat = 0.0


class Buffer:
    def __init__(self) -> None:
        self._waiting: "OrderedDict[Any, Any]" = OrderedDict()
        self._count = 0
        self._text = 0
        self._last_log: Any = None

    @property
    def is_empty(self) -> bool:
        return not self._waiting

    @property
    def is_full(self) -> bool:
        return len(self._waiting) >= ENTRIES or self._text >= TEXT

    def start(self, job: Tracked) -> None:
        self._put(self._place(), (job, None))

    def add(self, job: Tracked, report: Report) -> None:
        self._text += _size(report)
        if report["kind"] == "log":
            self._add_log(job, report)
            return
        place = _replacement_key(job, report) or self._place()
        before = self._waiting.pop(place, None)
        # Moved to the end, because it describes the state after all earlier reports.
        self._put(place, (job, report if before is None else {**before[1], **report}))

    def take(self, most: float = 1_000, text: float = 262_144) -> List[Dict[str, Any]]:
        """Removes and returns the oldest reports up to both limits, numbered without gaps."""
        lines: List[Dict[str, Any]] = []
        taken = 0
        while self._waiting and len(lines) < most and taken < text:
            _, (job, report) = self._waiting.popitem(last=False)
            line: Dict[str, Any] = {"key": job.key}
            if job.id is not None:
                line["id"] = job.id
            if report is None:
                line["start"] = job.start
            else:
                taken += _size(report)
                job.seq += 1
                line["report"] = {**report, "client": job.client, "seq": job.seq}
            lines.append(line)
        self._text = max(0, self._text - taken) if self._waiting else 0
        return lines

    def _add_log(self, job: Tracked, report: Report) -> None:
        """Merges short pieces of text."""
        if self._last_log is not None:
            place, of, last = self._last_log
            if of is job and place in self._waiting and len(last["text"]) + len(report["text"]) <= TEXT_LIMIT // 2:
                last["text"] += report["text"]
                return
        place = self._place()
        own = dict(report)
        self._put(place, (job, own))
        self._last_log = (place, job, own)

    def _put(self, place: Any, entry: Any) -> None:
        self._waiting[place] = entry

    def _place(self) -> int:
        self._count += 1
        return self._count


def _replacement_key(job: Tracked, report: Report) -> Any:
    """The key under which a newer report replaces this one. None if every report must be sent."""
    if report["kind"] == "progress":
        return ("progress", job.key)
    if report["kind"] == "step" and "status" not in report:
        return ("step", job.key, report["id"])
    return None


def _size(report: Report) -> int:
    """Approximate number of characters."""
    kind = report["kind"]
    if kind == "log":
        return len(report["text"])
    if kind in ("message", "fail"):
        return len(report["message"]) + len(report.get("details", "")) + (1_000 if "context" in report else 0)
    return 65_536 if kind in ("result", "complete") else 100
