"""Accepts a program's reports and gets them to the daemon: now, later, or through another program.

A daemon thread sends them. Nothing here raises into the program, and a report only takes a slot in a bounded buffer.
A forked child gets a new reporter; unsent reports of the parent remain with the parent.
"""

from __future__ import annotations

import atexit
import os
import secrets
import sys
import threading
import time
import weakref
from typing import Any, Callable, Dict, List, Optional

from ._address import Address, daemon_home
from ._arguments import Report
from ._buffer import Buffer, Tracked
from ._http import Unavailable, Connection, Rejected
from ._spool import Spool, adopt_orphans, own_spool

TICK = 0.05
BACK_OFF = (0.1, 5.0)
BATCH = 500
FINAL_FLUSH = 2.0
# Seconds between checks for cancellation, if the program is interested.
CANCEL_CHECK = 1.0

_warned: "set[str]" = set()


def warn(text: str) -> None:
    """Prints a message for the program's author, once."""
    if os.environ.get("JOBDECK_QUIET") or text in _warned or len(_warned) > 20:
        return
    _warned.add(text)
    try:
        print(f"jobdeck: {text}", file=sys.stderr)
    except (OSError, ValueError):
        pass  # No usable stderr.


class Reporter:
    def __init__(self, find: Callable[[], Optional[Address]], home: Optional[str] = None, adopts: bool = True) -> None:
        self._find = find
        self._home = home or daemon_home()
        self._adopts = adopts
        self._begin()
        _reporters.add(self)

    def _begin(self) -> None:
        """Initializes the state of this process: at creation, and again in a forked child."""
        inherited: Optional[Connection] = getattr(self, "_connection", None)
        if inherited is not None:
            inherited.close()  # The parent keeps using it.
        self.client = secrets.token_urlsafe(12)
        self._jobs: Dict[str, Tracked] = {}
        self._changed = threading.Condition()
        self._buffer = Buffer()
        self._spool: Optional[Spool] = None
        self._orphans: List[Spool] = []
        self._ids: Dict[str, Optional[str]] = {}
        self._in_flight: List[Dict[str, Any]] = []
        self._thread: Optional[threading.Thread] = None
        self._connection: Optional[Connection] = None
        # Delivery attempts are numbered, so that flush() can recognize a failure of an attempt that began after it.
        self._attempt = 0
        self._failed = 0
        self._adopted = False
        self._flushing = 0
        self._clients = 0
        self._closed = False

    @property
    def has_undelivered(self) -> bool:
        spooled = self._spool is not None and not self._spool.is_empty
        return not self._buffer.is_empty or bool(self._in_flight) or spooled

    def add(self, job: Tracked) -> None:
        with self._changed:
            self._register(job)
            self._wake()

    def report(self, job: Tracked, report: Report) -> None:
        with self._changed:
            if job.rejected:
                return
            if job.process != self.client:
                self._register(job)
            self._buffer.add(job, report)
            if self._buffer.is_full:
                self._spill()
            self._wake()

    def _register(self, job: Tracked) -> None:
        """Starts reporting on a job in this process. A child whose parent may not have started the job yet starts it
        again; the key makes sure that this yields the same job."""
        self._clients += 1
        job.process = self.client
        # Not the process ID alone: another object in this process may report on the same job.
        job.client = f"{self.client}-{self._clients}"
        job.seq = 0
        self._jobs[job.key] = job
        if job.id is None and job.start is not None:
            self._buffer.start(job)

    def add_watch(self) -> None:
        """Starts checking for cancellation."""
        with self._changed:
            self._wake()

    def flush(self, seconds: float) -> bool:
        """Waits up to `seconds` until the daemon has received all reports. Returns whether it has.

        If the daemon is unavailable, returns at once; undelivered reports are on disk.
        """
        deadline = time.monotonic() + seconds
        with self._changed:
            self._flushing += 1
            before = self._attempt
            self._wake()
            try:
                while self.has_undelivered and self._failed <= before:
                    left = deadline - time.monotonic()
                    if left <= 0 or not self._changed.wait(left):
                        break
            finally:
                self._flushing -= 1
            if self.has_undelivered:
                self._spill()
            return not self.has_undelivered

    def close(self, seconds: float = FINAL_FLUSH) -> None:
        """Flushes at the end of the program."""
        if self.has_undelivered:
            self.flush(seconds)
        self._closed = True
        with self._changed:
            self._spill()
            self._changed.notify_all()

    def _wake(self) -> None:
        if self._thread is None and not self._closed:
            self._thread = threading.Thread(target=self._run, name="jobdeck", daemon=True)
            try:
                self._thread.start()
            except RuntimeError:  # The interpreter is shutting down and starts no more threads.
                self._thread = None
                self._spill()
        self._changed.notify_all()

    def _spill(self) -> None:
        """Moves reports from memory to disk, in order."""
        lines = self._in_flight + self._buffer.take(float("inf"), float("inf"))
        self._in_flight = []
        if not lines:
            return
        if self._spool is None:
            self._spool = own_spool(self._home, self.client)
        try:
            lost = self._spool.append(lines)
        except OSError:
            # The disk is full or the folder is gone. Continue in memory; the file is delivered separately.
            self._orphans.append(self._spool)
            self._spool = Spool(None)
            lost = self._spool.append(lines)
        if lost:
            warn("The Jobdeck daemon is unavailable and the buffer is full: some reports are lost.")

    def _run(self) -> None:
        try:
            self._loop()
        finally:
            if self._closed and self._connection is not None:
                self._connection.close()

    def _loop(self) -> None:
        thread = self._thread
        failures = 0
        while self._thread is thread and not self._closed:
            try:
                with self._changed:
                    self._wait_for_work(failures)
                    if self._closed:
                        return
                    self._attempt += 1
                self._work_with_retry()
                failures = 0
            except Unavailable:
                self._handle_failure()
                failures += 1
            except Exception as error:  # A bug here must not silently stop all reports.
                warn(f"Reporting failed: {error!r}")
                self._handle_failure()
                failures += 1

    def _wait_for_work(self, failures: int) -> None:
        if failures:
            until = time.monotonic() + min(BACK_OFF[1], BACK_OFF[0] * 2 ** (failures - 1))
            while not self._flushing and not self._closed and time.monotonic() < until:
                self._changed.wait(until - time.monotonic())
                if not self._buffer.is_empty:
                    self._spill()
            return
        while not self._closed and not self.has_undelivered and not self._orphans:
            pause = self._next_check()
            if not self._changed.wait(pause) and pause is not None:
                return
        until = time.monotonic() + TICK
        while not self._flushing and not self._closed and not self._buffer.is_full and time.monotonic() < until:
            self._changed.wait(max(0.0, until - time.monotonic()))

    def _next_check(self) -> Optional[float]:
        """Seconds until the next heartbeat or cancellation check. None without running jobs."""
        running = [job for job in self._jobs.values() if not job.ended and job.id is not None]
        now = time.monotonic()
        return min((max(0.01, job.last_reply_at + _check_interval(job) - now) for job in running), default=None)

    def _work_with_retry(self) -> None:
        reused = self._connection is not None
        try:
            self._work()
        except Unavailable:
            if not reused:
                raise
            # The old daemon is gone, but a new one may already be running.
            self._disconnect()
            self._work()

    def _work(self) -> None:
        connection = self._connect()
        with self._changed:
            spool = self._spool
            own = spool is not None and not spool.is_empty
            lines = spool.peek(BATCH) if own and spool is not None else self._buffer.take(BATCH)
            if not own:
                self._in_flight = lines
        self._deliver(connection, lines)
        if lines:
            with self._changed:
                if own and spool is not None:
                    spool.drop()
                else:
                    self._in_flight = []
                self._changed.notify_all()
        elif self._orphans:
            orphan = self._orphans[0]
            self._deliver(connection, orphan.peek(BATCH))
            orphan.drop()
            if orphan.is_empty:
                self._orphans.pop(0)
        self._check_silent_jobs(connection)

    def _connect(self) -> Connection:
        address = self._find()
        if address is None:
            raise Unavailable("The Jobdeck daemon is not running.")
        if self._connection is None or self._connection.address != address:
            if self._connection is not None:
                self._connection.close()
            self._connection = Connection(address)
        if self._adopts and not self._adopted:
            self._adopted = True
            self._orphans += adopt_orphans(self._home, self.client)
        return self._connection

    def _deliver(self, connection: Connection, lines: List[Dict[str, Any]]) -> None:
        for line in lines:
            key = line["key"]
            if "start" in line:
                self._start(connection, key, line["start"])
                continue
            job_id = line.get("id") or self._ids.get(key) or self._known_id(key)
            if job_id is None:
                continue  # The daemon rejected the start.
            try:
                self._apply_reply(key, connection.report(job_id, line["report"]))
            except Rejected as error:
                warn(f"A report on job {job_id} was rejected: {error}")

    def _known_id(self, key: str) -> Optional[str]:
        job = self._jobs.get(key)
        return None if job is None else job.id

    def _start(self, connection: Connection, key: str, start: Dict[str, Any]) -> None:
        job = self._jobs.get(key)
        try:
            self._ids[key] = connection.start(start)["id"]
            if job is not None:
                job.id = self._ids[key]
                job.last_reply_at = time.monotonic()
        except Rejected as error:
            self._ids[key] = None
            if job is not None:
                job.rejected = True
            warn(f"Job {key} could not be started: {error}")

    def _apply_reply(self, key: str, reply: Dict[str, Any]) -> None:
        job = self._jobs.get(key)
        if job is None:
            return
        job.last_reply_at = time.monotonic()
        if reply.get("cancelRequested"):
            job.cancel_requested = True
        if job.ended and not self.has_undelivered:
            self._jobs.pop(key, None)

    def _check_silent_jobs(self, connection: Connection) -> None:
        """Sends heartbeats for silent jobs and checks them for cancellation."""
        now = time.monotonic()
        for job in list(self._jobs.values()):
            if job.ended or job.id is None or now - job.last_reply_at < _check_interval(job) * 0.9:
                continue
            try:
                if now - job.last_beat >= job.beat * 0.9:
                    job.last_beat = now
                    self._apply_reply(job.key, connection.report(job.id, {"kind": "heartbeat"}))
                else:
                    self._apply_reply(job.key, connection.status(job.id))
            except Rejected:
                job.ended = True  # The job was removed.

    def _handle_failure(self) -> None:
        self._disconnect()
        with self._changed:
            self._failed = self._attempt
            self._changed.notify_all()

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        with self._changed:
            self._spill()


def _check_interval(job: Tracked) -> float:
    return min(job.beat, CANCEL_CHECK) if job.watched else job.beat


# All reporters of this process, to close at exit and to reset after a fork.
_reporters: "weakref.WeakSet[Reporter]" = weakref.WeakSet()


def _at_exit() -> None:
    for reporter in list(_reporters):
        reporter.close()


def _after_fork() -> None:
    for reporter in list(_reporters):
        reporter._begin()


atexit.register(_at_exit)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
