"""What a plan's caller asked for: tree and limits, as far as they are opened (certificate.md §11)."""

from ..calculus.policy import DEFAULT_COVERAGE, LARGEST, PICO, rate_of
from ..checks.report import check_members, demand
from ..disclosure import Withheld, commitment
from ..formats.strict_json import digest
from .shapes import OPENED
from .tree import placed


class PlanRequest:
    """Checks of `request`, `tree` and `limits`; `base` is the base policy."""

    def __init__(self, certificate, disclosed, base):
        self.certificate, self.disclosed, self.base = certificate, disclosed, base

    def run(self, report):
        request = self.certificate["request"]
        report.run("plan.request.digest", lambda: demand(digest(request["paths"]) == request["digest"], "request.digest: not that of the paths"))
        report.run("plan.disclosed", self._disclosed)
        if all(OPENED.get(path, lambda _value: False)(opened["value"]) for path, opened in self.disclosed.items()):
            report.run("plan.tree", self._tree)
            report.run("plan.limits", lambda: check_members("limits", self.certificate["limits"], self._limits()))

    def _disclosed(self):
        paths = self.certificate["request"]["paths"]
        for path, opened in self.disclosed.items():
            demand(path in paths, "disclosed: unknown path")
            demand(OPENED[path](opened["value"]), "disclosed.%s: not of its form" % path)
            demand(commitment(opened["salt"], opened["value"]) == paths[path], "disclosed.%s: not what was committed" % path)

    def _opened(self, path):
        if path not in self.disclosed:
            raise Withheld(path)
        return self.disclosed[path]["value"]

    def _tree(self):
        demand(self.certificate["tree"] == placed(self._opened("plan")), "tree: not that of the plan")

    def _limits(self):
        """Makers of the members of `limits`."""
        return {
            "budgetMicros": self._budget,
            "latencyUs": lambda: self._opened("limits").get("latency_us"),
            "coveragePpm": lambda: self._opened("limits").get("latency_coverage_ppm", DEFAULT_COVERAGE),
            "availabilityMicros": lambda: self._opened("guarantees").get("availability_micros"),
            "accuracyMicros": lambda: self._opened("guarantees").get("accuracy_micros"),
        }

    def _budget(self):
        said = self._opened("limits")
        if "budget_micros" not in said:
            return None
        rate = rate_of(self.base, said.get("currency", self.base["currency"]))
        demand(rate is not None, "limits: a budget in a currency that the policy has no rate for")
        return min(LARGEST, said["budget_micros"] * rate // PICO)
