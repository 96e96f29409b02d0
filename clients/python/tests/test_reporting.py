import asyncio
import logging
import os
import time
import unittest

import jobdeck
from jobdeck import _job, _reporter

from fake_daemon import FakeDaemon


class Reporting(unittest.TestCase):
    def setUp(self):
        self.daemon = FakeDaemon().__enter__()
        self.warnings = []
        self._warn = _reporter.warn
        for module in (_reporter, _job):
            module.warn = self.warnings.append
        jobdeck._shared.update(any=None, current=None, keyed={})

    def tearDown(self):
        reporter = jobdeck._shared["any"]
        if reporter is not None:
            reporter.close(0)
        for module in (_reporter, _job):
            module.warn = self._warn
        self.daemon.__exit__()

    def spools(self):
        folder = os.path.join(self.daemon.home, "spool")
        return os.listdir(folder) if os.path.isdir(folder) else []

    def messages(self):
        return [body["message"] for _, body in self.daemon.reports("messages")]

    def test_sends_nothing_to_a_server_that_does_not_know_the_token(self):
        self.daemon.token = "another"
        self.daemon.start()
        with jobdeck.job("Ingest") as job:
            self.assertFalse(job.flush(1))
        self.assertGreater(len(self.daemon.challenges), 0)
        self.assertEqual(self.daemon.starts, [])

    def test_verifies_the_server_once_per_connection(self):
        self.daemon.start()
        with jobdeck.job("Ingest") as job:
            job.info("Started.")
            self.assertTrue(job.flush(5))
            job.info("Continued.")
        self.assertTrue(job.flush(5))
        self.assertEqual(len(self.daemon.challenges), 1)
        self.assertRegex(self.daemon.challenges[0], r"^[A-Za-z0-9_-]{16,64}$")

    def test_reports_a_block_in_order(self):
        self.daemon.start()
        with jobdeck.job("Ingest", total=3, steps=["read"], type="import") as job:
            with job.step("read"):
                job.info("Began.", {"files": 3})
            job.log("a ")
            job.log("line\n")
            job.result({"rows": 1})
        self.assertTrue(job.flush())
        self.assertEqual(
            self.daemon.reports(),
            [
                ("step", {"id": "read", "status": "running"}),
                ("messages", {"level": "info", "message": "Began.", "context": {"files": 3}}),
                ("step", {"id": "read", "status": "completed"}),
                ("log", {"text": "a line\n"}),
                ("result", {"result": {"rows": 1}}),
                ("complete", {}),
            ],
        )
        self.assertEqual([body["seq"] for _, body in self.daemon.jobs[job.id]], [1, 2, 3, 4, 5, 6])
        start = self.daemon.starts[0]
        self.assertEqual((start["title"], start["total"], start["type"]), ("Ingest", 3, "import"))
        self.assertEqual(self.warnings, [])

    def test_new_progress_replaces_unsent_progress(self):
        self.daemon.start()
        job = jobdeck.job("Count")
        for n in range(10_000):
            job.progress(n, 9_999)
        job.flush()
        self.assertLess(len(self.daemon.reports()), 100)
        self.assertEqual(self.daemon.reports()[-1], ("progress", {"current": 9_999, "total": 9_999}))

    def test_an_exception_fails_the_job_with_its_traceback(self):
        self.daemon.start()
        with self.assertRaises(ZeroDivisionError):
            with jobdeck.job("Divide") as job:
                job.progress(1 / 0)
        job.flush()
        ((_, fail),) = self.daemon.reports()
        self.assertEqual(fail["message"], "division by zero")
        self.assertIn("job.progress(1 / 0)", fail["details"])
        self.assertNotIn("cancelled", fail)

    def test_an_interrupt_cancels_the_job(self):
        self.daemon.start()
        with self.assertRaises(KeyboardInterrupt):
            with jobdeck.job("Wait") as job:
                raise KeyboardInterrupt
        job.flush()
        self.assertTrue(self.daemon.reports("fail")[0][1]["cancelled"])

    def test_keeps_reports_on_disk_while_the_daemon_is_unavailable_and_delivers_them_in_order(self):
        job = jobdeck.job("Unavailable")
        job.info("1")
        self.assertFalse(job.flush(5))
        self.assertEqual(len(self.spools()), 1)
        file = os.path.join(self.daemon.home, "spool", self.spools()[0])
        self.assertEqual(os.stat(file).st_mode & 0o777, 0o600)
        self.assertEqual(os.stat(os.path.dirname(file)).st_mode & 0o777, 0o700)
        job.info("2")
        self.daemon.start()
        job.info("3")
        self.assertTrue(job.flush())
        self.daemon.stop()
        job.info("4")
        self.assertFalse(job.flush())
        self.daemon.start()
        job.info("5")
        self.assertTrue(job.flush())
        self.assertEqual(self.messages(), ["1", "2", "3", "4", "5"])
        self.assertEqual(len(self.daemon.jobs), 1)
        self.assertEqual(self.spools(), [])

    def test_limits_memory_regardless_of_the_number_of_reports(self):
        job = jobdeck.job("Talk")
        for n in range(25_000):
            job.info(str(n))
        self.assertLessEqual(len(jobdeck._shared_reporter()._buffer._waiting), 10_000)
        self.assertFalse(job.flush(0.1))
        with open(os.path.join(self.daemon.home, "spool", self.spools()[0]), encoding="utf-8") as file:
            self.assertEqual(len(file.readlines()), 25_001)

    def test_delivers_the_reports_of_a_killed_program(self):
        child = os.fork()
        if child == 0:
            job = jobdeck.job("Left")
            job.info("alone")
            job.flush(1)
            os._exit(9)
        os.waitpid(child, 0)
        self.assertEqual(len(self.spools()), 1)
        self.daemon.start()
        with jobdeck.job("Next") as job:
            pass
        job.flush()
        until = time.monotonic() + 10
        while self.spools() and time.monotonic() < until:
            time.sleep(0.01)
        self.assertEqual(sorted(start["title"] for start in self.daemon.starts), ["Left", "Next"])

    def test_a_forked_child_continues_its_parents_job(self):
        self.daemon.start()
        job = jobdeck.job("Parent")
        job.info("parent")
        job.flush()
        child = os.fork()
        if child == 0:
            job.info("child")
            os._exit(0 if job.flush() else 1)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        job.complete()
        self.assertTrue(job.flush())
        self.assertEqual(self.messages(), ["parent", "child"])
        self.assertEqual(len(self.daemon.jobs), 1)
        self.assertEqual(len({body["client"] for _, body in self.daemon.jobs[job.id]}), 2)

    def test_raises_when_the_job_is_cancelled(self):
        self.daemon.start()
        with self.assertRaises(jobdeck.Cancelled):
            with jobdeck.job("Stop", raise_on_cancel=True) as job:
                job.flush()
                self.assertFalse(job.cancelled)
                self.daemon.cancel_requested.add(job.id)
                until = time.monotonic() + 10
                while time.monotonic() < until:
                    job.progress(1)
                    time.sleep(0.01)
        job.flush()
        self.assertTrue(self.daemon.reports("fail")[0][1]["cancelled"])

    def test_checks_for_cancellation_without_reports(self):
        self.daemon.start()
        job = jobdeck.job("Silent")
        job.flush()
        self.assertFalse(job.cancelled)
        self.daemon.cancel_requested.add(job.id)
        until = time.monotonic() + 10
        while not job.cancelled and time.monotonic() < until:
            time.sleep(0.01)
        self.assertTrue(job.cancelled)

    def test_sends_heartbeats(self):
        self.daemon.start()
        job = jobdeck.job("Quiet", heartbeat=1)
        job.flush()
        until = time.monotonic() + 10
        while self.daemon.beats < 2 and time.monotonic() < until:
            time.sleep(0.01)
        self.assertGreaterEqual(self.daemon.beats, 2)

    def test_tracks_an_iterable(self):
        self.daemon.start()
        self.assertEqual(list(jobdeck.track([1, 2, 3], "Items")), [1, 2, 3])
        jobdeck.flush()
        self.assertEqual(self.daemon.starts[0]["total"], 3)
        self.assertEqual(self.daemon.reports()[-2:], [("progress", {"current": 3}), ("complete", {})])

    def test_leaving_the_loop_cancels_the_job(self):
        self.daemon.start()
        for item in jobdeck.track(iter("abc"), "Items"):
            if item == "b":
                break
        jobdeck.flush()
        self.assertEqual(self.daemon.reports("fail"), [("fail", {"message": "Stopped after 2.", "cancelled": True})])

    def test_reports_each_call_as_a_job(self):
        self.daemon.start()

        @jobdeck.tracked
        def double(n):
            return 2 * n

        @jobdeck.tracked(title="Later", type="async")
        async def later(n):
            return n

        self.assertEqual((double(2), asyncio.run(later(3))), (4, 3))
        jobdeck.flush()
        self.assertEqual([start["title"].split(".")[-1] for start in self.daemon.starts], ["double", "Later"])

    def test_adds_log_records_to_the_timeline(self):
        self.daemon.start()
        logger = logging.getLogger("test.jobdeck")
        logger.propagate = False
        handler = jobdeck.JobdeckHandler()
        logger.addHandler(handler)
        self.addCleanup(logger.removeHandler, handler)
        logger.warning("nowhere")
        with jobdeck.job("Log") as job:
            logger.warning("%d left", 3)
            try:
                raise ValueError("bad")
            except ValueError:
                logger.exception("It broke.")
        job.flush()
        first, second = [body for _, body in self.daemon.reports("messages")]
        self.assertEqual((first["level"], first["message"]), ("warning", "3 left"))
        self.assertEqual((second["level"], second["message"]), ("error", "It broke."))
        self.assertIn("ValueError: bad", second["context"]["traceback"])

    def test_drops_only_the_rejected_report_and_warns(self):
        self.daemon.start()
        self.daemon.rejects = lambda kind, body: body.get("message") == "bad"
        job = jobdeck.job("Picky")
        for text in ("1", "bad", "2"):
            job.info(text)
        self.assertTrue(job.flush())
        self.assertEqual(self.messages(), ["1", "2"])
        self.assertIn("was rejected", self.warnings[0])

    def test_never_raises_for_any_argument(self):
        self.daemon.start()
        job = jobdeck.job(None, total="x", steps="abc", metadata=object(), heartbeat="no")
        for value in (float("nan"), -1, None, object(), b"\xff", "\ud800"):
            job.progress(value, value, value)
            job.steps(value)
            job.step(value).progress(value)
            job.info(value, value)
            job.result(value)
        job.fail(None)
        job.info("too late")
        self.assertTrue(job.flush())


if __name__ == "__main__":
    unittest.main()
