"""A whole bundle: envelope, statement, certificate, log (certificate.md §2, §7)."""

from datetime import datetime, timedelta, timezone

from ..formats.dsse import PAYLOAD_TYPE, decode_base64, signed_by
from ..formats.merkle_log import includes, leaf_hash
from ..formats.signed_note import NoteError, open_checkpoint_by, witnessed
from ..formats.strict_json import JsonError, canonical, digest, parse
from .certificate import check_certificate
from .report import Report, demand, UnknownVersion
from .wire_shapes import ID
from .shape import count, exactly, hash64, items, nullable, record, text

_PREDICATE = ("verifier", "timeCreated", "certificate", "contracts", "encodings", "policies", "disclosed", "log")
_LOGGED = record({"kind": text, "tenant": nullable(ID), "body": lambda _value: True, "prev": nullable(hash64)})
_ENTRY = record({"index": count, "entry": _LOGGED, "proof": items(hash64, most=64)})


def check_bundle(data, public_keys, witnesses=()):
    """A report on the bytes of a `*.caio.json` file. Each of the keys may have signed it and its checkpoint; each witness may have cosigned that."""
    public_keys = [public_keys] if isinstance(public_keys, bytes) else public_keys
    report = Report("signature", "decision", "log")
    read = report.run("json", lambda: (parse(data),))
    if read is None:
        return report
    (envelope,) = read
    payload = report.run("envelope", lambda: _payload(envelope))
    if payload is None:
        return report
    report.run("signature", lambda: demand(any(signed_by(envelope, payload, key) for key in public_keys), "no signature is by the key given"))
    report.finished.add("signature")
    read = report.run("payload", lambda: (_canonical(payload),))
    if read is None:
        return report
    (statement,) = read
    if report.run("statement", lambda: _statement(statement)) is None:
        return report
    predicate = statement["predicate"]
    certified = check_certificate(predicate)
    log = _Log(predicate, public_keys, witnesses)
    if not certified.known_version:
        log.run_unread(report)
    elif certified.checks[0]["verdict"] == "pass":
        report.run("subject", lambda: _subject(statement))
        log.run(report)
    report.absorb(certified)
    return report


def _payload(envelope):
    signature = record({"keyid": text, "sig": text})
    shape = record({"payloadType": exactly(PAYLOAD_TYPE), "payload": text, "signatures": items(signature)})
    demand(shape(envelope), "not a DSSE envelope of an in-toto statement")
    demand(len(envelope["signatures"]) == 1, "the number of signatures")
    payload = decode_base64(envelope["payload"])
    demand(payload is not None, "payload: not base64")
    return payload


def _canonical(payload):
    try:
        statement = parse(payload)
    except JsonError as error:
        demand(False, "payload: %s" % error)
    demand(canonical(statement) == payload, "payload: not canonical JSON")
    return statement


def _statement(statement):
    if isinstance(statement, dict) and statement.get("predicateType") == "urn:caio:plan:v1":
        raise UnknownVersion("predicateType: this verifier does not know plans; that is no sign of tampering")
    digests = record({"sha256": hash64})
    shape = record(
        {
            "_type": exactly("https://in-toto.io/Statement/v1"),
            "subject": items(record({"name": text, "digest": digests}), 1),
            "predicateType": exactly("urn:caio:decision:v1"),
            "predicate": record(
                {
                    **{name: lambda _value: True for name in _PREDICATE},
                    "verifier": record({"id": exactly("urn:caio:router")}),
                    "timeCreated": text,
                }
            ),
        }
    )
    demand(shape(statement), "not an in-toto statement of a decision")
    return True


def _subject(statement):
    certificate, (subject,) = statement["predicate"]["certificate"], statement["subject"]
    demand(subject["name"] == certificate["decisionId"], "subject.name: not the decision id")
    demand(subject["digest"]["sha256"] == digest(certificate), "subject.digest: not that of the certificate")
    demand(statement["predicate"]["timeCreated"] == timestamp(certificate["now"]), "timeCreated: not the time of the decision")


def timestamp(now):
    """RFC 3339 with milliseconds in UTC."""
    try:
        moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=now)
    except OverflowError:
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%S.").zfill(20) + "%03dZ" % (now % 1000)


