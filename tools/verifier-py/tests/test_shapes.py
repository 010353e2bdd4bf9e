"""Forms of wire-forms.md that a router's parsers never write."""

import copy
import unittest

from caio_verifier.checks.certificate_shape import CERTIFICATE
from caio_verifier.checks.wire_shapes import CAPABILITY, CONTRACT, GUARANTEE, POLICY, REQUEST

from .test_bundle import material, replaced

BUNDLE = material("chosen")


def capability(name, **parameters):
    return {"type": name, "parameters": parameters}


def guarantee(**bound):
    return {"property": "latency", "coverage_ppm": 1, "bound": bound}


class Loose(unittest.TestCase):
    def refused(self, shape, honest, *changes):
        self.assertTrue(shape(honest))
        for path, value in changes:
            self.assertFalse(shape(replaced(honest, path, value)), (path, value))

    def test_contracts(self):
        honest = copy.deepcopy(BUNDLE["contracts"][0])
        honest["capabilities"] = [capability("a"), capability("b")]
        honest["constraints"] = {"max_concurrent_requests": 1, "rate_limit": {"per_minute": 1}}
        self.refused(
            CONTRACT, honest,
            (("capabilities",), [capability("b"), capability("a")]), (("capabilities",), [capability("a")] * 2),
            (("guarantees",), [guarantee(max_us=1)] * 2), (("constraints", "max_concurrent_requests"), 0),
            (("constraints", "rate_limit", "per_minute"), 0), (("version",), "1.0.0 beta"), (("metadata", "tags"), [""]),
            (("metadata", "tags"), ["a\u0085b"]), (("access", "tenants"), ["Acme"]), (("name",), ""), (("name",), "\U00010000" * 129),
        )

    def test_terms(self):
        self.refused(CAPABILITY, capability("a", x={"min_micros": 1, "max_micros": 1}), (("parameters", "x"), {}),
                     (("parameters", "x"), {"target_micros": 1}), (("parameters", "x", "max_micros"), 0), (("parameters",), {"0": True}))
        self.refused(GUARANTEE, guarantee(min_us=1, max_us=1), (("bound",), {}), (("bound", "max_us"), 0),
                     (("bound",), {"min_us": 1, "max_micros": 1}), (("property",), ""))

    def test_policies(self):
        rule = {"id": "a", "priority": 0, "effect": {"kind": "oblige", "obligations": ["log"]}, "reason": "why"}
        honest = {**BUNDLE["policies"][0], "rates": {"XTS": 2**53 - 1}, "independent": [["a", "b"]], "rules": [rule]}
        self.refused(
            POLICY, honest,
            (("currency",), "usd"), (("rates",), {"XTS": 0}), (("rates",), {"xts": 1}), (("independent",), [["a"]]),
            (("independent",), [["a", "c"], ["a", "b"]]), (("fallback", "max_attempts"), 0), (("retry", "max_attempts"), 11),
            (("monitor", "alpha_micros"), 0), (("monitor", "drift_run_length"), 0), (("control", "m_micros"), 0),
            (("control", "e_max_micros"), 0), (("control", "damp_micros"), 10**9 + 1), (("rules",), [rule, rule]),
            (("rules", 0, "reason"), ""), (("rules", 0, "reason"), "why\ufeff"), (("rules", 0, "priority"), 1_000_001),
            (("rules", 0, "effect", "obligations"), []), (("privacy", "allowed_labels"), {"A": []}),
        )

    def test_requests(self):
        for path, honest, *loose in (
            ("requirements.capabilities", [{"any_of": [capability("a")]}], [{"any_of": []}], [{"any_of": [capability("a")] * 2}], [{"any_of": [capability("a")]}] * 2),
            ("requirements.guarantees", [guarantee(max_us=1)], [guarantee(max_us=1)] * 2), ("limits.deadline_us", 1, 0), ("limits.latency_us", 10**15, 10**15 + 1),
            ("limits.currency", "USD", "dollars"), ("size.bytes", 10**12, 10**12 + 1), ("principal.subject", "A b", "", "a\nb"),
            ("principal.region", "eu", ""), ("principal.tenant", "a", "A"), ("name", "\U00010000" * 64, "", "\U00010000" * 65),
            ("context", [{"role": "user", "text": ""}], [{"role": "", "text": ""}]), ("plan", {"seq": ["a", {"par": ["b"]}]}, {"seq": []}, {"seq": ["a"], "par": ["b"]}, None, 1),
            ("data.media_type", "text/plain", "text"), ("policies", ["a"], ["A"]), ("labels", ["é"], ["a b"]),
        ):
            self.assertTrue(REQUEST[path](honest), path)
            for value in loose:
                self.assertFalse(REQUEST[path](value), (path, value))

    def test_certificates(self):
        paths = BUNDLE["certificate"]["request"]
        for path in ("fallback", "context", "requirements.privacy", "principal.subject", "principal.trust"):
            self.refused(CERTIFICATE["request"], paths, (("paths", path), None))
        self.assertTrue(CERTIFICATE["request"](replaced(paths, ("paths", "plan"), None)))
        self.assertFalse(CERTIFICATE["encoderId"](""))

    def test_ages(self):
        stale = {"confirmedMsAgo": 5001, "boundMs": 5000}
        for name in ("registry", "policy"):
            honest = replaced(BUNDLE["certificate"]["inputs"], (name, "stale"), stale)
            self.refused(
                CERTIFICATE["inputs"], honest,
                ((name, "stale"), None), ((name, "stale"), {}), ((name, "stale", "confirmedMsAgo"), 5000), ((name, "stale", "confirmedMsAgo"), "5001"),
                ((name, "stale", "boundMs"), -1), ((name, "stale", "since"), 1), (("history", "stale"), stale),
            )
