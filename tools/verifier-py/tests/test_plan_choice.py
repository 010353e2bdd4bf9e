"""Choices of plans by themselves: the published ones, and proofs that prove nothing."""

import copy
import json
import unittest
from pathlib import Path

from caio_verifier import command
from caio_verifier.checks.report import NotChecked, Report
from caio_verifier.plan.choice import check_choice
from caio_verifier.plan.tree import latency_of, leaves_of, placed
from caio_verifier.plan.work import Work

VECTORS = Path(__file__).parents[3] / "docs" / "vectors" / "plans.json"
_CODES = (("budgetMicros", "BudgetExceeded"), ("latencyUs", "LatencyExceeded"), (None, "NoMatchingService"))


def published():
    return json.loads(VECTORS.read_text("utf-8"))["choices"]


def chosen():
    return [choice for choice in published() if choice["outcome"]["kind"] == "chosen"]


def with_outcome(choice, **members):
    return {**copy.deepcopy(choice), "outcome": {**copy.deepcopy(choice["outcome"]), **members}}


def with_proof(choice, **members):
    return with_outcome(choice, proof={**choice["outcome"]["proof"], **members})


def denied(choice, proof):
    """The same offers, of which it is said that none keeps the limits."""
    code = next(code for name, code in _CODES if name is None or choice["limits"][name] is not None)
    return {**choice, "outcome": {"kind": "refused", "code": code, "claim": "impossible", "step": None, "broken": [], "proof": proof}}


def failed(choice):
    return [failure["check"] for failure in check_choice(choice).failures()]


class Choices(unittest.TestCase):
    def test_published(self):
        choices = published()
        self.assertEqual(len(choices), 24)
        for choice in choices:
            report = check_choice(choice)
            self.assertTrue(report.valid, report.failures())
        self.assertEqual({choice["outcome"]["kind"] for choice in choices}, {"chosen", "refused"})

    def test_an_order_of_places_that_are_no_steps_shows_nothing(self):
        for choice in chosen():
            order = [31, *range(len(choice["steps"]) - 1)]
            proof = {**choice["outcome"]["proof"], "order": order}
            self.assertEqual(failed(with_proof(choice, order=order, tree="!")), ["plan.first"])
            self.assertIn("plan.none", failed(denied(choice, {**proof, "tree": "+"})))

    def test_a_plan_that_exists_is_not_denied(self):
        for choice in chosen():
            for tree in ("", "+", "c", "l", "!", ".", "="):
                self.assertIn("plan.none", failed(denied(choice, {**choice["outcome"]["proof"], "tree": tree})))

    def test_the_tree_is_read_to_its_end_and_not_beyond(self):
        for choice in chosen():
            tree = choice["outcome"]["proof"]["tree"]
            for other in (tree[:-1], tree + "!", tree + "+", "." + tree, ""):
                self.assertEqual(failed(with_proof(choice, tree=other)), ["plan.first"], other)

    def test_other_sums(self):
        for choice in chosen():
            outcome = choice["outcome"]
            self.assertIn("plan.score", failed(with_outcome(choice, score=outcome["score"] + 1)))
            promise = {**outcome["promise"], "availabilityMicros": abs(outcome["promise"]["availabilityMicros"] - 1)}
            self.assertEqual(failed(with_outcome(choice, promise=promise)), ["plan.promise"])
            self.assertEqual(failed(with_outcome(choice, gap=1)), ["plan.first"])
            self.assertEqual(failed(with_outcome(choice, claim="feasible")), ["plan.first"])
            self.assertEqual(failed(with_outcome(choice, selected=outcome["selected"] * 2)), ["plan.selected"])

    def test_multipliers_weigh_only_what_is_asked_for(self):
        choice = next(each for each in chosen() if each["limits"]["accuracyMicros"] is None)
        proof = choice["outcome"]["proof"]
        heavy = [{**each, "uses": [*each["uses"][:3], 1]} for each in proof["multipliers"]]
        large = [{**each, "uses": [2**53 - 1] * 4} for each in proof["multipliers"]]
        for members in ({"multipliers": heavy}, {"multipliers": large}, {"multipliers": []}, {"counted": "accuracy"}):
            self.assertEqual(failed(with_proof(choice, **members)), ["plan.first"], members)

    def test_whatever_stands_there_is_a_report(self):
        honest = chosen()[1]
        for name in honest:
            for value in (None, 0, "x", [], {}, [None], {"seq": []}, {"seq": [0, True]}):
                report = check_choice({**honest, name: value})
                self.assertFalse(report.valid, (name, value))
                self.assertTrue(report.failures())

    def test_more_work_than_is_done_is_neither_valid_nor_invalid(self):
        work, report = Work(10), Report("decision")
        report.run("a check", lambda: work.spend(10))
        report.finished.add("decision")
        self.assertTrue(report.valid)
        with self.assertRaises(NotChecked):
            work.spend(1)
        report.run("another", lambda: work.spend(1))
        self.assertEqual((report.valid, report.failures(), report.standing), (False, [], "withheld"))
        self.assertEqual((command._word(report), command._code(report)), ("not checked", command.UNUSABLE))


class Trees(unittest.TestCase):
    def test_places_and_latencies(self):
        tree = placed({"seq": ["a", {"par": ["b", {"seq": ["c", "d"]}]}, "e"]})
        self.assertEqual(tree, {"seq": [0, {"par": [1, {"seq": [2, 3]}]}, 4]})
        self.assertEqual(leaves_of(tree), [0, 1, 2, 3, 4])
        self.assertEqual(latency_of(tree, [1, 10, 4, 5, 100]), 111)
        self.assertEqual(latency_of(tree, [1, 10, 4, 7, 100]), 112)

    def test_a_name_twice_has_the_place_of_the_first(self):
        self.assertEqual(placed({"par": ["a", "b", "a"]}), {"par": [0, 1, 0]})


if __name__ == "__main__":
    unittest.main()
