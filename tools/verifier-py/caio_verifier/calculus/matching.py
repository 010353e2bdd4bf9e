"""Step 1: C(s,m) ⊨ Q(r) (calculus §2). Each clause is a predicate: true where it holds."""

from .pair import LOCALITIES, continues, output_tokens


def _kind(value):
    if isinstance(value, bool):
        return "flag"
    return {str: "word", list: "set", dict: "interval"}[type(value)]


def _ends(interval, units):
    """(least, greatest) of a bound in one of the units, None for an absent end."""
    least = [interval["min_" + unit] for unit in units if "min_" + unit in interval]
    greatest = [interval["max_" + unit] for unit in units if "max_" + unit in interval]
    return (least or [None])[0], (greatest or [None])[0]


def _within(inner, outer, units):
    """inner ⊆ outer; an absent end is unbounded."""
    (a, b), (c, d) = _ends(inner, units), _ends(outer, units)
    return (c is None or (a is not None and a >= c)) and (d is None or (b is not None and b <= d))


def _parameter(offered, asked):
    if offered is None or _kind(offered) != _kind(asked):
        return False
    if isinstance(asked, list):
        return set(asked) <= set(offered)
    if isinstance(asked, dict):
        return _within(offered, asked, ("micros",))
    return offered == asked


def refines(offered, asked):
    """c ⊑ q with parameters."""
    return continues(offered["type"], asked["type"]) and all(
        _parameter(offered["parameters"].get(name), value) for name, value in asked["parameters"].items()
    )


def _meets(promise, demand):
    """κ_C ≥ κ_Q and I_C ⊆ I_Q, in the unit of the property."""
    asked = {name[4:] for name in demand["bound"]}
    return (
        promise["property"] == demand["property"]
        and promise["coverage_ppm"] >= demand["coverage_ppm"]
        and all(_within(promise["bound"], demand["bound"], (unit,)) for unit in asked)
    )


def _excluded(pair, _request, lineage):
    return not lineage or {"service": pair.service, "model": pair.model_id} not in lineage["excluded"]


def _health(pair, _request, _lineage):
    return not pair.draining and pair.leaf["health"] != "unhealthy"


def _capabilities(pair, request, _lineage):
    return all(
        any(refines(offered, asked) for asked in group["any_of"] for offered in pair.capabilities)
        for group in request["requirements.capabilities"]
    )


def _guarantees(pair, request, _lineage):
    for demand in request["requirements.guarantees"]:
        if not any(_meets(promise, demand) for promise in pair.guarantees):
            return False
        measured = pair.measured(demand["property"])
        if measured and not any(_meets(promise, demand) for promise in measured):
            return False
    return True


def _constraints(pair, request, _lineage):
    asked = request["requirements.constraints"]
    privacy, constraints = pair.contract["privacy"], pair.contract["constraints"]
    if "max_locality" in asked:
        place = privacy.get("data_locality")
        if place is None or LOCALITIES.index(place) > LOCALITIES.index(asked["max_locality"]):
            return False
    if asked["regions"]:
        regions = privacy.get("regions")
        if not regions or not set(regions) <= set(asked["regions"]):
            return False
    for flag in ("requires_gpu", "requires_internet"):
        if flag in asked and constraints.get(flag) is not asked[flag]:
            return False
    return (not asked["services"] or pair.service in asked["services"]) and (
        not asked["models"] or pair.model_id in asked["models"]
    )


def _assumptions(pair, request, _lineage):
    constraints = pair.contract["constraints"]
    limit = pair.context_tokens()
    if limit is not None:
        if (request["size.input_tokens"] or 0) + (output_tokens(pair, request) or 0) > limit:
            return False
    if "max_bytes" in constraints and (request["size.bytes"] or 0) > constraints["max_bytes"]:
        return False
    if "media_types" not in constraints:
        return True
    said = request["data.media_type"]
    return said is None or said in constraints["media_types"]


CLAUSES = (
    ("excluded", _excluded),
    ("health", _health),
    ("capabilities", _capabilities),
    ("guarantees", _guarantees),
    ("constraints", _constraints),
    ("assumptions", _assumptions),
)
