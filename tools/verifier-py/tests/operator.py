"""An operator with a key: signs statements and checkpoints, so that a lie in a bundle is not caught by its signature."""

import base64
import hashlib
import json

from caio_verifier.checks.bundle import timestamp
from caio_verifier.formats import ed25519
from caio_verifier.formats.dsse import PAYLOAD_TYPE, key_id, pae
from caio_verifier.formats.signed_note import note_key_id
from caio_verifier.formats.strict_json import canonical, digest

SECRET = hashlib.sha256(b"a key of these tests and of nothing else").digest()
ORIGIN = "caio.example/log"


def _scalars():
    wide = hashlib.sha512(SECRET).digest()
    number = int.from_bytes(wide[:32], "little")
    return (number & ((1 << 254) - 8)) | 1 << 254, wide[32:]


def _times_base(number):
    return ed25519._encode(ed25519._times(number, ed25519._BASE))


PUBLIC = _times_base(_scalars()[0])


def sign(message):
    """RFC 8032 §5.1.6."""
    a, prefix = _scalars()
    r = int.from_bytes(hashlib.sha512(prefix + message).digest(), "little") % ed25519.L
    point = _times_base(r)
    k = int.from_bytes(hashlib.sha512(point + PUBLIC + message).digest(), "little") % ed25519.L
    return point + ((r + k * a) % ed25519.L).to_bytes(32, "little")


def _root(leaves):
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + _root(leaves[:split]) + _root(leaves[split:])).digest()


def _path(index, leaves):
    if len(leaves) == 1:
        return []
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if index < split:
        return [*_path(index, leaves[:split]), _root(leaves[split:])]
    return [*_path(index - split, leaves[split:]), _root(leaves[:split])]


def note(text, origin=ORIGIN):
    signature = note_key_id(origin, PUBLIC) + sign(text.encode())
    return "%s\n\u2014 %s %s\n" % (text, origin, base64.b64encode(signature).decode())


def entries_of(certificate):
    """The log as its entries should be: a stranger, the three versions, the decision."""
    inputs, outcome = certificate["inputs"], certificate["outcome"]
    versions = {
        "registry": {"version": inputs["registry"]["epoch"], "digest": inputs["registry"]["root"]},
        "policy": {"version": inputs["policy"]["version"], "digest": inputs["policy"]["digest"]},
        "history": {"version": inputs["history"]["version"], "digest": inputs["history"]["root"]},
    }
    chosen = outcome["kind"] == "chosen"
    entries = [("stranger", {"kind": "outcome", "tenant": "x", "body": {}, "prev": None})]
    for kind, body in versions.items():
        tenant = certificate["tenant"] if kind == "registry" else None
        entries.append((kind, {"kind": kind, "tenant": tenant, "body": {**body, "parent": None}, "prev": None}))
    body = {
        "decisionId": certificate["decisionId"],
        "now": certificate["now"],
        "certificate": digest(certificate),
        "inputs": versions,
        "requestDigest": certificate["request"]["digest"],
        "outcome": "chosen" if chosen else outcome["code"],
        "selected": {name: outcome["selected"][name] for name in ("service", "model")} if chosen else None,
        "parent": certificate["lineage"] and certificate["lineage"]["parent"],
    }
    entries.append(("decision", {"kind": "decision", "tenant": certificate["tenant"], "body": body, "prev": "ab" * 32}))
    return entries


def log_of(entries):
    """`log` of a bundle, its checkpoint signed."""
    leaves = [hashlib.sha256(b"\x00" + canonical(entry)).digest() for _kind, entry in entries]
    shown = {
        kind: {"index": index, "entry": entry, "proof": [node.hex() for node in _path(index, leaves)]}
        for index, (kind, entry) in enumerate(entries)
        if kind != "stranger"
    }
    text = "%s\n%d\n%s\n" % (ORIGIN, len(leaves), base64.b64encode(_root(leaves)).decode())
    return {"checkpoint": note(text), "entries": shown}


def logged(material):
    """The material with a certificate that names the indices of `entries_of`."""
    certificate = json.loads(json.dumps(material["certificate"]))
    for index, kind in enumerate(("registry", "policy", "history"), 1):
        certificate["inputs"][kind]["logIndex"] = index
    return {**material, "certificate": certificate}


def statement_of(material, log):
    certificate = material["certificate"]
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": certificate["decisionId"], "digest": {"sha256": digest(certificate)}}],
        "predicateType": "urn:caio:decision:v1",
        "predicate": {
            "verifier": {"id": "urn:caio:router"},
            "timeCreated": timestamp(certificate["now"]),
            **material,
            "log": log,
        },
    }


def seal(statement, payload=None):
    payload = canonical(statement) if payload is None else payload
    signature = base64.b64encode(sign(pae(PAYLOAD_TYPE, payload))).decode()
    envelope = {
        "payloadType": PAYLOAD_TYPE,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [{"keyid": key_id(PUBLIC), "sig": signature}],
    }
    return json.dumps(envelope).encode()
