"""Whole bundles, honest and not, and the command line."""

import copy
import io
import json
import random
import tempfile
import unittest
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from caio_verifier.checks.bundle import check_bundle, timestamp
from caio_verifier.checks.certificate import check_certificate
from caio_verifier.checks.report import Report
from caio_verifier.command import main
from caio_verifier.formats.strict_json import canonical, parse

from . import operator

FIXTURES = Path(__file__).parent / "fixtures"


def material(name):
    return parse((FIXTURES / (name + ".json")).read_bytes())


def places(value, path=()):
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in pairs:
        yield from places(member, (*path, key))


def replaced(root, path, value):
    root = copy.deepcopy(root)
    if not path:
        return value
    holder = root
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return root


class Certificates(unittest.TestCase):
    def test_honest(self):
        for name in ("chosen", "refused"):
            report = check_certificate(material(name))
            self.assertTrue(report.valid, report.failures())

    def test_withheld_is_said(self):
        bundle = material("chosen")
        bundle["disclosed"] = {}
        report = check_certificate(bundle)
        self.assertTrue(report.valid, report.failures())
        self.assertEqual(report.standing, "withheld")

    def test_another_version_is_named_so(self):
        bundle = replaced(material("chosen"), ("certificate", "decisionVersion"), "caio-route/2")
        report = check_certificate(bundle)
        self.assertEqual((report.valid, report.known_version, report.failures()), (False, False, []))
        self.assertIn("no sign of tampering", report.checks[0]["detail"])
        self.assertTrue(check_certificate(replaced(bundle, ("certificate", "decisionVersion"), 2)).failures())

    def test_the_view_is_the_tenants(self):
        bundle = material("chosen")
        bundle["contracts"][0]["access"]["tenants"] = ["somebody-else"]
        found = [failure["detail"] for failure in check_certificate(bundle).failures()]
        self.assertTrue(any("not in the view" in detail for detail in found), found)

    def test_withheld_policies_withhold_the_rules(self):
        bundle = material("chosen")
        del bundle["disclosed"]["policies"]
        report = check_certificate(bundle)
        self.assertEqual((report.valid, report.standing), (True, "withheld"))

    def test_total_on_any_change(self):
        """Whatever stands at a place, there is a report; and few places are nobody's business."""
        dice = random.Random(3)
        for name in ("chosen", "refused"):
            honest = material(name)
            some = dice.sample(list(places(honest)), 50)
            for path in some:
                for value in (None, -1, 2**53 - 1, "", "x", [], {}, True, [None], {"a": {}}):
                    report = check_certificate(replaced(honest, path, value))
                    self.assertTrue(report.checks)

    def test_lies_in_the_outcome(self):
        honest = material("chosen")
        for path, value in (
            (("selected", "score"), 1), (("selected", "drawn"), True), (("runnerUp",), None), (("margin",), 1), (("models",), []),
            (("obligations",), ["log"] if honest["certificate"]["outcome"]["obligations"] != ["log"] else []), (("limits", "deadlineUs"), 17),
            (("promise", "statistical"), [{"property": "x", "coverage_ppm": 1, "bound": {}}]), (("control", "boundMicros"), 2**53 - 1),
            (("promise", "perCall", "costCapMicros"), 123456789), (("kind",), "refused"), (("selected", "propensity", "numerator"), 3),
        ):
            report = check_certificate(replaced(honest, ("certificate", "outcome", *path), value))
            self.assertFalse(report.valid, path)


class Positive(unittest.TestCase):
    """Valid says that everything was gone through, never that nothing was found."""

    def test_nothing_is_not_valid(self):
        self.assertFalse(Report().valid)
        for stages in (("decision",), ("signature", "decision", "log")):
            report = Report(*stages)
            report.add("x", True, "proved", "")
            self.assertFalse(report.valid)
        for value in (None, [], {}, "", 0, {"certificate": None}, {name: [] for name in ("certificate", "contracts", "encodings", "policies", "disclosed")}):
            self.assertFalse(check_certificate(value).valid, value)
            self.assertFalse(check_bundle(canonical(value), bytes(32)).valid, value)


