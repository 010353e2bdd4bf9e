"""What the proof of one plan may cost to check."""

from ..checks.report import NotChecked

MOST_WORK = 50_000_000
"""Looks at an item, a multiplier or a table's place; half a minute at most. A plan of 8 steps with 20 services each takes half a million."""


class Work:
    """Counts down. What asks for more is not checked, which is neither valid nor invalid."""

    def __init__(self, most=MOST_WORK):
        self._left = most

    def spend(self, cost):
        self._left -= cost
        if self._left < 0:
            raise NotChecked("the proof of the plan asks for more work than this verifier does")
