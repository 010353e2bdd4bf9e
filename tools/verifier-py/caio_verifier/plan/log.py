"""The log of a plan: its entry, those of its steps before it, and the versions before all (certificate.md §11)."""

from ..checks.logged import VERSIONS, check_decision, check_version, check_witness, entry_of
from ..checks.report import demand
from ..formats.signed_note import open_checkpoint_by
from .shapes import LOG


class PlanLog:
    """`log`, against keys that may have signed its checkpoint and witnesses who may have cosigned it."""

    def __init__(self, log, public_keys, witnesses):
        self.log, self.keys, self.witnesses = log, public_keys, witnesses
        self.checkpoint = None

    def run_unread(self, report):
        """What can be said of a log whose plan is of an unknown version; False if it has no form."""
        if report.run("log.form", self._form) is None:
            return False
        self.checkpoint = report.run("log.checkpoint", lambda: open_checkpoint_by(self.log["checkpoint"], self.keys))
        for witness in self.witnesses if self.checkpoint is not None else ():
            if witness.name != self.checkpoint.origin:
                check_witness(report, "log.witness." + witness.name, self.log["checkpoint"], witness)
        entries = self.log["entries"]
        shown = [("plan", entries["plan"]), *(("step.%d" % at, each) for at, each in enumerate(entries["steps"])), *((kind, entries[kind]) for kind in VERSIONS)]
        for name, each in shown:
            if each is not None:
                report.run("log.inclusion." + name, lambda each=each, name=name: entry_of(each, self.checkpoint, "log." + name))
        return True

    def run(self, report, plan, decisions):
        """`plan` is the plan's certificate, `decisions` those of its steps as far as they could be gone through."""
        if not self.run_unread(report):
            return
        entries = self.log["entries"]
        report.run("log.steps", lambda: demand(len(entries["steps"]) == len(plan["steps"]), "log.steps: not a decision for each step"))
        logged = entries["plan"]
        if logged is None:
            report.add("log.plan", False, "proved", "the plan is not in the log")
            return
        report.run("log.plan", lambda: check_decision(logged["entry"], plan, "log.plan"))
        for at, decision in enumerate(decisions):
            report.run("log.step.%d" % at, lambda at=at, decision=decision: self._step(at, decision))
        before = min([logged["index"], *(each["index"] for each in entries["steps"] if each is not None)])
        for kind in VERSIONS:
            if entries[kind] is None and plan["inputs"][kind]["logIndex"] is None:
                report.add("log." + kind, True, "withheld", "not logged")
            else:
                report.run("log." + kind, lambda kind=kind: check_version(entries[kind], kind, plan, before))
        report.finished.add("log")

    def _form(self):
        demand(LOG(self.log), "log: not a checkpoint and entries")
        return True

    def _step(self, at, decision):
        entries = self.log["entries"]
        shown = entries["steps"][at] if at < len(entries["steps"]) else None
        demand(shown is not None, "log.steps: the step's decision is not in the log")
        demand(shown["index"] < entries["plan"]["index"], "log.steps: the step was logged after the plan")
        check_decision(shown["entry"], decision, "log.steps.%d" % at)