class Bundles(unittest.TestCase):
    def setUp(self):
        self.material = operator.logged(material("chosen"))
        self.entries = operator.entries_of(self.material["certificate"])

    def check(self, statement=None, entries=None, data=None):
        if data is None:
            log = operator.log_of(entries or self.entries)
            data = operator.seal(statement or operator.statement_of(self.material, log))
        return check_bundle(data, operator.PUBLIC)

    def test_honest(self):
        report = self.check()
        self.assertTrue(report.valid, report.failures())
        refused = operator.logged(material("refused"))
        log = operator.log_of(operator.entries_of(refused["certificate"]))
        self.assertTrue(self.check(operator.statement_of(refused, log)).valid)

    def test_lies_in_entries(self):
        for index, (kind, entry) in enumerate(self.entries[1:], 1):
            for path in places(entry):
                if path and path != ("prev",) and path[-1] != "parent" or path == ("body", "parent") and kind == "decision":
                    bent = list(self.entries)
                    bent[index] = (kind, replaced(entry, path, "lie"))
                    self.assertFalse(self.check(entries=bent).valid, (kind, path))

    def test_lies_in_the_log(self):
        log = operator.log_of(self.entries)
        for path in places(log):
            for value in (None, "lie"):
                bent = replaced(log, path, value)
                if bent != log and path[2:4] != ("entry", "prev"):
                    self.assertFalse(self.check(operator.statement_of(self.material, bent)).valid, (path, value))

    def test_lies_in_the_statement(self):
        honest = operator.statement_of(self.material, operator.log_of(self.entries))
        for path, value in (
            (("_type",), "x"), (("predicateType",), "x"), (("subject",), []), (("subject", 0, "name"), "00" * 32),
            (("subject", 0, "digest", "sha256"), "00" * 32), (("predicate", "timeCreated"), "2025-11-24T16:00:00Z"), (("predicate", "verifier", "id"), "x"),
            (("predicate", "log"), None), (("predicate", "extra"), 1), (("predicate",), None), ((), [1]),
        ):
            self.assertFalse(self.check(replaced(honest, path, value)).valid, path)

    def test_signature(self):
        log = operator.log_of(self.entries)
        statement = operator.statement_of(self.material, log)
        envelope = json.loads(operator.seal(statement))
        for path in (("payload",), ("payloadType",), ("signatures", 0, "sig"), ("signatures", 0, "keyid"), ("signatures",)):
            for value in (None, "", "AAAA", "00" * 32, []):
                self.assertFalse(self.check(data=json.dumps(replaced(envelope, path, value)).encode()).valid, path)
        loose = json.dumps(statement).encode()
        self.assertFalse(self.check(data=operator.seal(None, loose)).valid)
        self.assertFalse(check_bundle(operator.seal(statement), bytes(32)).valid)

    def test_any_bytes(self):
        dice = random.Random(5)
        honest = operator.seal(operator.statement_of(self.material, operator.log_of(self.entries)))
        for nothing in (b"null", b"[]", b"{}", operator.seal(None), operator.seal([])):
            self.assertFalse(self.check(data=nothing).valid, nothing)
        for size in (0, 1, 10, 1000):
            self.assertFalse(self.check(data=dice.randbytes(size)).valid)
        for _ in range(40):
            at = dice.randrange(len(honest))
            self.assertFalse(self.check(data=honest[:at] + bytes((honest[at] ^ 1 << dice.randrange(7),)) + honest[at + 1 :]).valid)

    def test_time(self):
        self.assertEqual(timestamp(1763996400000 + 3600000), "2025-11-24T16:00:00.000Z")
        self.assertEqual(timestamp(1), "1970-01-01T00:00:00.001Z")
        self.assertIsNone(timestamp(2**53 - 1))


class CommandLine(unittest.TestCase):
    def run_main(self, *arguments):
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = main(list(arguments))
        return code, out.getvalue()

    def test_codes(self):
        with tempfile.TemporaryDirectory() as folder:
            bundle, key, lines = Path(folder, "b.caio.json"), Path(folder, "b.pub"), Path(folder, "b.jsonl")
            own = operator.logged(material("chosen"))
            bundle.write_bytes(operator.seal(operator.statement_of(own, operator.log_of(operator.entries_of(own["certificate"])))))
            key.write_text(operator.PUBLIC.hex())
            lines.write_bytes(canonical(own) + b"\n{}\n")
            self.assertEqual(self.run_main(str(bundle), "--key", str(key))[0], 0)
            code, out = self.run_main(str(bundle), "--key", str(key), "--json")
            self.assertEqual((code, json.loads(out)["valid"]), (0, True))
            code, out = self.run_main("--certificate", "--batch", str(lines))
            self.assertEqual((code, out.split("\n")[0]), (1, "1 valid"))
            self.assertEqual(self.run_main("--certificate", str(FIXTURES / "refused.json"))[0], 0)
            self.assertEqual(self.run_main(str(bundle))[0], 2)
            self.assertEqual(self.run_main(str(bundle), "--key", str(bundle))[0], 2)
            self.assertEqual(self.run_main(str(Path(folder, "none")), "--key", str(key))[0], 2)
            other = replaced(own, ("certificate", "decisionVersion"), "caio-route/2")
            unknown = operator.seal(operator.statement_of(other, operator.log_of(operator.entries_of(other["certificate"]))))
            lines.write_bytes(bundle.read_bytes() + b"\n" + unknown + b"\n")
            code, out = self.run_main("--batch", str(lines), "--key", str(key))
            self.assertEqual((code, out), (2, "1 valid\n2 unknown version\n"))
            key.write_text("00" * 32)
            self.assertEqual(self.run_main(str(bundle), "--key", str(key))[0], 1)


if __name__ == "__main__":
    unittest.main()
