"""Step 4: residuals (calculus §5)."""

from ..disclosure import Withheld
from .pair import output_tokens
from .policy import LARGEST, PICO, rate_of
from .rules import smallest_max

ONE = 1_000_000
_SAFETY = {None: 0, "low": 0, "medium": 500_000, "high": ONE}
_BASE = {"on_device": ONE, "local": 900_000, "private_cloud": 600_000, "external": 200_000, None: 200_000}


def ceil_div(a, b):
    return -(-a // b)


def safety_of(pair):
    return _SAFETY[pair.contract["alignment"].get("safety_level")]


def maturity(pair):
    major = int(pair.contract["version"].split(".")[0])
    return (400_000 if major >= 1 else 0) + 4 * safety_of(pair) // 10 + 200 * min(1000, pair.leaf["outcomes"])


def confidentiality(pair):
    privacy = pair.contract["privacy"]
    value = _BASE[privacy.get("data_locality")]
    value += 300_000 if pair.encryption() == "end_to_end" else 0
    value -= 0 if privacy.get("data_retention") in ("none", "session") else 100_000
    return max(0, min(ONE, value))


def risk(pair):
    alignment, leaf = pair.contract["alignment"], pair.leaf
    v = min(ONE, ceil_div(ONE * (leaf["violations"] + 1), leaf["outcomes"] + 20))
    tenths = (
        4 * safety_of(pair)
        + (2 * ONE if alignment.get("content_filtering") is True else 0)
        + (ONE if alignment.get("bias_mitigation") is True else 0)
        + 3 * confidentiality(pair)
    )
    return ONE - (ONE - v) * tenths // (10 * ONE)


def worst_case_cost(pair, request, limits, policy):
    """(micros of the policy's currency, None), or (None, "silent" or "currency"). Withheld only if what is hidden decides; `limits` yields them."""
    cost = pair.cost
    if cost is None:
        return None, "silent"
    if cost["model"] == "free":
        return 0, None
    rate = rate_of(policy, cost["currency"])
    if rate is None:
        return None, "currency"
    seconds = cost["second_pico"] if cost["model"] == "per_second" else 0
    parts = (
        _amount(cost["input_token_pico"], lambda: request["size.input_tokens"]),
        _amount(cost["output_token_pico"], lambda: output_tokens(pair, request)),
        _amount(seconds, lambda: limits().deadline),
    )
    if None in parts:
        return None, "silent"
    for part in parts:
        if isinstance(part, Withheld):
            raise part
    inputs, outputs, time = parts
    micros = ceil_div(cost["base_pico"] + inputs + outputs, ONE) + ceil_div(time, PICO)
    return min(LARGEST, ceil_div(micros * rate, PICO)), None


def _amount(price, count):
    """Their product: 0 without a price whatever the count, None for a count unsaid, or the Withheld that hides it."""
    if not price:
        return 0
    try:
        number = count()
    except Withheld as withheld:
        return withheld
    return None if number is None else price * number


def promised_latency(pair, coverage):
    """Microseconds, or None."""
    promised = smallest_max(pair.guarantees, coverage)
    measured = pair.measured("latency")
    if promised is None or not measured:
        return promised
    seen = smallest_max(measured, coverage)
    return None if seen is None else max(promised, seen)


class LimitContext:
    """What residuals read besides a pair; each may be withheld."""

    def __init__(self, request, policy, limits, obligations):
        self.request = request
        self.policy = policy
        self._limits = limits
        self._obligations = obligations

    def limits(self):
        return self._limits()

    def obligations(self):
        return self._obligations()


def _flag(violated):
    return ONE if violated else 0


def _safety(pair, context):
    request, safety = context.request, context.policy["safety"]
    words = set(request["intent.categories"]) | set(request["labels"])
    unfiltered = pair.contract["alignment"].get("content_filtering") is not True
    unsafe = request["action.kind"] == "destructive" and "human_approval" not in context.obligations()
    return {
        "forbidden": _flag(words & set(safety["forbidden"])),
        "harmful": _flag(words & set(safety["needs_filtering"]) and unfiltered),
        "unsafe": _flag(unsafe),
    }


def _policy(pair, context):
    asked, privacy = context.request["requirements.privacy"], pair.contract["privacy"]
    demanded, has = asked.get("encryption"), pair.encryption()
    met = demanded is None or (has is not None and (demanded == "any" or has in (demanded, "end_to_end")))
    return {
        "onDevice": _flag(asked["on_device"] and privacy.get("data_locality") != "on_device"),
        "privacy": _flag(not met and not pair.near()),
        "compliance": _flag(not set(asked["compliance"]) <= set(privacy["compliance"])),
    }


def _traits(pair, context):
    traits = context.request["traits"] or {"conservative_micros": 0, "confidential_micros": 0, "risk_micros": ONE}
    return {
        "conservative": traits["conservative_micros"] - maturity(pair),
        "confidential": traits["confidential_micros"] - confidentiality(pair),
        "risk": risk(pair) - traits["risk_micros"],
    }


def _budget(pair, context):
    limits = context.limits()
    if limits.currency:
        return {"residual": ONE, "flag": "currency"}
    cost, flag = worst_case_cost(pair, context.request, context.limits, context.policy)
    if flag == "currency":
        return {"residual": ONE, "flag": flag}
    if limits.budget is None:
        return {"residual": 0, "flag": None}
    return {"residual": ONE, "flag": flag} if cost is None else {"residual": cost - limits.budget, "flag": None}


def _latency(pair, context):
    limits = context.limits()
    if limits.latency is None:
        return {"residual": 0, "flag": None}
    promised = promised_latency(pair, limits.coverage)
    return {"residual": ONE, "flag": "silent"} if promised is None else {"residual": promised - limits.latency, "flag": None}


RESIDUALS = (("safety", _safety), ("policy", _policy), ("traits", _traits), ("budget", _budget), ("latency", _latency))


def satisfied(residuals):
    """True if each number is at most 0."""
    return all(value <= 0 for value in residuals.values() if type(value) is int)
