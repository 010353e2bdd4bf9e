"""What is said of the choice of a plan follows from its offers, its limits and its bound tree (calculus §7, certificate.md §11)."""

from ..calculus.limits import ONE
from ..checks.report import ATTESTED, PROVED, demand
from ..formats.strict_json import SAFE
from .bound_tree import BoundTree, Claimed
from .bounds import Bounds
from .broken import broken_limits, code_of
from .items import allowed_by, items_of, reduced
from .tree import latency_of, leaves_of
from .work import Work

_NO_SEARCH = {"multipliers": [], "counted": None, "order": [], "tree": ""}
"""The proof where a step has no item left."""


class PlanOutcome:
    """Checks of `outcome`, given the offers of each step and the tie digest of each offer."""

    def __init__(self, tree, limits, offers, ties, outcome):
        self.tree, self.limits, self.offers, self.ties, self.outcome = tree, limits, offers, ties, outcome
        self.work = Work()

    def run(self, report):
        if report.run("plan.places", self._places) is None:
            return
        if self.outcome["kind"] == "refused":
            self._run_refused(report)
            return
        if report.run("plan.selected", self._selected) is None:
            return
        report.run("plan.score", self._score)
        report.run("plan.promise", self._promise)
        report.run("plan.first", self._first)

    def _run_refused(self, report):
        broken = broken_limits(self.tree, self.offers, self.limits)
        report.run("plan.broken", lambda: demand(self.outcome["broken"] == broken, "broken: expected %s" % broken))
        code = code_of(broken, self.limits)
        report.run("plan.code", lambda: demand(self.outcome["code"] == code, "code: expected %s" % code))
        report.run("plan.none", lambda: self._none(broken), ATTESTED if self.outcome["claim"] == "undecided" else PROVED)

    def _places(self):
        demand(leaves_of(self.tree) == list(range(len(self.offers))), "tree: not every step once, in order")
        return True

    def _picked(self):
        """(place of the offer, bound or None) of each step."""
        for offers, said in zip(self.offers, self.outcome["selected"]):
            pair = said["service"], said["model"]
            yield next((place for place, each in enumerate(offers) if (each["service"], each["model"]) == pair), None), said["bound"]

    def _selected(self):
        demand(len(self.outcome["selected"]) == len(self.offers), "selected: not one for each step")
        for step, (place, bound) in enumerate(self._picked()):
            demand(place is not None, "selected: the pair of step %d is not admitted" % step)
            if self.limits["latencyUs"] is None:
                demand(bound is None, "selected: a bound of step %d though no latency is asked for" % step)
            else:
                demand(bound is not None and bound < len(self.offers[step][place]["bounds"]), "selected: step %d has no such bound" % step)
        return True

    def _chosen(self):
        return [offers[place] for offers, (place, _bound) in zip(self.offers, self._picked())]

    def _score(self):
        score = sum(offer["score"] for offer in self._chosen())
        demand(self.outcome["score"] == score, "score: expected %d" % score)

    def _promise(self):
        chosen, costs = self._chosen(), [offer["costMicros"] for offer in self._chosen()]
        bounds = [offer["bounds"][bound] for offer, (_place, bound) in zip(chosen, self._picked()) if bound is not None]
        timed = self.limits["latencyUs"] is not None
        cost = None if None in costs or sum(costs) > SAFE else sum(costs)
        expected = {
            "costMicros": cost,
            "latencyUs": latency_of(self.tree, [bound["boundUs"] for bound in bounds]) if timed else None,
            "coveragePpm": _left(bound["coveragePpm"] for bound in bounds) if timed else None,
            "availabilityMicros": _left(offer["availabilityMicros"] for offer in chosen),
            "accuracyMicros": _left(offer["accuracyMicros"] for offer in chosen),
        }
        demand(self.outcome["promise"] == expected, "promise: expected %s" % expected)

    def _items(self):
        return [items_of(offers, ties, self.limits) for offers, ties in zip(self.offers, self.ties)]

    def _first(self):
        """The plan keeps the limits, and no other that keeps them precedes it, or is better by more than the gap."""
        steps = self._items()
        chosen = [next((item for item in items if (item.offer, item.bound) == (place, -1 if bound is None else bound)), None) for items, (place, bound) in zip(steps, self._picked())]
        demand(None not in chosen, "selected: a pair is silent where the plan has a limit")
        self._keeps(chosen)
        proof, score = self.outcome["proof"], self.outcome["score"]
        demand(len(proof["multipliers"]) > 0, "multipliers: none, so that nothing is bounded")
        left = reduced(self.tree, steps, self.limits, self.work)
        bounds = Bounds(self.tree, left, self.limits, proof, self.work)
        if self.outcome["claim"] == "feasible":
            demand(proof["tree"] is None, "tree: a plan that has one is optimal")
            demand(bounds.root() - score == self.outcome["gap"], "gap: the bound of the whole gives another")
            return
        demand(self.outcome["gap"] == 0 and proof["tree"] is not None, "an optimal plan has a tree, and no gap")
        claimed = Claimed(score, [item.tie for item in chosen])
        BoundTree(self.tree, left, self.limits, bounds, claimed, self.work).check(proof["tree"])

    def _keeps(self, chosen):
        for at, allowed in enumerate(allowed_by(self.limits)):
            demand(sum(item.uses[at] for item in chosen) <= allowed, "selected: breaks a limit of the plan")
        latency = self.limits["latencyUs"]
        demand(latency is None or latency_of(self.tree, [item.latency for item in chosen]) <= latency, "selected: breaks the latency of the plan")

    def _none(self, broken):
        """Nothing keeps the limits, or it is said that this was not found out."""
        claim, proof = self.outcome["claim"], self.outcome["proof"]
        if broken:
            demand(claim == "impossible" and proof is None, "proof: a limit that is broken by itself needs none")
            return
        demand(proof is not None, "proof: none, though no limit is broken by itself")
        left = reduced(self.tree, self._items(), self.limits, self.work)
        if [] in left:
            demand(claim == "impossible" and proof == _NO_SEARCH, "proof: a step without an item needs no search")
            return
        bounds = Bounds(self.tree, left, self.limits, proof, self.work)
        if claim == "undecided":
            demand(proof["tree"] is None, "tree: a plan that has one is decided")
            return
        demand(proof["tree"] is not None, "tree: none, so that nothing shows it")
        BoundTree(self.tree, left, self.limits, bounds, None, self.work).check(proof["tree"])


def _left(shares):
    """1 less what is missing of each, at least 0."""
    return max(0, ONE - sum(ONE - share for share in shares))
