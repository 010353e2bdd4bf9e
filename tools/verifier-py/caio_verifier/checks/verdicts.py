"""Redoes steps 1 to 4 for each pair, and the terms and the score of the admitted (calculus §2 to §6)."""

from functools import lru_cache

from ..calculus import limits as step4
from ..calculus import matching, security
from ..calculus.policy import Limits
from ..calculus.rules import ANY_RULE, Rules, request_view
from ..calculus.score import Frame, score_of
from ..disclosure import Withheld
from .report import demand


class Verdicts:
    """Everything that the clauses read, made once for all pairs."""

    def __init__(self, material):
        self.material = material
        self.certificate = material.certificate
        self.request, self.policy = material.request, material.policy
        try:
            limits = self.limits()
        except Withheld:
            limits = None
        self.rules = Rules(self.policy, request_view(self.request, limits), material.named_are_known)
        self.security = security.SecurityContext(
            self.request, self.policy, self.certificate["authentication"], self.certificate["now"]
        )
        self.step4 = step4.LimitContext(self.request, self.policy, self.limits, self.rules.obligations)
        self.admitted = [p for p, v in zip(material.pairs, self.certificate["verdicts"]) if v["step"] == 0]

    @lru_cache(maxsize=1)
    def limits(self):
        if not self.material.named_are_known:
            raise Withheld("policies")
        return Limits(self.request, self.policy)

    def _clauses(self, pair):
        """(step, clause, holds) in order; `holds` is a bool, or the Withheld that hides it."""
        for name, clause in matching.CLAUSES:
            yield 1, name, _try(clause, pair, self.request, self.certificate["lineage"])
        for name, holds in self.rules.judge(pair)[0]:
            yield 2, name, holds
        for name, clause in security.CLAUSES:
            yield 3, name, _try(clause, pair, self.security)
        for name, residual in step4.RESIDUALS:
            found = _try(residual, pair, self.step4)
            yield 4, name, found if isinstance(found, Withheld) else step4.satisfied(found)

    def check_clauses(self, pair, verdict):
        """The clause that is named fails and all before it hold; for an admitted pair all hold."""
        withheld = None
        claimed = (verdict["step"], verdict.get("clause"))
        for step, name, holds in self._clauses(pair):
            place = "%s: %d %s" % (_name(verdict), step, name)
            named = step == claimed[0] and name in (claimed[1], ANY_RULE)
            if isinstance(holds, Withheld):
                withheld = holds
            else:
                demand(holds is not named, place + (" holds" if holds else " fails"))
            if named:
                break
        else:
            demand(verdict["step"] == 0, "%s: there is no clause %s" % (_name(verdict), verdict.get("clause")))
        if withheld is not None:
            raise withheld

    def check_all(self):
        withheld = None
        for pair, verdict in zip(self.material.pairs, self.certificate["verdicts"]):
            try:
                self.check_clauses(pair, verdict)
            except Withheld as hidden:
                withheld = hidden
        if withheld is not None:
            raise withheld

    def _admitted_verdicts(self):
        verdicts = [v for v in self.certificate["verdicts"] if v["step"] == 0]
        return zip(self.admitted, verdicts)

    def check_residuals(self):
        withheld = None
        for pair, verdict in self._admitted_verdicts():
            for name, residual in step4.RESIDUALS:
                said = verdict["residuals"][name]
                demand(step4.satisfied(said) and said.get("flag") is None, "%s: %s is above zero" % (_name(verdict), name))
                try:
                    demand(residual(pair, self.step4) == said, "%s: residuals.%s is another" % (_name(verdict), name))
                except Withheld as hidden:
                    withheld = hidden
        if withheld is not None:
            raise withheld

    def check_prefer(self):
        withheld = None
        for pair, verdict in self._admitted_verdicts():
            prefer = self.rules.judge(pair)[1]
            if isinstance(prefer, Withheld):
                withheld = prefer
            else:
                demand(prefer == verdict["prefer"], "%s: prefer is %d" % (_name(verdict), prefer))
        if withheld is not None:
            raise withheld

    def check_attested_terms(self):
        """What follows for the terms whose inputs are not here."""
        by_service = {}
        empty = self.request.peek("context") == [] or self.certificate["request"]["paths"]["context"] is None
        for pair, verdict in self._admitted_verdicts():
            terms = verdict["terms"]
            demand(pair.leaf["learned"] is not None or terms["rl"] == 0, "%s: terms.rl without a learned leaf" % _name(verdict))
            demand(pair.leaf["memory"] is not None or terms["resonance"] == 0, "%s: terms.resonance without memory" % _name(verdict))
            demand(not empty or terms["attention"] == 0, "%s: terms.attention without context" % _name(verdict))
            demand(not pair.zero_encoding or terms["intent"] == terms["attention"] == 0, "%s: terms of a zero encoding" % _name(verdict))
            same = by_service.setdefault(pair.service, (terms["intent"], terms["attention"]))
            demand(same == (terms["intent"], terms["attention"]), "%s: intent or attention differs by model" % _name(verdict))

    def check_risk(self):
        for pair, verdict in self._admitted_verdicts():
            demand(step4.risk(pair) == verdict["terms"]["risk"], "%s: terms.risk is another" % _name(verdict))

    def check_terms(self):
        if not self.admitted:
            return
        frame = Frame(self.admitted, self.request, self.limits(), self.policy)
        for pair, verdict in self._admitted_verdicts():
            for name, value in frame.terms(pair).items():
                demand(value == verdict["terms"][name], "%s: terms.%s is %d" % (_name(verdict), name, value))

    def check_scores(self):
        for _pair, verdict in self._admitted_verdicts():
            score = score_of(verdict["terms"], verdict["prefer"], self.policy["weights"])
            demand(score == verdict["score"], "%s: score is %d" % (_name(verdict), score))

    def run(self, report):
        report.run("verdicts", self.check_all)
        report.run("residuals", self.check_residuals)
        report.run("prefer", self.check_prefer)
        report.run("attested terms", self.check_attested_terms, "attested")
        report.run("risk", self.check_risk)
        report.run("terms", self.check_terms)
        report.run("scores", self.check_scores)


def _try(clause, *arguments):
    try:
        return clause(*arguments)
    except Withheld as withheld:
        return withheld


def _name(verdict):
    return verdict["service"] + ("" if verdict["model"] is None else "/" + verdict["model"])
