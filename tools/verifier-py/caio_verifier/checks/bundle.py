"""A whole bundle: envelope, statement, certificate, log (certificate.md §2, §7)."""

from ..formats.dsse import PAYLOAD_TYPE, decode_base64, signed_by
from ..formats.signed_note import open_checkpoint_by
from ..formats.strict_json import JsonError, canonical, digest, parse
from ..plan.statement import PLAN_PREDICATE, check_plan
from .certificate import check_certificate
from .logged import ENTRY, VERSIONS, check_decision, check_version, check_witness, entry_of
from .report import Report, demand
from .shape import exactly, hash64, items, nullable, record, text
from .timestamp import timestamp

_PREDICATE = ("verifier", "timeCreated", "certificate", "contracts", "encodings", "policies", "disclosed", "log")


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
    if isinstance(statement, dict) and statement.get("predicateType") == PLAN_PREDICATE:
        check_plan(statement, report, public_keys, witnesses)
        return report
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
                check_witness(report, "witness " + witness.name, self.log["checkpoint"], witness)
        return self.checkpoint is not None

    def run(self, report):
        if not self._opens(report):
            return
        report.run("log: decision", self._decision)
        for kind in VERSIONS:
            if self.certificate["inputs"][kind]["logIndex"] is None:
                report.run("log: " + kind, lambda kind=kind: self._unlogged(kind), "withheld")
            else:
                report.run("log: " + kind, lambda kind=kind: self._version(kind))
        report.finished.add("log")

    def _shape(self):
        entries = record({"decision": ENTRY, **{name: nullable(ENTRY) for name in VERSIONS}})
        demand(record({"checkpoint": text, "entries": entries})(self.log), "log: not a checkpoint and entries")
        return True

    def _unlogged(self, kind):
        demand(self.log["entries"][kind] is None, "log: an entry of an index that is null")

    def _entry(self, kind):
        return entry_of(self.log["entries"][kind], self.checkpoint, "log.%s" % kind)

    def _version(self, kind):
        self._entry(kind)
        check_version(self.log["entries"][kind], kind, self.certificate, self.log["entries"]["decision"]["index"])

    def _decision(self):
        check_decision(self._entry("decision"), self.certificate, "log.decision")
