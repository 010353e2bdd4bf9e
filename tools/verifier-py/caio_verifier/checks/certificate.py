"""All checks of a certificate with its contracts, encodings, policies and opened fields."""

import json
from pathlib import Path

from .certificate_shape import CERTIFICATE
from .material import Material, check_conditions, check_fields, check_lineage, note_staleness
from .outcome import Outcome
from .report import Report, UnknownVersion, demand
from .verdicts import Verdicts

_PROOFS = json.loads((Path(__file__).parents[4] / "docs" / "proof-objects.json").read_text("utf-8"))
PARTS = ("certificate", "contracts", "encodings", "policies", "disclosed")


def check_certificate(bundle):
    """A report on `{certificate, contracts, encodings, policies, disclosed}`; other keys are left alone."""
    return examine(bundle)[0]


def examine(bundle):
    """The report, and the `Verdicts` that it went through to the end, None if it did not come there."""
    report = Report("decision")
    if report.run("shape", lambda: _shape(bundle)) is None:
        return report, None
    certificate = bundle["certificate"]
    material = Material(bundle)
    if report.run("material", lambda: material.check_shapes() or True) is None:
        return report, None
    for name in ("request", "labels", "tenant", "policies", "registry", "revealed", "domain", "least"):
        report.run(name, getattr(material, "check_" + name))
    report.run("lineage", lambda: check_lineage(certificate))
    report.run("conditions", lambda: check_conditions(material.policies))
    note_staleness(certificate, report)
    report.run("fields", lambda: check_fields(certificate), "attested")
    report.run("proof objects", lambda: _proofs(certificate))
    ordered = report.run("verdict order", lambda: material.check_verdict_order() or True)
    if ordered is None or material.policy is None:
        return report, None
    report.run("history", material.check_history)
    verdicts = report.run("rules", lambda: Verdicts(material))
    if verdicts is not None:
        verdicts.run(report)
        Outcome(verdicts).run(report)
        report.finished.add("decision")
    return report, verdicts


def _shape(bundle):
    demand(isinstance(bundle, dict), "not an object")
    for name in PARTS:
        demand(name in bundle, "%s is missing" % name)
    certificate = bundle["certificate"]
    demand(isinstance(certificate, dict), "certificate: not an object")
    version = certificate.get("decisionVersion")
    if version != "caio-route/1" and isinstance(version, str):
        raise UnknownVersion("decisionVersion: this verifier knows caio-route/1 alone; that is no sign of tampering")
    demand(set(certificate) == set(CERTIFICATE), "certificate: keys are missing or unknown")
    for name, shape in CERTIFICATE.items():
        demand(shape(certificate[name]), "certificate.%s: not of the form of certificate.md §3" % name)
    return True


def _proofs(certificate):
    expected = _PROOFS[certificate["outcome"]["kind"]]
    demand(certificate["proofs"] == expected, "proofs: not the six objects of proof-objects.json")
