"""What was opened of a request (certificate.md §4)."""

import hashlib

from .formats.strict_json import canonical

PATHS = tuple(
    """name intent.text intent.categories action.kind data.labels data.media_type data.payload size.input_tokens
    size.max_output_tokens size.bytes requirements.capabilities requirements.guarantees requirements.constraints
    requirements.privacy limits.budget_micros limits.currency limits.latency_us limits.latency_coverage_ppm
    limits.deadline_us context policies fallback plan principal.subject principal.issuer principal.tenant
    principal.permissions principal.trust principal.region traits labels""".split()
)


UNSAID = {
    "principal.permissions": [],
    "principal.trust": 0,
    "requirements.guarantees": [],
    "requirements.constraints": {"regions": [], "route": "any", "services": [], "models": []},
    "requirements.privacy": {"on_device": False, "compliance": []},
}
"""What the steps read of a path that is not said, where that is more than nothing (wire-forms.md)."""


class Withheld(Exception):
    """A field of the request that a check needs was not disclosed."""


class Hidden:
    """Stands in the data of rules where a field is not disclosed."""

    def __init__(self, path):
        self.path = path


def commitment(salt, value):
    """hex H(0x04 ‖ salt ‖ canonical value)."""
    return hashlib.sha256(b"\x04" + bytes.fromhex(salt) + canonical(value)).hexdigest()


class Disclosure:
    """The request as far as it is opened: a path of commitment null is known to be absent."""

    def __init__(self, paths, disclosed):
        self._paths = paths
        self._opened = disclosed

    def __getitem__(self, path):
        value = self._said(path)
        return UNSAID.get(path) if value is None else value

    def _said(self, path):
        opened = self._opened.get(path)
        if opened is not None:
            return opened["value"]
        if self._paths[path] is not None:
            raise Withheld(path)
        return None

    def peek(self, path):
        """The value, None if it is not said, or what stands for a hidden one."""
        try:
            return self._said(path)
        except Withheld:
            return Hidden(path)
