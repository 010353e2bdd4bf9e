"""Entries of the log, and what those of a certificate have to say (certificate.md §7)."""

from ..formats.merkle_log import includes, leaf_hash
from ..formats.signed_note import NoteError, witnessed
from ..formats.strict_json import canonical, digest
from .report import demand
from .shape import count, hash64, items, nullable, record, text
from .timestamp import timestamp
from .wire_shapes import ID

VERSIONS = ("registry", "policy", "history")
_LOGGED = record({"kind": text, "tenant": nullable(ID), "body": lambda _value: True, "prev": nullable(hash64)})
ENTRY = record({"index": count, "entry": _LOGGED, "proof": items(hash64, most=64)})


def entry_of(shown, checkpoint, where):
    """The entry, which is in the log."""
    demand(checkpoint is not None, "%s: there is no checkpoint" % where)
    entry = shown["entry"]
    proof = [bytes.fromhex(each) for each in shown["proof"]]
    leaf = leaf_hash(canonical(entry))
    demand(includes(leaf, shown["index"], checkpoint.size, proof, checkpoint.root), "%s: not included" % where)
    return entry


def version_of(certificate, kind):
    """`{version, digest}` of an input, as the certificate says it."""
    said = certificate["inputs"][kind]
    version = said["epoch"] if kind == "registry" else said["version"]
    return {"version": version, "digest": said["digest"] if kind == "policy" else said["root"]}


def deciding(certificate):
    """The body that the entry of a decision or of a plan has to have."""
    inputs, outcome = certificate["inputs"], certificate["outcome"]
    chosen = outcome["kind"] == "chosen"
    selected = {name: outcome["selected"][name] for name in ("service", "model")} if chosen and isinstance(outcome["selected"], dict) else None
    return {
        "decisionId": certificate["decisionId"],
        "now": certificate["now"],
        "certificate": digest(certificate),
        "inputs": {kind: {**version_of(certificate, kind), **_stale(inputs[kind])} for kind in VERSIONS},
        "requestDigest": certificate["request"]["digest"],
        "outcome": "chosen" if chosen else outcome["code"],
        "selected": selected,
        "parent": certificate["lineage"] and certificate["lineage"]["parent"],
    }


def check_decision(entry, certificate, where):
    """The entry is that of the certificate's decision or plan."""
    expected = deciding(certificate)
    body = _body(entry, "decision", certificate["tenant"], set(expected), where)
    for name, value in expected.items():
        demand(canonical(body[name]) == canonical(value), "%s.%s: not that of the certificate" % (where, name))


def check_version(shown, kind, certificate, before):
    """The entry is the version that the certificate names, and stands before the index `before`."""
    where, index = "log.%s" % kind, certificate["inputs"][kind]["logIndex"]
    demand(shown is not None and shown["index"] == index, "%s.index: not that of the certificate" % where)
    demand(index < before, "%s: not before the decision" % where)
    tenant = certificate["tenant"] if kind == "registry" else None
    body = _body(shown["entry"], kind, tenant, {"version", "digest", "parent"}, where)
    demand(canonical({"version": body["version"], "digest": body["digest"]}) == canonical(version_of(certificate, kind)), "%s: another version" % where)
    demand(nullable(hash64)(body["parent"]), "%s.parent: no digest" % where)


def check_witness(report, name, note, witness):
    """Adds what a witness says of the checkpoint's note."""
    try:
        seconds = witnessed(note, witness)
    except NoteError as error:
        report.add(name, False, "proved", str(error))
        return
    if seconds is None:
        report.add(name, True, "withheld", "not witnessed by %s: the checkpoint has no line of this key" % witness.name)
    else:
        moment = timestamp(seconds * 1000) or "%d s" % seconds
        report.add(name, True, "proved", "witnessed by %s at %s, as the largest consistent head that it had seen of this log" % (witness.name, moment))


def _stale(said):
    return {"stale": said["stale"]} if "stale" in said else {}


def _body(entry, kind, tenant, members, where):
    demand(entry["kind"] == kind, "%s: an entry of another kind" % where)
    demand(entry["tenant"] == tenant, "%s.tenant: expected %s" % (where, tenant))
    demand(isinstance(entry["body"], dict) and set(entry["body"]) == members, "%s: another body" % where)
    return entry["body"]
