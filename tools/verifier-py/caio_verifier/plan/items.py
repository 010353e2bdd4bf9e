"""The items that each step of a plan has to choose from (calculus §7)."""

from typing import NamedTuple

from ..calculus.limits import ONE
from .tree import latency_of

NONE = float("inf")
"""What a limit allows that is not asked for. Integers are exact beside it."""


class Item(NamedTuple):
    """An offer with one of its bounds; bound −1 where no latency is asked for."""

    offer: int
    bound: int
    score: int
    uses: tuple
    """Of budget, coverage, availability, accuracy."""
    latency: int
    tie: str


def allowed_by(limits):
    """What each limit that adds up allows."""

    def missing(asked):
        return NONE if asked is None else ONE - asked

    budget = NONE if limits["budgetMicros"] is None else limits["budgetMicros"]
    tail = NONE if limits["latencyUs"] is None else ONE - limits["coveragePpm"]
    return budget, tail, missing(limits["availabilityMicros"]), missing(limits["accuracyMicros"])


def items_of(offers, ties, limits):
    """In the order of (offer, bound); what is silent where a limit asks has none."""
    asked = [allowed != NONE for allowed in allowed_by(limits)]
    found = []
    for place, (offer, tie) in enumerate(zip(offers, ties)):
        if asked[0] and offer["costMicros"] is None:
            continue
        spent = offer["costMicros"] if asked[0] else 0
        lost = [ONE - offer[name] if is_asked else 0 for name, is_asked in zip(("availabilityMicros", "accuracyMicros"), asked[2:])]
        if not asked[1]:
            found.append(Item(place, -1, offer["score"], (spent, 0, *lost), 0, tie))
            continue
        for bound, each in enumerate(offer["bounds"]):
            uses = (spent, ONE - each["coveragePpm"], *lost)
            found.append(Item(place, bound, offer["score"], uses, each["boundUs"], tie))
    return found


class Least:
    """The least of each step, limit by limit."""

    def __init__(self, steps):
        self.uses = [tuple(min((item.uses[at] for item in items), default=NONE) for at in range(4)) for items in steps]
        self.latencies = [min((item.latency for item in items), default=NONE) for items in steps]


def reduced(tree, steps, limits, work):
    """The items that fit beside the least of every other step, without those for which another of their step stands."""
    allowed, least = allowed_by(limits), Least(steps)
    return [_standing([item for item in items if _fits(item, step, tree, limits["latencyUs"], allowed, least, work)], work) for step, items in enumerate(steps)]


def _fits(item, step, tree, latency, allowed, least, work):
    work.spend(8 + len(least.latencies))
    for at in range(4):
        others = sum(uses[at] for other, uses in enumerate(least.uses) if other != step)
        if item.uses[at] + others > allowed[at]:
            return False
    latencies = [item.latency if other == step else each for other, each in enumerate(least.latencies)]
    return latency is None or latency_of(tree, latencies) <= latency


def _standing(items, work):
    """An item stands for another that it comes before (a larger score, or the same and a smaller tie, or the same pair) if it takes no more of
    anything. Sorted so, no item comes before those kept, and what stands for one that fell was kept itself."""
    kept = []
    for item in sorted(items, key=lambda each: (-each.score, each.tie, each.latency, each.uses[1], each.bound)):
        work.spend(len(kept))
        if not any(_takes_no_more(other, item) for other in kept):
            kept.append(item)
    return sorted(kept, key=lambda each: (each.offer, each.bound))


def _takes_no_more(a, b):
    if a.latency > b.latency:
        return False
    (budget, tail, unavailable, inaccurate), uses = a.uses, b.uses
    return budget <= uses[0] and tail <= uses[1] and unavailable <= uses[2] and inaccurate <= uses[3]
