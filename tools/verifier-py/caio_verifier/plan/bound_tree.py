"""The bound tree: a letter for each part of a search, which says why there is nothing better in it (certificate.md §11)."""

from ..checks.report import demand
from .items import Least, allowed_by
from .tree import latency_of

_BROKEN = "ctaq"


class Claimed:
    """The plan that is shown to be first: its score and the tie of each step."""

    def __init__(self, score, ties):
        self.score = score
        self.ties = ties


class BoundTree:
    """Goes through the letters against items as they are reduced. `claimed` None: shows that there is nothing at all."""

    def __init__(self, tree, steps, limits, bounds, claimed, work):
        self._tree, self._steps, self._bounds, self._claimed, self._work = tree, steps, bounds, claimed, work
        self._allowed, self._latency = allowed_by(limits), limits["latencyUs"]
        least = Least(steps)
        self._uses, self._latencies = least.uses, least.latencies
        self._least_ties = [min((item.tie for item in items), default="") for items in steps]
        self._fixed = [None] * len(steps)
        self._text, self._at = "", 0

    def check(self, text):
        """Raises `Failed` with the first node that does not hold."""
        self._text, self._at = text, 0
        self._node(0, self._bounds.full, [each.worth for each in self._bounds.multipliers])
        demand(self._at == len(text), "tree: goes on after its end")

    def _next(self):
        return self._text[self._at] if self._at < len(self._text) else ""

    def _node(self, place, left, profits):
        self._work.spend(8 * len(self._fixed))
        at, letter = self._at, self._next()
        self._at += 1
        if letter == "+":
            self._children(place, left, profits)
        else:
            demand(letter != "" and self._holds(letter, place, left, profits), "tree: node %d is not what %s says" % (at, letter or "its end"))

    def _holds(self, letter, place, left, profits):
        if letter in _BROKEN:
            limit = _BROKEN.index(letter)
            return sum(uses[limit] for uses in self._uses) > self._allowed[limit]
        if letter == "l":
            return self._latency is not None and latency_of(self._tree, self._latencies) > self._latency
        if self._claimed is None:
            return False
        if letter == "!":
            return self._is_behind(self._bounds.most(place, left, profits))
        whole = letter == "=" and place == len(self._fixed)
        return whole and self._is_behind(sum(item.score for item in self._fixed))

    def _children(self, place, left, profits):
        demand(place < len(self._fixed), "tree: fixes more steps than there are")
        step = self._bounds.order[place]
        self._work.spend(len(self._steps[step]) * (1 + len(profits)))
        children = []
        for index, item in enumerate(self._steps[step]):
            rest = left - self._bounds.units[place][index]
            own = [profit + each.profits[place][index] for profit, each in zip(profits, self._bounds.multipliers)]
            children.append((self._bounds.most(place + 1, rest, own), item, rest, own))
        children.sort(key=lambda child: -child[0])
        before = self._uses[step], self._latencies[step]
        for most, item, rest, own in children:
            if self._next() == ".":
                # Those after it have no larger bound.
                demand(self._claimed is not None and most < self._claimed.score, "tree: node %d is not bounded" % self._at)
                self._at += 1
                break
            self._fixed[step], self._uses[step], self._latencies[step] = item, item.uses, item.latency
            self._node(place + 1, rest, own)
        self._fixed[step], self._uses[step], self._latencies[step] = None, *before

    def _is_behind(self, most):
        """Nothing of at most this score, with the smallest ties of the steps that are open, precedes the plan that is claimed."""
        claimed = self._claimed
        if most != claimed.score:
            return most < claimed.score
        for item, least, tie in zip(self._fixed, self._least_ties, claimed.ties):
            own = least if item is None else item.tie
            if own != tie:
                return own > tie
        return True
