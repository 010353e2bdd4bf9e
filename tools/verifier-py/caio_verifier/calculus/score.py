"""Step 5: terms, score, tie and draw (calculus §6)."""

import hashlib

from ..formats.strict_json import canonical, digest
from .limits import ONE, promised_latency, risk, safety_of, worst_case_cost
from .pair import output_tokens

TERMS = ("intent", "attention", "rl", "resonance", "model", "cost", "risk", "latency")
RANGES = {
    "intent": (0, ONE),
    "attention": (-ONE, ONE),
    "rl": (-ONE, ONE),
    "resonance": (-ONE, ONE),
    "model": (-ONE // 2, ONE // 2),
    "cost": (0, ONE),
    "risk": (0, ONE),
    "latency": (0, ONE),
}


def half_even(a, b):
    """a/b rounded half to even, b > 0."""
    whole, rest = divmod(a, b)
    return whole + (2 * rest > b or (2 * rest == b and whole % 2 == 1))


def share(amount, whole):
    """min(1, amount/whole) in micros; 0/0 = 0, x/0 = 1.0."""
    if whole == 0:
        return 0 if amount == 0 else ONE
    return min(ONE, half_even(ONE * amount, whole))


class Frame:
    """Cost and latency of every admissible pair, and what they are divided by."""

    def __init__(self, admitted, request, limits, policy):
        self._request = request
        self._cost = {p.key: worst_case_cost(p, request, lambda: limits, policy)[0] for p in admitted}
        self._latency = {p.key: promised_latency(p, limits.coverage) for p in admitted}
        self._budget = _largest(self._cost) if limits.budget is None else limits.budget
        self._limit = _largest(self._latency) if limits.latency is None else limits.latency

    def terms(self, pair):
        """The four terms that are recomputed."""
        cost, latency = self._cost[pair.key], self._latency[pair.key]
        price = ONE if cost is None else share(cost, self._budget)
        return {
            "model": self._model(pair, price),
            "cost": price,
            "risk": risk(pair),
            "latency": ONE if latency is None else share(latency, self._limit),
        }

    def _model(self, pair, price):
        competence = pair.of_model("competence_micros")
        window = pair.context_tokens() if pair.model is None else pair.of_model("context_tokens")
        parts = (self._request["size.input_tokens"], output_tokens(pair, self._request), window)
        overflow = ONE if None in parts else share(parts[0] + parts[1], parts[2])
        return half_even((ONE // 2 if competence is None else competence) - price + safety_of(pair) - overflow, 4)


def _largest(amounts):
    said = [n for n in amounts.values() if n is not None]
    return max(said) if said else 0


def score_of(terms, prefer, weights):
    """Pico, exact."""
    plus = sum(weights[name] * terms[name] for name in ("intent", "attention", "rl", "resonance", "model"))
    return plus - sum(weights[name] * terms[name] for name in ("cost", "risk", "latency")) + ONE * prefer


def tie_of(seed, request_digest, service, model):
    return digest(["caio-tie-v1", seed, request_digest, service, model])


class Choice:
    """What the order (drawn, score, tie) puts first among admitted verdicts, in verdict order."""

    def __init__(self, verdicts, seed, request_digest, exploration):
        ties = {(v["service"], v["model"]): tie_of(seed, request_digest, v["service"], v["model"]) for v in verdicts}
        order = sorted(verdicts, key=lambda v: (-v["score"], ties[v["service"], v["model"]]))
        least = order[0]["score"] - ONE * exploration["max_loss_micros"]
        near = [v for v in verdicts if v["score"] >= least]
        data = hashlib.sha256(canonical(["caio-explore-v1", seed, request_digest])).digest()
        epsilon, n = exploration["epsilon_ppm"], len(near)
        self.drawn = int.from_bytes(data[:6], "big") % ONE < epsilon
        self.selected = near[int.from_bytes(data[6:12], "big") % n] if self.drawn else order[0]
        self.numerator = epsilon + (n * (ONE - epsilon) if self.selected is order[0] else 0)
        self.denominator = ONE * n
        self.order, self.ties = order, ties
        self.rest = [v for v in order if v is not self.selected]

    def tie(self, verdict):
        return self.ties[verdict["service"], verdict["model"]]
