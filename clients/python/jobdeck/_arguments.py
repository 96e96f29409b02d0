"""Builds reports from arbitrary arguments: whatever the daemon would reject is corrected or left out.

The Node client applies the same rules (shared/client/reporting/arguments.ts). test/data/reporting/arguments.json
verifies both.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Dict, Iterator, List, Optional, Tuple

TEXT_LIMIT = 65_536
MESSAGE_LIMIT = 8_192
CONTEXT_LIMIT = 65_536
VALUE_NESTING = 450
STEPS_LIMIT = 1_000
RESULT_LIMIT = 1_000_000

Report = Dict[str, Any]


def clip(value: Any, limit: int = MESSAGE_LIMIT) -> str:
    """Text that fits into a report. Replaces lone surrogates, which are not valid JSON text."""
    text = value if isinstance(value, str) else _to_text(value)
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text if _units(text) <= limit else _cut(text, limit - 1) + "…"


def _to_text(value: Any) -> str:
    try:
        return str(value)
    except Exception:  # A failing __str__ must not break the program.
        return f"<{type(value).__name__}>"


def _units(text: str) -> int:
    """Length in UTF-16 units, as on the wire."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _cut(text: str, units: int) -> str:
    if text.isascii():
        return text[:units]
    return text.encode("utf-16-le", "surrogatepass")[: units * 2].decode("utf-16-le", "ignore")


def amount(value: Any) -> Optional[float]:
    """A valid count, or None."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if math.isfinite(value) and value >= 0 else None


def plain(value: Any, limit: int = CONTEXT_LIMIT) -> Any:
    """The value as JSON if possible, otherwise as text. Large values are truncated to text."""
    try:
        text = json.dumps(value, default=_to_text, allow_nan=False, ensure_ascii=False)
    except (ValueError, TypeError, RecursionError):
        text = json.dumps(_to_text(value), ensure_ascii=False)
    if _units(text) > limit or _is_too_deep(text):
        return clip(text, limit // 2)
    return json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _is_too_deep(text: str) -> bool:
    """Whether a JSON text has more levels than the daemon accepts in a value."""
    depth = 0
    for bracket in re.findall(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(bracket, 0)
        if depth > VALUE_NESTING:
            return True
    return False


def progress_body(current: Any = None, total: Any = None, message: Any = None) -> Optional[Report]:
    """A progress report, or None if it would be empty."""
    body: Report = {"kind": "progress"}
    if amount(current) is not None:
        body["current"] = current
    if amount(total) is not None:
        body["total"] = total
    if message is not None:
        body["message"] = clip(message)
    return body if len(body) > 1 else None


Amounts = Tuple[float, Optional[float]]


def bound(body: Report, amounts: Amounts) -> Amounts:
    """Limits the current amount to the total. Returns both."""
    current, total = amounts
    done, limit = body.get("current", current), body.get("total", total)
    if limit is None or done <= limit:
        return done, limit
    body["current"] = limit
    return limit, limit


def share(value: Any) -> Optional[float]:
    """Clamps a fraction to the range 0 to 1."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or math.isnan(value):
        return None
    return min(1, max(0, value))


def log_texts(text: str) -> Iterator[str]:
    """Splits text into pieces that fit into reports."""
    size = TEXT_LIMIT if text.isascii() else TEXT_LIMIT // 2
    for at in range(0, len(text), size):
        yield clip(text[at : at + size], TEXT_LIMIT)


def new_steps(steps: Any) -> List[Report]:
    """Step declarations from IDs or dicts. Invalid ones are left out."""
    declared: List[Report] = []
    for step in list(steps)[:STEPS_LIMIT]:
        known = {"id": step} if isinstance(step, str) else step
        if not isinstance(known, dict) or not isinstance(known.get("id"), str) or not known["id"]:
            continue
        one: Report = {"id": clip(known["id"], 200)}
        if known.get("label"):
            one["label"] = clip(known["label"], 300)
        weight = amount(known.get("weight"))
        if weight is not None and 0 < weight <= 1e6:
            one["weight"] = weight
        if known.get("parentId"):
            one["parentId"] = clip(known["parentId"], 200)
        declared.append(one)
    return declared


def fail_body(message: Any, code: Any = None, hint: Any = None, details: Any = None, cancelled: bool = False) -> Report:
    """A failure report."""
    body: Report = {"kind": "fail", "message": clip(message) or "It failed."}
    if isinstance(code, str) and re.fullmatch(r"[A-Z][A-Z0-9_]{0,63}", code):
        body["code"] = code
    if isinstance(hint, str):
        body["hint"] = clip(hint)
    if isinstance(details, str):
        body["details"] = clip(details, TEXT_LIMIT)
    if cancelled:
        body["cancelled"] = True
    return body


_TEXTS = {
    "type": 100,
    "cwd": 4096,
    "workspace": 4096,
    "createdBy": 300,
    "group": 200,
    "idempotencyKey": 200,
    "commandLine": 1000,
}


def start_body(request: Dict[str, Any]) -> Dict[str, Any]:
    """A valid start request. Unknown and invalid fields are left out."""
    title = request.get("title")
    body: Dict[str, Any] = {"title": clip("Job" if title is None else title, 300).strip() or "Job"}
    for name, limit in _TEXTS.items():
        if request.get(name):
            body[name] = clip(request[name], limit)
    if isinstance(request.get("steps"), (list, tuple)):
        body["steps"] = new_steps(request["steps"])
    if amount(request.get("total")) is not None:
        body["total"] = request["total"]
    if request.get("input") is not None:
        body["input"] = plain(request["input"])
    if request.get("metadata") is not None:
        facts = plain(request["metadata"])
        body["metadata"] = facts if isinstance(facts, dict) else {"value": facts}
    weight = amount(request.get("weight"))
    if weight is not None and 0 < weight <= 1e6:
        body["weight"] = weight
    if amount(request.get("heartbeatMs")) is not None:
        body["heartbeatMs"] = _within(request["heartbeatMs"], 1000, 7 * 86_400_000)
    if request.get("timeLimitMs", 0) is None:
        body["timeLimitMs"] = None
    elif "timeLimitMs" in request and amount(request["timeLimitMs"]) is not None:
        body["timeLimitMs"] = _within(request["timeLimitMs"], 1000, 366 * 86_400_000)
    return body


def _within(value: float, least: int, most: int) -> int:
    return min(most, max(least, round(value)))
