import json
import unittest
from pathlib import Path

from jobdeck import _arguments as arguments

VECTORS = Path(__file__).parents[3] / "test/data/reporting/arguments.json"


def _bound(body, amounts):
    arguments.bound(body, (amounts["current"], amounts["total"]))
    return body


CALLS = {
    "progress": arguments.progress_body,
    "bound": _bound,
    "share": arguments.share,
    "clip": arguments.clip,
    "plain": arguments.plain,
    "steps": arguments.new_steps,
    "start": arguments.start_body,
}


class Arguments(unittest.TestCase):
    def test_matches_the_node_client(self):
        vectors = json.loads(VECTORS.read_text("utf-8"), object_hook=lambda o: float(o["$"]) if "$" in o else o)
        for vector in vectors:
            with self.subTest(call=vector["call"], args=vector["args"]):
                self.assertEqual(CALLS[vector["call"]](*vector["args"]), vector["gives"])

    def test_accepts_any_value(self):
        class FailingStr:
            def __str__(self):
                raise RuntimeError("no")

        for value in (None, float("nan"), object(), FailingStr(), b"\xff", "\ud800", {1: {2}}, [[]]):
            arguments.progress_body(value, value, value)
            json.dumps(arguments.plain(value))
            arguments.clip(value).encode()
            arguments.share(value)
            arguments.fail_body(value, value, value, value)
            arguments.start_body({"title": value, "steps": value, "metadata": value, "total": value})
        cycle = []
        cycle.append(cycle)
        json.dumps(arguments.plain(cycle))

    def test_turns_deeply_nested_values_into_text(self):
        def nested(levels):
            value = []
            for _ in range(levels - 1):
                value = [value]
            return value

        self.assertIsInstance(arguments.plain(nested(450)), list)
        for levels in (451, 100_000):
            self.assertIsInstance(arguments.plain(nested(levels)), str)


if __name__ == "__main__":
    unittest.main()
