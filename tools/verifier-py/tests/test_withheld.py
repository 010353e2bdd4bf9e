"""What is withheld hides no more than what needs it (certificate.md §10)."""

import unittest

from caio_verifier.calculus.limits import worst_case_cost
from caio_verifier.calculus.pair import Pair
from caio_verifier.calculus.policy import Limits
from caio_verifier.calculus.security import SecurityContext, evidence
from caio_verifier.checks.certificate import check_certificate
from caio_verifier.checks.certificate_shape import CERTIFICATE
from caio_verifier.checks.outcome import Outcome
from caio_verifier.checks.report import Failed
from caio_verifier.disclosure import PATHS, Disclosure, Withheld

from .test_bundle import material, replaced

POLICY = {"currency": "USD", "rates": {}, "limits": {"deadline_us": 5_000_000}, "privacy": {"mode": "strict", "sensitive": ["pii"], "allowed_labels": {}}}
BUNDLE = material("chosen")
OUTCOME = BUNDLE["certificate"]["outcome"]


def request(withheld=(), **said):
    """A request of which the named paths are withheld, some are said and the others are not."""
    said = {name.replace("__", "."): {"value": value} for name, value in said.items()}
    return Disclosure({path: "00" * 32 if path in withheld or path in said else None for path in PATHS}, said)


def pair(cost=None, public=False, required=("chat",), match="any"):
    access = {"required_permissions": list(required), "match": match, "required_trust_level": 0, "tenants": [], "public": public}
    contract = {"service_id": "a", "capabilities": [], "guarantees": [], "access": access, "privacy": {}, "metadata": {}}
    return Pair(contract if cost is None else {**contract, "cost": cost}, None)


def priced(model, **prices):
    return {"model": model, "currency": "USD", **{name: prices.get(name, 0) for name in ("base_pico", "input_token_pico", "output_token_pico", "second_pico")}}


class Costs(unittest.TestCase):
    def cost(self, cost, withheld, policies_known=True, **said):
        asked = request(withheld, **said)

        def limits():
            if not policies_known:
                raise Withheld("policies")
            return Limits(asked, POLICY)

        return worst_case_cost(pair(cost), asked, limits, POLICY)

    def test_known_without_the_withheld(self):
        sizes = ("size.input_tokens", "size.max_output_tokens")
        for cost in (None, priced("free"), priced("per_request", base_pico=3_000_000), priced("per_token", base_pico=3_000_000)):
            expected = (None, "silent") if cost is None else (0 if cost["model"] == "free" else 3, None)
            self.assertEqual(self.cost(cost, sizes, policies_known=False), expected)
        output = priced("per_token", output_token_pico=1_000_000)
        self.assertEqual(self.cost(output, sizes[:1], size__max_output_tokens=7), (7, None))
        self.assertEqual(self.cost({**output, "currency": "XTS"}, sizes), (None, "currency"))
        both = priced("per_token", input_token_pico=1, output_token_pico=1)
        self.assertEqual(self.cost(both, sizes[:1]), (None, "silent"))
        time = priced("per_second", second_pico=2 * 10**6)
        self.assertEqual(self.cost(time, (*sizes, "limits.budget_micros", "limits.latency_us")), (10, None))

    def test_withheld_where_it_decides(self):
        for cost, path, known in (
            (priced("per_token", input_token_pico=1), "size.input_tokens", True),
            (priced("per_token", output_token_pico=1), "size.max_output_tokens", True),
            (priced("per_second", second_pico=1), "limits.deadline_us", True),
            (priced("per_second", second_pico=1), "size.bytes", False),
        ):
            with self.assertRaises(Withheld):
                self.cost(cost, (path,), known)


