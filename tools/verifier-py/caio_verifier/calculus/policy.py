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
    """The limits in force: None for none. Each is made where it is read, so that a withheld path hides no more than what needs it."""

    def __init__(self, request, policy):
        self._request, self._policy, self._own = request, policy, policy["limits"]

    def _asked(self):
        """The request's budget, and the rate of its currency."""
        amount, policy = self._request["limits.budget_micros"], self._policy
        if amount is None:
            return None, None
        currency = self._request["limits.currency"]
        return amount, rate_of(policy, policy["currency"] if currency is None else currency)

    @property
    def currency(self):
        """True where the request's budget is in a currency without rate."""
        amount, rate = self._asked()
        return amount is not None and rate is None

    @property
    def budget(self):
        amount, rate = self._asked()
        return _smaller(None if rate is None else min(LARGEST, amount * rate // PICO), self._own.get("budget_micros"))

    @property
    def latency(self):
        return _smaller(self._request["limits.latency_us"], self._own.get("latency_us"))

    @property
    def deadline(self):
        return _smaller(self._request["limits.deadline_us"], self._own.get("deadline_us"))

    @property
    def coverage(self):
        said = [n for n in (self._request["limits.latency_coverage_ppm"], self._own.get("latency_coverage_ppm")) if n is not None]
        return max(said) if said else DEFAULT_COVERAGE

    def shown(self):
        """Makers of the members of `outcome.limits`."""
        return {
            "budgetMicros": lambda: self.budget,
            "latencyUs": lambda: self.latency,
            "coveragePpm": lambda: self.coverage,
            "deadlineUs": lambda: self.deadline,
        }


def _smaller(a, b):
    said = [n for n in (a, b) if n is not None]
    return min(said) if said else None
