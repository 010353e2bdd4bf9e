"""The decisions of a plan's steps: each is checked as a bundle of its own, then held to what the plan says of it (certificate.md §11)."""

from ..calculus.score import tie_of
from ..checks.certificate import examine
from ..checks.report import check_members, demand
from ..formats.strict_json import canonical, digest
from .offers import offer_of


def check_steps(predicate, plan, report):
    """Adds the checks of each step's decision; their `Verdicts`, None if one could not be gone through or they are not the plan's."""
    used, verdicts = {"contracts": set(), "encodings": set(), "policies": {0}}, []
    for at, step in enumerate(predicate["steps"]):
        parts = _parts(predicate, step, used)
        inner, found = examine({**step, **parts})
        report.absorb_part("step.%d" % at, inner)
        if inner.known_version and found is None:
            report.add("step.%d.complete" % at, False, "proved", "the decision of the step could not be checked to its end")
        verdicts.append(found)
    report.run("plan.parts", lambda: demand(not _idle(predicate, used), "the bundle holds a contract, an encoding or a policy that no step rests on"))
    if plan is None:
        return None
    if len(plan["steps"]) != len(verdicts):
        report.add("plan.steps", False, "proved", "the decisions are not those of the plan's steps")
        return None
    return None if None in verdicts else verdicts


def _parts(predicate, step, used):
    """Contracts, encodings and policies of one step. Notes what is used, by its place."""
    services, named = _services(step["certificate"]), _named(step["disclosed"])
    places = {
        "contracts": [at for at, each in enumerate(predicate["contracts"]) if _member(each, "service_id") in services],
        "encodings": [at for at, each in enumerate(predicate["encodings"]) if _member(each, "service") in services],
        "policies": [at for at, each in enumerate(predicate["policies"]) if at == 0 or _member(each, "id") in named],
    }
    for name, taken in places.items():
        used[name].update(taken)
    return {name: [predicate[name][at] for at in taken] for name, taken in places.items()}


def _idle(predicate, used):
    return any(len(predicate[name]) > len(taken & set(range(len(predicate[name])))) for name, taken in used.items())


def _member(value, name):
    """A text, or None where there is none."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else None


def _services(certificate):
    verdicts = certificate.get("verdicts") if isinstance(certificate, dict) else None
    return {_member(each, "service") for each in (verdicts if isinstance(verdicts, list) else ())} - {None}


def _named(disclosed):
    opened = disclosed.get("policies") if isinstance(disclosed, dict) else None
    value = opened.get("value") if isinstance(opened, dict) else None
    return {each for each in (value if isinstance(value, list) else ()) if isinstance(each, str)}


class PlanStep:
    """A step as the plan tells it, beside its decision."""

    def __init__(self, plan, at, verdicts):
        self.plan, self.at, self.verdicts = plan, at, verdicts
        self.said, self.decision = plan["steps"][at], verdicts.certificate

    @property
    def refused(self):
        """The code of a decision that is a refusal, or None."""
        return self.decision["outcome"].get("code")

    def ties(self):
        """The digest that breaks the ties of each offer, with the seed and the request of the step's decision."""
        seed, request = self.decision["seed"], self.decision["request"]["digest"]
        return [tie_of(seed, request, offer["service"], offer["model"]) for offer in self.said["offers"]]

    def run(self, report):
        name = "plan.step.%d" % self.at
        report.run(name + ".digest", lambda: demand(self.said["certificate"] == digest(self.decision), "not the digest of the step's decision"))
        report.run(name + ".id", lambda: demand(self.said["decisionId"] == self.decision["decisionId"], "not the id of the step's decision"))
        report.run(name + ".moment", self._moment)

    def _moment(self):
        """Decided as of the same moment on the same inputs, with the plan as parent."""
        for name in ("now", "tenant", "testKey", "inputs"):
            demand(canonical(self.decision[name]) == canonical(self.plan[name]), "%s: not that of the plan" % name)
        lineage = self.decision["lineage"]
        demand(lineage is not None and lineage["parent"] == self.plan["decisionId"], "lineage.parent: not the plan")

    def run_offers(self, report):
        """The offers are those of the pairs that the decision admits, and bring what is recomputed."""
        name, offers = "plan.offers.%d" % self.at, self.said["offers"]
        if report.run(name, lambda: self._pairs(offers)) is None:
            return
        for offer, pair in zip(offers, self.verdicts.admitted):
            told = offer["service"] + ("" if offer["model"] is None else "/" + offer["model"])
            report.run("%s.%s" % (name, told), lambda offer=offer, pair=pair: check_members(told, offer, offer_of(pair, self.verdicts)))

    def _pairs(self, offers):
        admitted = [each for each in self.decision["verdicts"] if each["step"] == 0]
        told = [(each["service"], each["model"], each["score"]) for each in offers]
        demand(told == [(each["service"], each["model"], each["score"]) for each in admitted], "offers: not those of the admitted pairs, with their scores")
        return True
