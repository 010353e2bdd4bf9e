"""All checks of a plan's statement (certificate.md §11)."""

from ..checks.report import UnknownVersion, demand
from ..checks.timestamp import timestamp
from ..formats.strict_json import digest
from .log import PlanLog
from .outcome import PlanOutcome
from .request import PlanRequest
from .shapes import CERTIFICATE_OF_PLAN, PLAN_PREDICATE, STATEMENT
from .steps import PlanStep, check_steps

__all__ = ["PLAN_PREDICATE", "check_plan"]


def check_plan(statement, report, public_keys, witnesses=()):
    """Adds the checks of every step's decision, then of what the plan makes of them, then of the log."""
    if report.run("statement.form", lambda: _form(statement)) is None:
        return
    predicate, (subject,) = statement["predicate"], statement["subject"]
    certificate = predicate["certificate"]
    report.run("statement.subject", lambda: demand(subject["digest"]["sha256"] == digest(certificate), "subject.digest: not that of the certificate"))
    if _known(certificate):
        plan = report.run("plan.form", lambda: _certificate(certificate))
    else:
        plan = report.run("plan.version", _unknown)
    steps = check_steps(predicate, plan, report)
    log = PlanLog(predicate["log"], public_keys, witnesses)
    if plan is None:
        log.run_unread(report)
        return
    report.run("statement.name", lambda: demand(subject["name"] == plan["decisionId"], "subject.name: not the id of the plan"))
    report.run("statement.time", lambda: demand(predicate["timeCreated"] == timestamp(plan["now"]), "timeCreated: not the time of the plan"))
    if steps is not None:
        _check_choice(plan, predicate["disclosed"], steps, report)
    log.run(report, plan, [each.certificate for each in steps or ()])


def _form(statement):
    demand(STATEMENT(statement), "not an in-toto statement of a plan")
    return True


def _known(certificate):
    version = certificate.get("decisionVersion") if isinstance(certificate, dict) else None
    return not isinstance(version, str) or version == "caio-plan/1"


def _unknown():
    raise UnknownVersion("decisionVersion: of plans this verifier knows caio-plan/1 alone; that is no sign of tampering")


def _certificate(certificate):
    demand(CERTIFICATE_OF_PLAN(certificate), "certificate: not of the form of certificate.md §11")
    return certificate


def _check_choice(plan, disclosed, decisions, report):
    PlanRequest(plan, disclosed, decisions[0].material.policies[0]).run(report)
    steps = [PlanStep(plan, at, verdicts) for at, verdicts in enumerate(decisions)]
    for step in steps:
        step.run(report)
    for step in steps:
        step.run_offers(report)
    refused = next((step for step in steps if step.refused is not None), None)
    if refused is not None:
        expected = {"kind": "refused", "code": refused.refused, "claim": "impossible", "step": refused.at, "broken": [], "proof": None}
        report.run("plan.step", lambda: demand(plan["outcome"] == expected, "outcome: not the refusal of the first step that is refused"))
    else:
        report.run("plan.step", lambda: demand(plan["outcome"].get("step") is None, "outcome.step: no step's decision is a refusal"))
        offers = [each["offers"] for each in plan["steps"]]
        PlanOutcome(plan["tree"], plan["limits"], offers, [step.ties() for step in steps], plan["outcome"]).run(report)
    report.finished.add("decision")
