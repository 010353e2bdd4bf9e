"""Each limit of a plan by itself, held against the best of every step (calculus §7, refusals)."""

from ..calculus.limits import ONE
from ..formats.strict_json import SAFE
from .items import NONE
from .tree import latency_of

_CODES = {
    "budget": "BudgetExceeded",
    "latency": "LatencyExceeded",
    "coverage": "LatencyExceeded",
    "availability": "NoMatchingService",
    "accuracy": "NoMatchingService",
}


def broken_limits(tree, steps, limits):
    """Those that not even the best of every step keeps, in order."""
    costs = sum(_least(each["costMicros"] for each in offers if each["costMicros"] is not None) for offers in steps)
    bounds = [[bound for each in offers for bound in each["bounds"]] for offers in steps]
    latency = latency_of(tree, [_least(bound["boundUs"] for bound in each) for each in bounds])
    tails = _missing([bound["coveragePpm"] for bound in each] for each in bounds)
    found = [_above("budget", limits["budgetMicros"], costs), _above("latency", limits["latencyUs"], latency)]
    found.append(_below("coverage", None if limits["latencyUs"] is None else limits["coveragePpm"], tails))
    for name, member in (("availability", "availabilityMicros"), ("accuracy", "accuracyMicros")):
        found.append(_below(name, limits[member], _missing([each[member] for each in offers] for offers in steps)))
    return [each for each in found if each is not None]


def code_of(broken, limits):
    """The code of the first that is broken by itself, else of the first that is asked for."""
    asked = (name for name in ("budget", "latency", "availability", "accuracy") if limits[_member(name)] is not None)
    return _CODES[broken[0]["limit"] if broken else next(asked, "budget")]


def _member(name):
    return {"budget": "budgetMicros", "latency": "latencyUs"}.get(name, name + "Micros")


def _least(values):
    return min(values, default=NONE)


def _missing(steps):
    """What the most of every step leaves missing, added up."""
    return sum(ONE - max(values, default=0) for values in steps)


def _above(name, allowed, reached):
    if allowed is None or reached <= allowed:
        return None
    return {"limit": name, "allowed": allowed, "best": None if reached == NONE else min(reached, SAFE)}


def _below(name, asked, missing):
    if asked is None or missing <= ONE - asked:
        return None
    return {"limit": name, "allowed": asked, "best": max(0, ONE - missing)}
