"""Step 2: rules over request, service and model (calculus §3)."""

from ..cel.evaluator import CelAbort, CelError, evaluate
from ..cel.parser import CelSyntaxError, parse
from ..disclosure import Hidden, Withheld
from ..formats.strict_json import utf16

_LIMITS = ("budget_micros", "latency_us", "latency_coverage_ppm", "deadline_us")
_PATHS = (
    "intent.categories action.kind data.media_type size.input_tokens size.max_output_tokens size.bytes "
    "principal.tenant principal.permissions principal.trust principal.region"
).split()
_COVERAGES = (("latency_p50_us", 500_000), ("latency_p95_us", 950_000), ("latency_p99_us", 990_000))
_trees = {}

ERROR = object()
ANY_RULE = "rule:?"
"""Stands for all rules where it is not known which policies are in force."""


def request_view(request, limits):
    """`request` as conditions see it. `limits` is None where it is not known which policies are in force."""
    view = {"labels": request.peek("labels"), "requirements": {}, "limits": {}}
    for path in _PATHS:
        group, name = path.split(".")
        view.setdefault(group, {})[name] = request.peek(path)
    groups = request.peek("requirements.capabilities")
    if isinstance(groups, list):
        groups = sorted({item["type"] for group in groups for item in group["any_of"]}, key=utf16)
    view["requirements"]["capabilities"] = groups
    if limits is None:
        view["limits"] = {name: Hidden("limits") for name in _LIMITS}
    else:
        view["limits"] = {name: _peek(make) for name, make in zip(_LIMITS, limits.shown().values())}
    return view


def _peek(make):
    try:
        return make()
    except Withheld as withheld:
        return Hidden(str(withheld))


def _largest_min(guarantees):
    least = [g["bound"]["min_micros"] for g in guarantees if "min_micros" in g["bound"]]
    return max(least) if least else None


def service_view(pair):
    """`service` as conditions see it."""
    contract, guarantees = pair.contract, pair.guarantees
    view = {name: contract[name] for name in ("privacy", "alignment", "access", "constraints", "metadata", "version")}
    view["id"] = pair.service
    view["name"] = contract.get("name")
    view["version_major"] = int(contract["version"].split(".")[0])
    view["capabilities"] = sorted({c["type"] for c in pair.capabilities}, key=utf16)
    view["cost"] = pair.cost
    for name, coverage in _COVERAGES:
        view[name] = smallest_max(guarantees, coverage)
    view["availability_micros"] = _largest_min([g for g in guarantees if g["property"] == "availability"])
    named = {g["property"] for g in guarantees if g["property"] == "accuracy" or g["property"].endswith("_accuracy")}
    each = [_largest_min([g for g in guarantees if g["property"] == name]) for name in named]
    each = [n for n in each if n is not None]
    view["accuracy_micros"] = min(each) if each else None
    return view


def smallest_max(guarantees, coverage):
    """The smallest max among promises of latency at that coverage or above, or None."""
    bounds = [
        g["bound"]["max_us"]
        for g in guarantees
        if g["property"] == "latency" and g["coverage_ppm"] >= coverage and "max_us" in g["bound"]
    ]
    return min(bounds) if bounds else None


def model_view(pair):
    """`model` as conditions see it: empty for the null model."""
    names = ("id", "context_tokens", "max_output_tokens", "competence_micros")
    return {name: pair.of_model(name) for name in names}


def _ask(source, roots, data):
    """The value of a condition, `ERROR`, or the `Withheld` that stopped it."""
    key = (source, roots)
    try:
        if key not in _trees:
            if len(_trees) > 10_000:
                _trees.clear()
            _trees[key] = parse(source, roots)
        return evaluate(_trees[key], data)
    except (CelError, CelAbort, CelSyntaxError):
        return ERROR
    except Withheld as withheld:
        return withheld


class Rules:
    """The rules of the effective policy, their `when` answered once."""

    def __init__(self, policy, view, known):
        """`known`: whether the policies are those that the request names."""
        self._request = view
        self._hidden = None if known else Withheld("policies")
        self._rules = []
        for rule in policy["rules"]:
            fired = _ask(rule["when"], ("request",), {"request": view}) if "when" in rule else True
            self._rules.append((rule, fired if isinstance(fired, (bool, Withheld)) else ERROR))

    def obligations(self):
        """Sorted, of every rule that fires."""
        if self._hidden is not None:
            raise self._hidden
        names = set()
        for rule, fired in self._rules:
            if rule["effect"]["kind"] == "oblige":
                if isinstance(fired, Withheld):
                    raise fired
                if fired is True:
                    names.update(rule["effect"]["obligations"])
        return sorted(names)

    def judge(self, pair):
        """([(clause, holds)], prefer): `holds` is a bool or Withheld, prefer micros or Withheld."""
        if self._hidden is not None:
            return [(ANY_RULE, self._hidden)], self._hidden
        data = {"request": self._request, "service": service_view(pair), "model": model_view(pair)}
        clauses, prefer = [], 0
        for rule, fired in self._rules:
            effect = rule["effect"]
            if isinstance(fired, Withheld):
                clauses.append(("rule:" + rule["id"], fired))
                prefer = fired if effect["kind"] == "prefer" else prefer
            elif fired is ERROR:
                clauses.append(("rule:" + rule["id"], False))
            elif fired and effect["kind"] != "oblige":
                answer = _ask(effect["condition"], ("request", "service", "model"), data)
                clauses.append(("rule:" + rule["id"], _holds(effect["kind"], answer)))
                if effect["kind"] == "prefer" and not isinstance(prefer, Withheld):
                    prefer = answer if isinstance(answer, Withheld) else prefer + (effect["amount_micros"] if answer is True else 0)
        return clauses, prefer


def _holds(kind, answer):
    if isinstance(answer, Withheld):
        return answer
    if kind == "require":
        return answer is True
    return answer is False if kind == "deny" else isinstance(answer, bool)
