"""What an admitted pair brings to a plan beside its score (calculus §7)."""

from ..calculus.limits import ONE, promised_latency, worst_case_cost


def offer_of(pair, verdicts):
    """Makers of the members of an offer; each may be withheld by itself."""
    return {
        "costMicros": lambda: worst_case_cost(pair, verdicts.request, verdicts.limits, verdicts.policy)[0],
        "bounds": lambda: _bounds(pair, verdicts.limits().deadline),
        "availabilityMicros": lambda: _availability(pair, verdicts.limits().deadline),
        "accuracyMicros": lambda: _accuracy(pair),
    }


def _in_time(pair, deadline):
    """(bound, coverage) for each coverage that a promise names, without those above an enforced deadline."""
    promises = [*pair.guarantees, *pair.leaf["promises"]]
    for coverage in sorted({each["coverage_ppm"] for each in promises if each["property"] == "latency"}):
        bound = promised_latency(pair, coverage)
        if bound is not None and (deadline is None or bound <= deadline):
            yield bound, coverage


def _bounds(pair, deadline):
    bounds = [{"boundUs": bound, "coveragePpm": coverage} for bound, coverage in _in_time(pair, deadline)]
    if deadline is None or any(each["coveragePpm"] == ONE for each in bounds):
        return bounds
    return [*bounds, {"boundUs": deadline, "coveragePpm": ONE}]


def _availability(pair, deadline):
    available = _promised(pair, "availability")
    if deadline is None:
        return available
    in_time = max((coverage for _bound, coverage in _in_time(pair, deadline)), default=0)
    return max(0, available + in_time - ONE)


def _accuracy(pair):
    names = {each["property"] for each in pair.guarantees}
    return min((_promised(pair, name) for name in names if name == "accuracy" or name.endswith("_accuracy")), default=0)


def _promised(pair, name):
    """Promised at full coverage, within 0 … 1, and no more than what was measured; 0 where nothing is promised."""
    declared, measured = _largest(pair.guarantees, name), pair.measured(name)
    return min(declared, _largest(measured, name)) if measured else declared


def _largest(promises, name):
    found = (each["bound"].get("min_micros", 0) for each in promises if each["property"] == name and each["coverage_ppm"] == ONE)
    return max((min(ONE, each) for each in found), default=0) if promises else 0
