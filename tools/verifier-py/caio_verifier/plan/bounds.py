"""What no plan within the limits can score more than (calculus §7, bounds)."""

from ..checks.report import demand
from .items import NONE, allowed_by
from .tree import parts_of

_GRID = 50
_LARGEST = 2**53 - 1
_NAMES = ("budget", "coverage", "availability", "accuracy")
NEVER = float("-inf")


class Multiplier:
    """One bound: what the limits are worth, and by place in the order the profits of the items and the most that is open."""

    def __init__(self, worth, profits, tables):
        self.worth = worth
        self.profits = profits
        self.tables = tables


class Bounds:
    """The bounds of a proof over items as they are reduced. Raises `Failed` for multipliers or an order that no bound follows from."""

    def __init__(self, tree, steps, limits, proof, work):
        self.order = proof["order"]
        demand(sorted(self.order) == list(range(len(steps))), "order: not every step once")
        allowed = allowed_by(limits)
        counted = None if proof["counted"] is None else _NAMES.index(proof["counted"])
        amount = 0 if counted is None else allowed[counted]
        demand(amount != NONE, "counted: what is counted is not asked for")
        unit = max(1, amount // _GRID)
        self.full = amount // unit
        self.units = [[0 if counted is None else item.uses[counted] // unit for item in steps[step]] for step in self.order]
        self.multipliers = [self._multiplier(each, tree, steps, limits["latencyUs"], allowed, work) for each in proof["multipliers"]]

    def _multiplier(self, said, tree, steps, latency, allowed, work):
        uses, flows = said["uses"], said["us"]
        demand(len(flows) == len(steps), "multipliers: not one of the latency for each step")
        worth = _worth(uses, allowed) + _times(_flow(tree, flows), NONE if latency is None else latency)
        largest = sum(max((abs(item.score) for item in items), default=0) for items in steps)
        demand(largest + (len(steps) + 1) * worth <= _LARGEST, "multipliers: too large, or of what is not asked for")
        profits = [[item.score - _worth(uses, item.uses) - flows[step] * item.latency for item in steps[step]] for step in self.order]
        return Multiplier(worth, profits, self._tables(profits, work))

    def _tables(self, profits, work):
        """By place in the order, the most that the steps from there on can add with so many units left."""
        tables = [[0] * (self.full + 1)]
        for units, row in zip(reversed(self.units), reversed(profits)):
            after, table = tables[0], [NEVER] * (self.full + 1)
            for used, profit in zip(units, row):
                work.spend(self.full + 1)
                for left in range(used, self.full + 1):
                    table[left] = max(table[left], profit + after[left - used])
            tables.insert(0, table)
        return tables

    def most(self, place, left, profits):
        """The least of all bounds with `place` steps fixed, `left` units left, and the worth and fixed profits under each bound."""
        if left < 0:
            return NEVER if self.multipliers else NONE
        return min((profit + each.tables[place][left] for profit, each in zip(profits, self.multipliers)), default=NONE)

    def root(self):
        """The bound of the whole."""
        return self.most(0, self.full, [each.worth for each in self.multipliers])


def _flow(tree, flows):
    """The flow of the latency's multipliers through the tree: equal along a seq, added over a par."""
    parts = parts_of(tree)
    if parts is None:
        return flows[tree]
    found = [_flow(part, flows) for part in parts[0]]
    if not parts[1]:
        return sum(found)
    demand(all(flow == found[0] for flow in found), "multipliers: those of the latency do not flow through the tree")
    return found[0]


def _worth(multipliers, amounts):
    return sum(_times(multiplier, amount) for multiplier, amount in zip(multipliers, amounts))


def _times(multiplier, amount):
    """Nothing is worth nothing, even of what is not asked for."""
    return multiplier * amount if multiplier else 0
