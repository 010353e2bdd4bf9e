"""Trees of `seq` and `par` over the steps of a plan."""


def parts_of(tree):
    """(parts, True for seq), or None for a step."""
    if not isinstance(tree, dict):
        return None
    return (tree["seq"], True) if "seq" in tree else (tree["par"], False)


def leaves_of(tree):
    """The leaves in the order in which they stand."""
    parts = parts_of(tree)
    return [tree] if parts is None else [leaf for part in parts[0] for leaf in leaves_of(part)]


def placed(tree):
    """Places of the steps for their names, in the order in which they stand; a name twice has the place of the first."""
    names = leaves_of(tree)
    return _replaced(tree, {name: place for place, name in reversed(list(enumerate(names)))})


def _replaced(tree, places):
    parts = parts_of(tree)
    if parts is None:
        return places[tree]
    return {"seq" if parts[1] else "par": [_replaced(part, places) for part in parts[0]]}


def latency_of(tree, latencies):
    """The latencies of the steps composed: seq adds, par is its slowest part (calculus §7)."""
    parts = parts_of(tree)
    if parts is None:
        return latencies[tree]
    composed = [latency_of(part, latencies) for part in parts[0]]
    return sum(composed) if parts[1] else max(composed)
