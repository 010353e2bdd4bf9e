"""The effective policy and the effective limits (calculus §0)."""

PICO = 10**12
LARGEST = 2**53 - 1
DEFAULT_COVERAGE = 950_000


def rate_of(policy, currency):
    """Pico-units of the policy's currency for one unit of `currency`, or None."""
    return PICO if currency == policy["currency"] else policy["rates"].get(currency)


def effective_policy(base, named):
    """The base, with what the named ones tighten."""
    rules = list(base["rules"])
    limits = dict(base["limits"])
    for policy in named:
        for rule in policy["rules"]:
            if rule["effect"]["kind"] != "prefer":
                rules.append({**rule, "id": "%s/%s" % (policy["id"], rule["id"])})
        extra = dict(policy["limits"])
        if "budget_micros" in extra:
            rate = rate_of(base, policy["currency"])
            if rate is None:
                raise ValueError("the base policy holds no rate for the currency of %s" % policy["id"])
            extra["budget_micros"] = min(LARGEST, extra["budget_micros"] * rate // PICO)
        for name, value in extra.items():
            choose = max if name == "latency_coverage_ppm" else min
            limits[name] = choose(value, limits[name]) if name in limits else value
    rules.sort(key=lambda rule: (-rule["priority"], rule["id"]))
    return {**base, "rules": rules, "limits": limits}


class Limits:
    """The limits in force: None for none. `currency` is true where the request's budget is in a currency without rate."""

    def __init__(self, request, policy):
        own = policy["limits"]
        budget, self.currency = request["limits.budget_micros"], False
        if budget is not None:
            currency = request["limits.currency"]
            rate = rate_of(policy, policy["currency"] if currency is None else currency)
            self.currency = rate is None
            budget = None if rate is None else min(LARGEST, budget * rate // PICO)
        self.budget = _smaller(budget, own.get("budget_micros"))
        self.latency = _smaller(request["limits.latency_us"], own.get("latency_us"))
        self.deadline = _smaller(request["limits.deadline_us"], own.get("deadline_us"))
        said = [n for n in (request["limits.latency_coverage_ppm"], own.get("latency_coverage_ppm")) if n is not None]
        self.coverage = max(said) if said else DEFAULT_COVERAGE

    def shown(self):
        """`outcome.limits` of a certificate."""
        return {
            "budgetMicros": self.budget,
            "latencyUs": self.latency,
            "coveragePpm": self.coverage,
            "deadlineUs": self.deadline,
        }


def _smaller(a, b):
    said = [n for n in (a, b) if n is not None]
    return min(said) if said else None