class Evidence(unittest.TestCase):
    def made(self, index, asked, **contract):
        """Members that are known, and names of the withheld ones."""
        context = SecurityContext(asked, POLICY, {"clause": "authentication"}, 0)
        known, hidden = {}, set()
        for name, make in evidence(pair(**contract), context)[index].items():
            try:
                known[name] = make()
            except Withheld:
                hidden.add(name)
        return known, hidden

    def test_authorization(self):
        asked = request(("principal.permissions",))
        for contract in ({"public": True}, {"public": True, "match": "all"}, {"required": ()}):
            known, hidden = self.made(1, asked, **contract)
            self.assertEqual((known["matched"], hidden), ([], set()))
        known, hidden = self.made(1, asked)
        self.assertEqual((known, hidden), ({"clause": "authorization", "public": False, "match": "any", "required": ["chat"]}, {"matched"}))
        self.assertEqual(self.made(1, request(principal__permissions=["chat", "x"]), required=("a", "chat"))[0]["matched"], ["chat"])

    def test_others(self):
        known, hidden = self.made(2, request(("labels",)))
        self.assertEqual((known, hidden), ({"clause": "privacy", "mode": "strict"}, {"basis", "sensitive"}))
        self.assertEqual(self.made(3, request(PATHS)), ({"clause": "trust", "required": 0}, set()))
        known, hidden = self.made(4, request(("principal.region",)))
        self.assertEqual((known, hidden), ({"clause": "access", "tenant": "open", "route": "any"}, {"region"}))
        self.assertEqual(self.made(4, request(("principal.region", "requirements.constraints")))[1], {"region", "route"})


class Certificates(unittest.TestCase):
    """Lies about what stays known are found with everything else withheld; an honest one stands."""

    def test_lies(self):
        """`costCapMicros` of a free model, `limits` of paths that are not said, and members of the evidence."""
        for path, value in (
            (("promise", "perCall", "costCapMicros"), 1), (("promise", "perCall", "costCapMicros"), None),
            (("security", 1, "public"), True), (("security", 1, "match"), "all"), (("security", 1, "required"), []),
            (("security", 2, "mode"), "encrypted"), (("security", 3, "required"), 1), (("security", 4, "tenant"), "member"),
            (("security", 0, "keyId"), "key-2"), (("security", 4, "region"), "inside"),
        ):
            bundle = replaced(BUNDLE, ("disclosed",), {})
            self.assertTrue(check_certificate(bundle).valid)
            report = check_certificate(replaced(bundle, ("certificate", "outcome", *path), value))
            self.assertFalse(report.valid, path)
            self.assertNotIn("shape", [failure["check"] for failure in report.failures()], path)

    def test_limits_one_by_one(self):
        self.assertEqual(Limits(request(("limits.budget_micros",)), POLICY).deadline, 5_000_000)
        honest = Limits(request(("limits.budget_micros", "limits.latency_us")), POLICY)
        with self.assertRaises(Withheld):
            _ = honest.budget
        said = {"budgetMicros": 1, "latencyUs": 1, "coveragePpm": 950_000, "deadlineUs": 5_000_000}
        for name, error in (("budgetMicros", Withheld), ("coveragePpm", Failed), ("deadlineUs", Failed)):
            outcome = Outcome.__new__(Outcome)
            outcome.outcome = {"limits": {**said, name: 17}}
            outcome.verdicts = type("V", (), {"limits": lambda _self: honest})()
            with self.assertRaises(error):
                outcome.check_limits()


class Shapes(unittest.TestCase):
    def test_five_objects(self):
        shape = CERTIFICATE["outcome"]
        self.assertTrue(shape(OUTCOME))
        for path, value in (
            ((0, "method"), "none"), ((0, "clause"), "trust"), ((1, "public"), 0), ((1, "match"), "some"), ((1, "required"), None),
            ((1, "matched"), [1]), ((1, "extra"), 1), ((2, "basis"), None), ((2, "basis"), "x"), ((2, "mode"), "open"), ((2, "sensitive"), ["b", "a"]),
            ((2, "sensitive"), ["a", "a"]), ((3, "required"), True), ((3, "required"), -1), ((3, "matched"), []), ((4, "tenant"), "x"),
            ((4, "region"), "outside"), ((4, "route"), "internal"), ((4, "route"), True), ((4,), {}), ((4,), None),
        ):
            self.assertFalse(shape(replaced(OUTCOME, ("security", *path), value)), (path, value))
        for objects in (OUTCOME["security"][:4], OUTCOME["security"] + [{}], OUTCOME["security"][::-1]):
            self.assertFalse(shape({**OUTCOME, "security": objects}))


if __name__ == "__main__":
    unittest.main()
