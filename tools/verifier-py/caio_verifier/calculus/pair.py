"""The candidates of a contract, and what of it is in force for one of them (calculus §1, §2)."""

ABSENT_LEAF = {"health": "healthy", "promises": [], "outcomes": 0, "violations": 0, "learned": None, "memory": None}
LOCALITIES = ("on_device", "local", "private_cloud", "external")


class Pair:
    """(service, model): the model's capabilities, guarantees and cost where it has them, else the service's."""

    def __init__(self, contract, model, draining=False):
        effective = model or {}
        self.contract = contract
        self.service = contract["service_id"]
        self.model = model
        self.model_id = None if model is None else model["id"]
        self.draining = draining
        self.capabilities = effective.get("capabilities", contract["capabilities"])
        self.guarantees = effective.get("guarantees", contract["guarantees"])
        self.cost = effective.get("cost", contract.get("cost"))
        self.leaf = ABSENT_LEAF
        self.zero_encoding = False

    @property
    def key(self):
        return self.service, self.model_id

    def of_model(self, name):
        return None if self.model is None else self.model.get(name)

    def context_tokens(self):
        """The model's, else what the contract says for all (calculus §2; the score reads it as §6 does)."""
        own = self.of_model("context_tokens")
        return self.contract["constraints"].get("context_length", {}).get("max_tokens") if own is None else own

    def measured(self, name):
        return [promise for promise in self.leaf["promises"] if promise["property"] == name]

    def encryption(self):
        """None, or the type (`some` where none is said); a type counts only with `encryption` true."""
        privacy = self.contract["privacy"]
        return privacy.get("encryption_type", "some") if privacy.get("encryption") is True else None

    def near(self):
        return self.contract["privacy"].get("data_locality") in ("on_device", "local")


def pairs_of(contract, draining):
    """Every pair of a contract, in order."""
    models = contract["models"]
    return [Pair(contract, model, draining) for model in models] if models else [Pair(contract, None, draining)]


def output_tokens(pair, request):
    """The smaller of the request's and the model's; None if neither says."""
    said = [n for n in (request["size.max_output_tokens"], pair.of_model("max_output_tokens")) if n is not None]
    return min(said) if said else None


def continues(offered, asked):
    """c's type equals q's or continues it after a dot."""
    return offered == asked or offered.startswith(asked + ".")
