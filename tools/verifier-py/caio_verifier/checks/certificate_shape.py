"""The shape of a certificate (certificate.md §3): every key present, no other."""

from ..calculus.score import ONE, RANGES
from ..disclosure import PATHS
from .shape import (
    between, both, count, either, exactly, flag, hash64, integer, items, mapping, nullable, positive, record, set_of, text, tuple_of,
)
from .wire_shapes import GUARANTEE, ID, LEAF, MICROS, MODEL_ID, OBLIGATION, PPM, TOKEN, TYPE, UNSAID

LAST_MOMENT = 253_402_300_799_999
"""The end of the year 9999: RFC 3339 writes no later time."""

_PAIR = {"service": ID, "model": nullable(MODEL_ID)}
_LOG = {"logIndex": nullable(count)}
_STALE = {"stale": both(record({"confirmedMsAgo": count, "boundMs": count}), lambda stale: stale["confirmedMsAgo"] > stale["boundMs"])}
"""Said only of what is past its bound."""
_PROOF = items(lambda node: isinstance(node, dict))
_FLAGGED = lambda *words: record({"residual": integer, "flag": exactly(None, *words)})
_RESIDUALS = record(
    {
        "safety": record({name: exactly(0, ONE) for name in ("forbidden", "harmful", "unsafe")}),
        "policy": record({name: exactly(0, ONE) for name in ("onDevice", "privacy", "compliance")}),
        "traits": record({name: integer for name in ("conservative", "confidential", "risk")}),
        "budget": _FLAGGED("silent", "currency"),
        "latency": _FLAGGED("silent", "currency"),
    }
)
_VERDICT = either(
    record({**_PAIR, "step": between(1, 4), "clause": text}),
    record(
        {
            **_PAIR,
            "step": exactly(0),
            "terms": record({name: between(*ends) for name, ends in RANGES.items()}),
            "prefer": between(-ONE, ONE),
            "score": integer,
            "residuals": _RESIDUALS,
        }
    ),
)
AUTHENTICATION = record(
    {
        "clause": exactly("authentication"),
        "method": exactly("jwt", "api_key", "local"),
        "alg": nullable(text),
        "keyId": nullable(text),
        "exp": nullable(count),
        "nbf": nullable(count),
    }
)
_SECURITY = tuple_of(
    AUTHENTICATION,
    record({"clause": exactly("authorization"), "public": flag, "match": exactly("any", "all"), "required": items(text), "matched": items(text)}),
    record(
        {
            "clause": exactly("privacy"),
            "basis": exactly("not_sensitive", "locality", "encryption", "allowed_labels"),
            "mode": exactly("strict", "encrypted"),
            "sensitive": set_of(text),
        }
    ),
    record({"clause": exactly("trust"), "required": count}),
    record(
        {
            "clause": exactly("access"),
            "tenant": exactly("open", "member"),
            "region": exactly("unsaid", "inside"),
            "route": exactly("any", "same"),
        }
    ),
)
"""The five objects of certificate.md §8, in order."""
_CHOSEN = record(
    {
        "kind": exactly("chosen"),
        "selected": record(
            {
                **_PAIR,
                "route": exactly("internal", "external"),
                "contractDigest": hash64,
                "score": integer,
                "tie": hash64,
                "drawn": flag,
                "propensity": record({"numerator": count, "denominator": positive}),
            }
        ),
        "runnerUp": nullable(record({**_PAIR, "score": integer, "tie": hash64})),
        "margin": nullable(integer),
        "models": items(record({**_PAIR, "score": integer})),
        "obligations": set_of(OBLIGATION),
        "limits": record(
            {"budgetMicros": nullable(count), "latencyUs": nullable(count), "coveragePpm": PPM, "deadlineUs": nullable(count)}
        ),
        "security": _SECURITY,
        "promise": record(
            {
                "perCall": record(
                    {
                        "deadlineUs": nullable(count),
                        "maxOutputTokens": nullable(count),
                        "costCapMicros": nullable(count),
                        "outputSchemaDigest": nullable(hash64),
                        "integrity": exactly("sha256"),
                    }
                ),
                "statistical": items(GUARANTEE),
            }
        ),
        "control": record(
            {
                "kind": exactly("steer", "nudge"),
                "u": items(integer, 128),
                "energyBeforeMicros": count,
                "boundMicros": count,
                "scaled": flag,
            }
        ),
    }
)
_REFUSED = record({"kind": exactly("refused"), "code": text})
CERTIFICATE = {
    "caioCertificate": exactly(1),
    "decisionVersion": exactly("caio-route/1"),
    "decisionId": hash64,
    "seed": hash64,
    "testKey": flag,
    "now": between(0, LAST_MOMENT),
    "tenant": ID,
    "inputs": record(
        {
            "registry": record({"epoch": count, "size": count, "trie": hash64, "root": hash64, **_LOG}, _STALE),
            "policy": record({"version": count, "base": hash64, "named": mapping(hash64, ID), "digest": hash64, **_LOG}, _STALE),
            "history": record({"version": count, "root": hash64, **_LOG}),
        }
    ),
    "request": record({"digest": hash64, "paths": record({path: nullable(hash64) if path in UNSAID else hash64 for path in PATHS})}),
    "encoderId": TOKEN,
    "lineage": nullable(record({"parent": hash64, "excluded": items(record(_PAIR))})),
    "detected": items(record({"label": TOKEN, "count": positive})),
    "completeness": record(
        {"revealed": nullable(count), "prefixes": items(record({"type": nullable(TYPE), "proof": _PROOF}), most=256)}
    ),
    "history": items(record({**_PAIR, "leaf": nullable(LEAF), "proof": _PROOF})),
    "fields": record(
        {
            "energyMicros": count,
            "highEnergyMicros": count,
            "lowConductivityMicros": MICROS,
            "highConductivityMicros": MICROS,
        }
    ),
    "verdicts": items(_VERDICT),
    "authentication": AUTHENTICATION,
    "outcome": either(_CHOSEN, _REFUSED),
    "proofs": items(record({"property": text, "statement": text, "method": text, "evidence": items(text)}), 6),
}
