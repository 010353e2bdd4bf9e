"""Step 3: the five predicates and what is shown of them (calculus §4, certificate.md §8)."""

from ..formats.strict_json import utf16

ALGORITHMS = ("EdDSA", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512")


class SecurityContext:
    """What the predicates read besides a pair."""

    def __init__(self, request, policy, authentication, now):
        self.request = request
        self.policy = policy
        self.authentication = authentication
        self.now = now

    def sensitive(self):
        labels = set(self.request["labels"])
        return sorted(labels & set(self.policy["privacy"]["sensitive"]), key=utf16)


def _authentication(_pair, context):
    said, now = context.authentication, context.now
    in_time = said["exp"] is None or now < 1000 * said["exp"]
    if said["method"] == "jwt":
        begun = said["nbf"] is None or now >= 1000 * said["nbf"]
        return said["alg"] in ALGORITHMS and said["exp"] is not None and in_time and begun
    if said["method"] == "api_key":
        return said["keyId"] is not None and in_time
    return said["method"] == "local"


def _authorization(pair, context):
    access = pair.contract["access"]
    required = set(access["required_permissions"])
    if access["public"] or not required:
        return access["public"]
    has = set(context.request["principal.permissions"])
    return required <= has if access["match"] == "all" else bool(required & has)


def _basis(pair, context):
    """The first ground on which the data may go there, or None."""
    sensitive = context.sensitive()
    privacy = context.policy["privacy"]
    if not sensitive:
        return "not_sensitive"
    if pair.near():
        return "locality"
    encryption = pair.encryption()
    if encryption == "end_to_end" or (encryption is not None and privacy["mode"] == "encrypted"):
        return "encryption"
    if set(sensitive) <= set(privacy["allowed_labels"].get(pair.service, ())):
        return "allowed_labels"
    return None


def _privacy(pair, context):
    return _basis(pair, context) is not None


def _trust(pair, context):
    return context.request["principal.trust"] >= pair.contract["access"]["required_trust_level"]


def _access(pair, context):
    request, contract = context.request, pair.contract
    tenants, region = contract["access"]["tenants"], request["principal.region"]
    route = request["requirements.constraints"]["route"]
    return (
        (not tenants or request["principal.tenant"] in tenants)
        and (region is None or region in contract["privacy"].get("regions", ()))
        and (route == "any" or route == contract["metadata"].get("route"))
    )


CLAUSES = (
    ("authentication", _authentication),
    ("authorization", _authorization),
    ("privacy", _privacy),
    ("trust", _trust),
    ("access", _access),
)


def evidence(pair, context):
    """The five objects of a chosen pair, a maker for each member: what it reads may be withheld."""
    access = pair.contract["access"]
    request, privacy = context.request, context.policy["privacy"]

    required, anyone = access["required_permissions"], access["public"]

    def matched():
        """No more than what decides (wire-forms.md): nothing of a public contract, one of `any`."""
        if anyone or not required:
            return []
        held = sorted(set(required) & set(request["principal.permissions"]), key=utf16)
        return held[:1] if access["match"] == "any" else held

    return (
        {name: (lambda value=value: value) for name, value in context.authentication.items()},
        {
            "clause": lambda: "authorization",
            "public": lambda: anyone,
            "match": lambda: access["match"],
            "required": lambda: required,
            "matched": matched,
        },
        {
            "clause": lambda: "privacy",
            "basis": lambda: _basis(pair, context),
            "mode": lambda: privacy["mode"],
            "sensitive": context.sensitive,
        },
        {"clause": lambda: "trust", "required": lambda: access["required_trust_level"]},
        {
            "clause": lambda: "access",
            "tenant": lambda: "member" if access["tenants"] else "open",
            "region": lambda: "unsaid" if request["principal.region"] is None else "inside",
            "route": lambda: "any" if request["requirements.constraints"]["route"] == "any" else "same",
        },
    )
