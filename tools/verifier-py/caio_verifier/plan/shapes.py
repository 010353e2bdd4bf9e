"""The shapes of a plan's bundle (certificate.md §11)."""

from ..checks.certificate_shape import CERTIFICATE
from ..checks.logged import ENTRY, VERSIONS
from ..checks.shape import between, count, either, exactly, flag, hash64, integer, items, mapping, matching, nullable, record, text
from ..checks.wire_shapes import ID, MICROS, MODEL_ID, PPM

MOST_STEPS = 32
PLAN_PREDICATE = "urn:caio:plan:v1"

_ANY = lambda _value: True
_PLACE = between(0, MOST_STEPS - 1)
_PAIR = {"service": ID, "model": nullable(MODEL_ID)}


def _steps(shape, least=0):
    return items(shape, most=MOST_STEPS, least=least)


def _tree_of(leaf):
    """A leaf, or `seq` or `par` of trees, none empty."""

    def tree(value):
        parts = _steps(tree, 1)
        return either(leaf, record({"seq": parts}), record({"par": parts}))(value)

    return tree


TREE = _tree_of(_PLACE)
OFFER = record(
    {
        **_PAIR,
        "score": integer,
        "costMicros": nullable(count),
        "bounds": items(record({"boundUs": integer, "coveragePpm": PPM}), most=64),
        "availabilityMicros": MICROS,
        "accuracyMicros": MICROS,
    }
)
LIMITS = record(
    {
        "budgetMicros": nullable(count),
        "latencyUs": nullable(count),
        "coveragePpm": PPM,
        "availabilityMicros": nullable(MICROS),
        "accuracyMicros": nullable(MICROS),
    }
)
_PROOF = record(
    {
        "multipliers": items(record({"uses": items(count, 4), "us": _steps(count)}), most=64),
        "counted": exactly(None, "budget", "coverage", "availability", "accuracy"),
        "order": _steps(_PLACE),
        "tree": nullable(matching(r"[ctaql!.=+]{0,10000}")),
    }
)
_CHOSEN = record(
    {
        "kind": exactly("chosen"),
        "claim": exactly("optimal", "feasible"),
        "score": integer,
        "gap": count,
        "selected": _steps(record({**_PAIR, "bound": nullable(count)}), 1),
        "promise": record(
            {
                "costMicros": nullable(count),
                "latencyUs": nullable(integer),
                "coveragePpm": nullable(MICROS),
                "availabilityMicros": MICROS,
                "accuracyMicros": MICROS,
            }
        ),
        "proof": _PROOF,
    }
)
_LIMIT = exactly("budget", "latency", "coverage", "availability", "accuracy")
_REFUSED = record(
    {
        "kind": exactly("refused"),
        "code": text,
        "claim": exactly("impossible", "undecided"),
        "step": nullable(_PLACE),
        "broken": items(record({"limit": _LIMIT, "allowed": count, "best": nullable(count)}), most=5),
        "proof": nullable(_PROOF),
    }
)
OUTCOME = either(_CHOSEN, _REFUSED)
CERTIFICATE_OF_PLAN = record(
    {
        **{name: CERTIFICATE[name] for name in ("caioCertificate", "decisionId", "testKey", "now", "tenant", "inputs")},
        "decisionVersion": exactly("caio-plan/1"),
        "request": record({"digest": hash64, "paths": record({name: hash64 for name in ("guarantees", "limits", "plan")})}),
        "lineage": nullable(record({"parent": hash64})),
        "tree": TREE,
        "limits": LIMITS,
        "steps": _steps(record({"decisionId": hash64, "certificate": hash64, "offers": items(OFFER)}), 1),
        "outcome": OUTCOME,
    }
)
CHOICE = record({"tree": TREE, "limits": LIMITS, "steps": _steps(record({"offers": items(OFFER), "ties": items(hash64)}), 1), "outcome": OUTCOME})
"""A choice by itself, with the tie digest of each offer (docs/vectors/plans.json)."""

OPENED = {
    "plan": _tree_of(text),
    "limits": record({}, {"budget_micros": count, "currency": matching("[A-Z]{3}"), "latency_us": count, "latency_coverage_ppm": PPM}),
    "guarantees": record({}, {"availability_micros": MICROS, "accuracy_micros": MICROS}),
}
"""What each path of a plan's request holds."""

STATEMENT = record(
    {
        "_type": exactly("https://in-toto.io/Statement/v1"),
        "subject": items(record({"name": hash64, "digest": record({"sha256": hash64})}), 1),
        "predicateType": exactly(PLAN_PREDICATE),
        "predicate": record(
            {
                "verifier": record({"id": exactly("urn:caio:router")}),
                "timeCreated": text,
                "certificate": _ANY,
                "steps": _steps(record({"certificate": _ANY, "disclosed": _ANY}), 1),
                "contracts": items(_ANY),
                "encodings": items(_ANY),
                "policies": items(_ANY),
                "disclosed": mapping(record({"salt": hash64, "value": _ANY})),
                "log": _ANY,
            }
        ),
    }
)
"""Its large parts are read where they are checked."""

LOG = record(
    {"checkpoint": text, "entries": record({"plan": nullable(ENTRY), "steps": _steps(nullable(ENTRY)), **{name: nullable(ENTRY) for name in VERSIONS}})}
)
