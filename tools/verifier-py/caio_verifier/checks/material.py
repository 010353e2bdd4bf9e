"""The committed inputs of a certificate: request, policies, registry, history (certificate.md §2 to §6)."""

import hashlib

from ..calculus.pair import continues, pairs_of
from ..calculus.policy import effective_policy
from ..cel.parser import parse
from ..disclosure import Disclosure, commitment
from ..formats import trie
from ..formats.strict_json import canonical, digest, utf16
from .report import ATTESTED, demand
from .shape import hash64, integer, items, record, short
from .wire_shapes import CONTRACT, ID, POLICY, REQUEST


def order_of(service, model):
    """(service, model) order: UTF-16, null first."""
    return utf16(service), model is not None, utf16(model or "")


class Material:
    """The certificate and what comes with it. Checks fill in `request`, `policy` and `pairs`."""

    def __init__(self, bundle):
        self.certificate = bundle["certificate"]
        self.contracts = bundle["contracts"]
        self.encodings = bundle["encodings"]
        self.policies = bundle["policies"]
        self.disclosed = bundle["disclosed"]
        self.request = Disclosure(self.certificate["request"]["paths"], {})
        self.policy = None
        self.named_are_known = False
        self.pairs = []
        self._leaves = {}

    def check_shapes(self):
        demand(items(CONTRACT, most=10_000)(self.contracts), "contracts: not of the wire form")
        demand(items(POLICY, most=1000)(self.policies), "policies: not of the wire form")
        encoding = record({"service": ID, "encoderId": short(256, 1), "ints": items(integer, 128)})
        demand(items(encoding)(self.encodings), "encodings: not 128 integers a service")
        demand(isinstance(self.disclosed, dict), "disclosed: not an object")

    def check_request(self):
        paths = self.certificate["request"]["paths"]
        demand(digest(paths) == self.certificate["request"]["digest"], "request.digest is not that of the paths")
        for path, opened in self.disclosed.items():
            demand(path in paths, "disclosed: unknown path")
            demand(record({"salt": hash64, "value": lambda _value: True})(opened), "disclosed.%s: no salt and value" % path)
            demand(paths[path] is not None and opened["value"] is not None, "disclosed.%s: what is absent is opened" % path)
            demand(commitment(opened["salt"], opened["value"]) == paths[path], "disclosed.%s: not what was committed" % path)
            demand(REQUEST[path](opened["value"]), "disclosed.%s: not of the wire form" % path)
        self.request = Disclosure(paths, self.disclosed)

    def check_labels(self):
        detected = [each["label"] for each in self.certificate["detected"]]
        keys = [utf16(label) for label in detected]
        demand(all(a < b for a, b in zip(keys, keys[1:])), "detected: not sorted by label")
        union = sorted(set(self.request["data.labels"]) | set(detected), key=utf16)
        demand(self.request["labels"] == union, "labels: not declared and detected together")

    def check_tenant(self):
        demand(self.request["principal.tenant"] == self.certificate["tenant"], "tenant: the view is another tenant's")

    def check_policies(self):
        said = self.certificate["inputs"]["policy"]
        demand(digest({"base": said["base"], "named": said["named"]}) == said["digest"], "inputs.policy.digest")
        demand(len(self.policies) > 0, "policies: none")
        base, named = self.policies[0], self.policies[1:]
        demand(digest(base) == said["base"], "policies[0]: not the base policy that is named")
        for policy in named:
            demand(said["named"].get(policy["id"]) == digest(policy), "policies: %s is not the one that is named" % policy["id"])
        ids = [policy["id"] for policy in named]
        keys = [utf16(each) for each in ids]
        demand(all(a < b for a, b in zip(keys, keys[1:])), "policies: not sorted by id")
        self.policy = effective_policy(base, named)
        demand(ids == self.request["policies"], "policies: not those that the request names")
        self.named_are_known = True

    def check_registry(self):
        said = self.certificate["inputs"]["registry"]
        view = {"tenant": self.certificate["tenant"], "epoch": said["epoch"], "size": said["size"], "trie": said["trie"]}
        root = hashlib.sha256(b"\x03" + canonical(view)).hexdigest()
        demand(root == said["root"], "inputs.registry.root is not that of the view")

    def check_revealed(self):
        """The types that are proved complete are those of the revealed group."""
        shown = self.certificate["completeness"]
        types = [each["type"] for each in shown["prefixes"]]
        if shown["revealed"] is None:
            demand(types == [None], "completeness: without a revealed group the whole trie is shown")
            demand(self.request["requirements.capabilities"] == [], "completeness: a group is required and none is revealed")
            return
        demand(None not in types and len(types) > 0, "completeness: a revealed group has types")
        groups = self.request["requirements.capabilities"]
        demand(shown["revealed"] < len(groups), "completeness: no such group")
        asked = list(dict.fromkeys(each["type"] for each in groups[shown["revealed"]]["any_of"]))
        demand(types == asked, "completeness: the types are not those of the revealed group")

    def check_domain(self):
        """Opens the proofs, holds contracts and encodings to the leaves, and lists the pairs."""
        said = self.certificate["inputs"]["registry"]
        types = []
        for each in self.certificate["completeness"]["prefixes"]:
            query = b"" if each["type"] is None else trie.type_prefix(each["type"])
            types.append(each["type"])
            root, leaves = trie.open_proof(each["proof"], query, 65)
            demand(root.hex() == said["trie"], "completeness: a proof is of another trie")
            for key, rest in leaves:
                self._take_leaf(key, rest, query)
        domain = sorted((s for s, leaf in self._leaves.items() if leaf["capabilities"]), key=utf16)
        demand([c["service_id"] for c in self.contracts] == domain, "contracts: not those of the domain, sorted")
        demand([e["service"] for e in self.encodings] == domain, "encodings: not those of the domain, sorted")
        demand(len(domain) <= said["size"], "inputs.registry.size: fewer than the domain")
        if None in types:
            demand(len(domain) == said["size"], "inputs.registry.size: not the number of services")
        for contract, encoding in zip(self.contracts, self.encodings):
            self._hold(contract, encoding, self._leaves[contract["service_id"]], types)

    def check_least(self):
        """No group whose keys are all shown has fewer than the revealed one, or as many and stands before it."""
        revealed, groups = self.certificate["completeness"]["revealed"], self.request["requirements.capabilities"]
        if revealed is None:
            return
        shown = [each["type"] for each in self.certificate["completeness"]["prefixes"]]
        keys = {(service, c) for service, leaf in self._leaves.items() for c in leaf["capabilities"]}
        sizes = {}
        for index, group in enumerate(groups):
            types = {each["type"] for each in group["any_of"]}
            if all(any(continues(each, q) for q in shown) for each in types):
                sizes[index] = sum(continues(c, each) for each in types for _service, c in keys)
        least = min(sizes, key=lambda index: (sizes[index], index))
        demand(least == revealed, "completeness.revealed: group %d has fewer keys" % least)

    def _take_leaf(self, key, rest, query):
        capability, service = trie.read_registry_key(key)
        demand(rest[64] in (0, 1), "completeness: the flags of %s are unknown" % service)
        leaf = self._leaves.setdefault(service, {"value": rest, "capabilities": set()})
        demand(leaf["value"] == rest, "completeness: leaves of %s differ" % service)
        if key.startswith(query):
            leaf["capabilities"].add(capability)

    def _hold(self, contract, encoding, leaf, types):
        service, value = contract["service_id"], leaf["value"]
        tenants, tenant = contract["access"]["tenants"], self.certificate["tenant"]
        demand(not tenants or tenant in tenants, "contracts: %s is not in the view of %s" % (service, tenant))
        demand(digest(contract) == value[:32].hex(), "contracts: %s is not the registered one" % service)
        encoded = digest(["caio-enc-v1", encoding["encoderId"], encoding["ints"]])
        demand(encoded == value[32:64].hex(), "encodings: %s is not the registered one" % service)
        pairs = pairs_of(contract, value[64] == 1)
        keys = [order_of(*pair.key) for pair in pairs]
        demand(all(a < b for a, b in zip(keys, keys[1:])), "contracts: models of %s are not sorted" % service)
        offered = {c["type"] for pair in pairs for c in pair.capabilities}
        under = {c for c in offered if any(q is None or continues(c, q) for q in types)}
        demand(under == leaf["capabilities"], "completeness: capabilities of %s and its leaves differ" % service)
        for pair in pairs:
            pair.zero_encoding = not any(encoding["ints"])
        self.pairs.extend(pairs)

    def check_verdict_order(self):
        listed = [(v["service"], v["model"]) for v in self.certificate["verdicts"]]
        demand(listed == [pair.key for pair in self.pairs], "verdicts: not one for each pair of the domain, in order")

    def check_history(self):
        root = self.certificate["inputs"]["history"]["root"]
        shown = self.certificate["history"]
        demand(len(shown) == len(self.pairs), "history: not one for each verdict")
        for pair, each in zip(self.pairs, shown):
            demand((each["service"], each["model"]) == pair.key, "history: not in the order of the verdicts")
            query = trie.history_key(*pair.key)
            found, leaves = trie.open_proof(each["proof"], query, 32)
            demand(found.hex() == root, "history: a proof of %s is of another version" % pair.service)
            rest = dict(leaves).get(query)
            if each["leaf"] is None:
                demand(rest is None, "history: there is a leaf of %s" % pair.service)
            else:
                demand(rest == bytes.fromhex(digest(each["leaf"])), "history: the leaf of %s is another" % pair.service)
                pair.leaf = each["leaf"]