class _Log:
    """`log`: a signed checkpoint, and what is included under it."""

    def __init__(self, predicate, public_keys, witnesses):
        self.log, self.certificate, self.keys = predicate["log"], predicate["certificate"], public_keys
        self.witnesses = witnesses
        self.checkpoint = None

    def run_unread(self, report):
        """What can be said of a log whose certificate is of an unknown version."""
        if not self._opens(report):
            return
        for kind, shown in self.log["entries"].items():
            if shown is not None:
                report.run("log: " + kind, lambda kind=kind: self._entry(kind))

    def _opens(self, report):
        if report.run("log", self._shape) is None:
            return False
        self.checkpoint = report.run("checkpoint", lambda: open_checkpoint_by(self.log["checkpoint"], self.keys))
        for witness in self.witnesses if self.checkpoint is not None else ():
            if witness.name != self.checkpoint.origin:
                self._witnessed(report, witness)
        return self.checkpoint is not None

    def run(self, report):
        if not self._opens(report):
            return
        report.run("log: decision", self._decision)
        for kind in ("registry", "policy", "history"):
            if self.certificate["inputs"][kind]["logIndex"] is None:
                report.run("log: " + kind, lambda kind=kind: self._unlogged(kind), "withheld")
            else:
                report.run("log: " + kind, lambda kind=kind: self._version(kind))
        report.finished.add("log")

    def _witnessed(self, report, witness):
        name = "witness " + witness.name
        try:
            seconds = witnessed(self.log["checkpoint"], witness)
        except NoteError as error:
            report.add(name, False, "proved", str(error))
            return
        if seconds is None:
            report.add(name, True, "withheld", "not witnessed by %s: the checkpoint has no line of this key" % witness.name)
        else:
            moment = timestamp(seconds * 1000) or "%d s" % seconds
            report.add(name, True, "proved", "witnessed by %s at %s, as the largest consistent head that it had seen of this log" % (witness.name, moment))

    def _shape(self):
        entries = record({"decision": _ENTRY, **{name: nullable(_ENTRY) for name in ("registry", "policy", "history")}})
        demand(record({"checkpoint": text, "entries": entries})(self.log), "log: not a checkpoint and entries")
        return True

    def _unlogged(self, kind):
        demand(self.log["entries"][kind] is None, "log: an entry of an index that is null")

    def _entry(self, kind):
        """The entry, which is in the log."""
        shown = self.log["entries"][kind]
        entry = shown["entry"]
        proof = [bytes.fromhex(each) for each in shown["proof"]]
        leaf = leaf_hash(canonical(entry))
        demand(includes(leaf, shown["index"], self.checkpoint.size, proof, self.checkpoint.root), "log.%s: not included" % kind)
        return entry

    def _included(self, kind, tenant, body):
        entry = self._entry(kind)
        demand(entry["kind"] == kind, "log.%s: an entry of another kind" % kind)
        demand(entry["tenant"] == tenant, "log.%s.tenant: expected %s" % (kind, tenant))
        demand(isinstance(entry["body"], dict) and set(entry["body"]) == body, "log.%s: another body" % kind)
        return entry["body"]

    def _digest(self, kind):
        said = self.certificate["inputs"][kind]
        version = said["epoch"] if kind == "registry" else said["version"]
        return {"version": version, "digest": said["digest"] if kind == "policy" else said["root"]}

    def _stale(self, kind):
        said = self.certificate["inputs"][kind]
        return {"stale": said["stale"]} if "stale" in said else {}

    def _version(self, kind):
        tenant = self.certificate["tenant"] if kind == "registry" else None
        body = self._included(kind, tenant, {"version", "digest", "parent"})
        index = self.certificate["inputs"][kind]["logIndex"]
        demand(self.log["entries"][kind]["index"] == index, "log.%s.index: not that of the certificate" % kind)
        demand(index < self.log["entries"]["decision"]["index"], "log.%s: not before the decision" % kind)
        demand({"version": body["version"], "digest": body["digest"]} == self._digest(kind), "log.%s: another version" % kind)
        demand(nullable(hash64)(body["parent"]), "log.%s.parent: no digest" % kind)

    def _decision(self):
        certificate, outcome = self.certificate, self.certificate["outcome"]
        chosen = outcome["kind"] == "chosen"
        expected = {
            "decisionId": certificate["decisionId"],
            "now": certificate["now"],
            "certificate": digest(certificate),
            "inputs": {kind: {**self._digest(kind), **self._stale(kind)} for kind in ("registry", "policy", "history")},
            "requestDigest": certificate["request"]["digest"],
            "outcome": "chosen" if chosen else outcome["code"],
            "selected": {name: outcome["selected"][name] for name in ("service", "model")} if chosen else None,
            "parent": certificate["lineage"] and certificate["lineage"]["parent"],
        }
        body = self._included("decision", certificate["tenant"], set(expected))
        for name, value in expected.items():
            demand(body[name] == value, "log.decision.%s: not that of the certificate" % name)
