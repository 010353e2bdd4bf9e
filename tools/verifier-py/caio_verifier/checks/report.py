"""Named checks, each with a verdict and a standing (certificate.md §10)."""

from ..disclosure import Withheld

PROVED, ATTESTED, WITHHELD = "proved", "attested", "withheld"


class Failed(Exception):
    """A check does not hold; the message says where and why."""


def demand(holds, message):
    if not holds:
        raise Failed(message)


def check_members(place, said, made):
    """Each member that can be made is the one said; `Withheld` if one cannot and none differs."""
    withheld = None
    for name, make in made.items():
        try:
            expected = make()
        except Withheld as hidden:
            withheld = hidden
            continue
        demand(said[name] == expected, "%s.%s: expected %s" % (place, name, expected))
    if withheld is not None:
        raise withheld


class UnknownVersion(Exception):
    """The decision function is of a version that this verifier does not know."""


class NotChecked(Exception):
    """A check asks for more than this verifier does; the message says of what."""


class Report:
    """What was found. Valid if all stages came to their end, no check failed or was left out, and the version is known; stands as weakly as its weakest part."""

    def __init__(self, *stages):
        self.stages = set(stages)
        self.finished = set()
        self.checks = []
        self.known_version = True
        self.all_checked = True

    def run(self, name, check, standing=PROVED):
        """Runs a check, which raises `Failed` or `Withheld` or yields a value, never None where the caller asks; None if it did not hold."""
        try:
            value = check()
        except Failed as failed:
            self.add(name, False, standing, str(failed))
        except Withheld as withheld:
            self.add(name, True, WITHHELD, "not disclosed: %s" % withheld)
        except UnknownVersion as unknown:
            self.known_version = False
            self.add(name, True, WITHHELD, str(unknown))
        except NotChecked as error:
            self.all_checked = False
            self.add(name, True, WITHHELD, "not checked: %s" % error)
        except Exception as error:  # whatever hostile input does to a check, it is a check that fails
            self.add(name, False, standing, "malformed: %s" % type(error).__name__ + _said(error))
        else:
            self.add(name, True, standing, "")
            return value
        return None

    def add(self, name, passed, standing, detail):
        self.checks.append({"check": name, "verdict": "pass" if passed else "fail", "standing": standing, "detail": detail})

    def absorb(self, others):
        self.checks.extend(others.checks)
        self.finished |= others.finished
        self._weaken(others)

    def absorb_part(self, part, others):
        """The checks of a part under its name; its stages are not those of the whole."""
        self.checks.extend({**check, "check": "%s.%s" % (part, check["check"])} for check in others.checks)
        self._weaken(others)

    def _weaken(self, others):
        self.known_version = self.known_version and others.known_version
        self.all_checked = self.all_checked and others.all_checked

    @property
    def valid(self):
        return self.known_version and self.all_checked and self.stages <= self.finished and bool(self.checks) and all(check["verdict"] == "pass" for check in self.checks)

    @property
    def standing(self):
        found = {check["standing"] for check in self.checks}
        return next((each for each in (WITHHELD, ATTESTED) if each in found), PROVED)

    def failures(self):
        return [check for check in self.checks if check["verdict"] == "fail"]


def _said(error):
    message = str(error)
    return ": " + message[:200] if message else ""
