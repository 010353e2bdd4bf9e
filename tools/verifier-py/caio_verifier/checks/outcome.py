"""The outcome: refusal code, choice, promise, control (calculus §1, §6, §9; certificate.md §3, §8, §9)."""

from math import isqrt

from ..calculus import limits as step4
from ..calculus import security
from ..calculus.pair import continues, output_tokens
from ..calculus.score import Choice
from ..disclosure import Withheld
from ..formats.strict_json import SAFE, digest
from .report import check_members, demand

_CLAUSES = ("safety", "policy", "traits", "budget", "latency")
_CODES = ("SafetyViolation", "PolicyViolation", "TraitViolation", "BudgetExceeded", "LatencyExceeded")


def refusal_code(verdicts):
    """Of the deepest step that any pair reached, and there of the earliest clause."""
    deepest = max((verdict["step"] for verdict in verdicts), default=1)
    if deepest < 4:
        return (None, "NoMatchingService", "RuleViolation", "SecurityViolation")[deepest]
    there = {verdict["clause"] for verdict in verdicts if verdict["step"] == 4}
    return next((code for clause, code in zip(_CLAUSES, _CODES) if clause in there), None)


class Outcome:
    """Checks of `outcome`, given the verdicts."""

    def __init__(self, verdicts):
        self.verdicts = verdicts
        self.certificate = verdicts.certificate
        self.outcome = self.certificate["outcome"]
        self.pair = None

    def run(self, report):
        if self.outcome["kind"] == "refused":
            report.run("refusal", self.check_refusal)
            return
        if report.run("choice", self.check_choice) is None:
            return
        report.run("obligations", self.check_obligations)
        report.run("limits", self.check_limits)
        report.run("security", self.check_security, "attested")
        report.run("promise: statistical", self.check_statistical)
        for name in ("deadlineUs", "maxOutputTokens", "costCapMicros", "outputSchemaDigest"):
            report.run("promise: " + name, lambda name=name: self.check_per_call(name))
        report.run("control", self.check_control, "attested")

    def check_refusal(self):
        demand(not self.verdicts.admitted, "outcome: refused although a pair is admitted")
        code = refusal_code(self.certificate["verdicts"])
        demand(self.outcome["code"] == code, "outcome.code: expected %s" % code)

    def check_choice(self):
        admitted = [v for v in self.certificate["verdicts"] if v["step"] == 0]
        demand(admitted, "outcome: chosen although no pair is admitted")
        request_digest = self.certificate["request"]["digest"]
        choice = Choice(admitted, self.certificate["seed"], request_digest, self.verdicts.policy["exploration"])
        best, said = choice.selected, self.outcome["selected"]
        key = best["service"], best["model"]
        demand((said["service"], said["model"]) == key, "outcome.selected: %s precedes it" % best["service"])
        self.pair = next(pair for pair in self.verdicts.admitted if pair.key == key)
        contract = self.pair.contract
        expected = {
            "service": key[0],
            "model": key[1],
            "route": contract["metadata"].get("route", "external"),
            "contractDigest": digest(contract),
            "score": best["score"],
            "tie": choice.tie(best),
            "drawn": choice.drawn,
            "propensity": {"numerator": choice.numerator, "denominator": choice.denominator},
        }
        for name, value in expected.items():
            demand(said[name] == value, "outcome.selected.%s: expected %s" % (name, value))
        self._check_rest(choice, best)
        return True

    def _check_rest(self, choice, best):
        rest = choice.rest[0] if choice.rest else None
        runner = rest and {"service": rest["service"], "model": rest["model"], "score": rest["score"], "tie": choice.tie(rest)}
        demand(self.outcome["runnerUp"] == runner, "outcome.runnerUp: not the first of the rest")
        margin = None if rest is None else best["score"] - rest["score"]
        demand(self.outcome["margin"] == margin, "outcome.margin: expected %s" % margin)
        models = [{"service": v["service"], "model": v["model"], "score": v["score"]} for v in choice.order]
        demand(self.outcome["models"] == models, "outcome.models: not the admitted pairs in order")

    def check_obligations(self):
        expected = self.verdicts.rules.obligations()
        demand(self.outcome["obligations"] == expected, "outcome.obligations: expected %s" % expected)

    def check_limits(self):
        check_members("outcome.limits", self.outcome["limits"], self.verdicts.limits().shown())

    def check_security(self):
        """Every member that no withheld path decides, whichever others are withheld."""
        withheld = None
        for said, made in zip(self.outcome["security"], security.evidence(self.pair, self.verdicts.security)):
            try:
                check_members("outcome.security." + said["clause"], said, made)
            except Withheld as hidden:
                withheld = hidden
        if withheld is not None:
            raise withheld

    def check_statistical(self):
        demand(self.outcome["promise"]["statistical"] == promises(self.pair), "outcome.promise.statistical: not the pair's")

    def check_per_call(self, name):
        expected = getattr(self, "_" + name)()
        demand(self.outcome["promise"]["perCall"][name] == expected, "outcome.promise.perCall.%s: expected %s" % (name, expected))

    def _deadlineUs(self):
        return self.verdicts.limits().deadline

    def _maxOutputTokens(self):
        return output_tokens(self.pair, self.verdicts.request)

    def _costCapMicros(self):
        verdicts = self.verdicts
        return step4.worst_case_cost(self.pair, verdicts.request, verdicts.limits, verdicts.policy)[0]

    def _outputSchemaDigest(self):
        prefixes = [each["type"] for each in self.certificate["completeness"]["prefixes"]]
        for endpoint in self.pair.contract["api"]["endpoints"]:
            serves = endpoint.get("capability")
            if serves is None or any(q is None or continues(serves, q) for q in prefixes):
                schema = endpoint.get("output_schema")
                return None if schema is None else digest(schema)
        return None

    def check_control(self):
        control, policy = self.outcome["control"], self.verdicts.policy["control"]
        energy, limit = control["energyBeforeMicros"], policy["e_max_micros"]
        bound = 0
        if energy < limit:
            room = isqrt(2 * limit * 10**18) - _ceil_sqrt(2 * energy * 10**18)
            bound = min(SAFE, max(0, room // policy["interval_micros"]))
        demand(control["boundMicros"] == bound, "outcome.control.boundMicros: expected %d" % bound)
        demand(sum(n * n for n in control["u"]) <= bound * bound, "outcome.control.u: longer than the bound")


def _ceil_sqrt(n):
    root = isqrt(n)
    return root if root * root == n else root + 1


def promises(pair):
    """The pair's guarantees; measured promises of a property stand for it."""
    measured = {promise["property"] for promise in pair.leaf["promises"]}
    return [g for g in pair.guarantees if g["property"] not in measured] + pair.leaf["promises"]