def check_fields(certificate):
    """The high band is a part of the whole."""
    fields = certificate["fields"]
    demand(fields["highEnergyMicros"] <= fields["energyMicros"], "fields: more energy in the high band than in all")


def check_conditions(policies):
    """Every condition of every policy is one of the profile."""
    for policy in policies:
        for rule in policy["rules"]:
            if "when" in rule:
                parse(rule["when"], ("request",))
            if "condition" in rule["effect"]:
                parse(rule["effect"]["condition"])


def check_lineage(certificate):
    """Excluded pairs in order, each once."""
    lineage = certificate["lineage"]
    if lineage is not None:
        keys = [order_of(each["service"], each["model"]) for each in lineage["excluded"]]
        demand(all(a < b for a, b in zip(keys, keys[1:])), "lineage.excluded: not in order")


def note_staleness(certificate, report):
    """The router's word that it decided on what it had not confirmed for too long."""
    for name, what in (("registry", "a registry that was"), ("policy", "policies that were")):
        stale = certificate["inputs"][name].get("stale")
        if stale is not None:
            ago, bound = stale["confirmedMsAgo"] / 1000, stale["boundMs"] / 1000
            report.add("stale " + name, True, ATTESTED, "decided on %s last confirmed to be the newest %g s before; the bound is %g s" % (what, ago, bound))
