"""A logging handler that adds records to a job's timeline."""

from __future__ import annotations

import logging
from typing import Any, Dict, Optional

from ._job import Job


class JobdeckHandler(logging.Handler):
    """Adds log records to the given job, or to the current one if there is any."""

    def __init__(self, job: Optional[Job] = None, level: int = logging.INFO) -> None:
        super().__init__(level)
        self._job = job

    def emit(self, record: logging.LogRecord) -> None:
        try:
            from . import current_job

            job = self._job or current_job()
            if job is None:
                return
            context: Dict[str, Any] = {"logger": record.name}
            if record.exc_info:
                context["traceback"] = logging.Formatter().formatException(record.exc_info)
            say = job.error if record.levelno >= logging.ERROR else job.info
            if logging.WARNING <= record.levelno < logging.ERROR:
                say = job.warning
            say(record.getMessage(), context)
        except Exception:  # As in the handlers of the standard library.
            self.handleError(record)
