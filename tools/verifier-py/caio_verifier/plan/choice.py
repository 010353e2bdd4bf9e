"""A plan's choice by itself, as docs/vectors/plans.json has them."""

from ..checks.report import Report, demand
from .outcome import PlanOutcome
from .shapes import CHOICE


def check_choice(choice):
    """A report on `{tree, limits, steps: [{offers, ties}], outcome}`."""
    report = Report("decision")
    if report.run("plan.form", lambda: _form(choice)) is not None:
        offers, ties = ([step[name] for step in choice["steps"]] for name in ("offers", "ties"))
        PlanOutcome(choice["tree"], choice["limits"], offers, ties, choice["outcome"]).run(report)
        report.finished.add("decision")
    return report


def _form(choice):
    demand(CHOICE(choice), "not a choice of a plan")
    demand(all(len(step["offers"]) == len(step["ties"]) == len(set(step["ties"])) for step in choice["steps"]), "ties: not one of its own for each offer")
    return True
