"""Shapes of what a certificate rests on: contracts, policies, fields of a request, leaves of H."""

import re

from .shape import (
    between, count, doubles, either, exactly, flag, integer, items, mapping, nullable, open_record, record, sorted_set, text,
)

MICROS = between(0, 1_000_000)
LOCALITY = exactly("on_device", "local", "private_cloud", "external")
ENCRYPTION = exactly("in_transit", "at_rest", "end_to_end")
INTERVAL = record({}, {"min_micros": integer, "max_micros": integer, "target_micros": integer})
CAPABILITY = open_record({"type": text, "parameters": mapping(either(text, flag, items(text), INTERVAL))})
BOUND = record({}, {"min_us": integer, "max_us": integer, "min_micros": integer, "max_micros": integer})
GUARANTEE = record({"property": text, "coverage_ppm": between(1, 1_000_000), "bound": BOUND})
COST = open_record(
    {
        "model": exactly("per_token", "per_request", "per_second", "free"),
        "currency": text,
        "base_pico": count,
        "input_token_pico": count,
        "output_token_pico": count,
        "second_pico": count,
    }
)
MODEL = open_record(
    {"id": text},
    {
        "context_tokens": count,
        "max_output_tokens": count,
        "competence_micros": MICROS,
        "capabilities": items(CAPABILITY),
        "guarantees": items(GUARANTEE),
        "cost": COST,
    },
)
_SEMVER = re.compile(r"(0|[1-9][0-9]{0,14})\..*", re.DOTALL)
_RETENTION = re.compile("none|session|indefinite|days:[1-9][0-9]*")
CONTRACT = open_record(
    {
        "service_id": text,
        "version": lambda value: isinstance(value, str) and _SEMVER.fullmatch(value) is not None,
        "capabilities": items(CAPABILITY),
        "guarantees": items(GUARANTEE),
        "models": items(MODEL),
        "privacy": open_record(
            {"compliance": items(text)},
            {
                "data_locality": LOCALITY,
                "encryption": flag,
                "encryption_type": ENCRYPTION,
                "data_retention": lambda value: isinstance(value, str) and _RETENTION.fullmatch(value) is not None,
                "regions": items(text),
            },
        ),
        "alignment": open_record(
            {}, {"safety_level": exactly("low", "medium", "high"), "content_filtering": flag, "bias_mitigation": flag}
        ),
        "access": open_record(
            {
                "required_permissions": items(text),
                "match": exactly("any", "all"),
                "required_trust_level": between(0, 10),
                "tenants": items(text),
                "public": flag,
            }
        ),
        "constraints": open_record(
            {},
            {
                "context_length": open_record({"max_tokens": count}),
                "max_bytes": count,
                "media_types": items(text),
                "requires_gpu": flag,
                "requires_internet": flag,
            },
        ),
        "api": open_record(
            {"endpoints": items(open_record({}, {"capability": text, "output_schema": either(text, lambda v: isinstance(v, dict))}))}
        ),
        "metadata": open_record({}, {"route": exactly("internal", "external")}),
    },
    {"name": text, "cost": COST},
)

_LIMITS = record({}, {"budget_micros": count, "latency_us": count, "latency_coverage_ppm": MICROS, "deadline_us": count})
_EFFECT = either(
    record({"kind": exactly("require", "deny"), "condition": text}),
    record({"kind": exactly("prefer"), "condition": text, "amount_micros": integer}),
    record({"kind": exactly("oblige"), "obligations": items(exactly("redact", "log", "human_approval"))}),
)
_WEIGHT = between(-500_000_000, 500_000_000)
POLICY = open_record(
    {
        "id": text,
        "currency": text,
        "rates": mapping(count),
        "weights": record({name: _WEIGHT for name in "intent attention rl resonance model cost risk latency".split()}),
        "limits": _LIMITS,
        "safety": open_record({"forbidden": items(text), "needs_filtering": items(text)}),
        "privacy": open_record(
            {"mode": exactly("strict", "encrypted"), "sensitive": items(text), "allowed_labels": mapping(items(text))}
        ),
        "exploration": open_record({"epsilon_ppm": MICROS, "max_loss_micros": count}),
        "control": open_record({"interval_micros": count, "e_max_micros": count}),
        "rules": items(record({"id": text, "priority": integer, "effect": _EFFECT, "reason": text}, {"when": text})),
    }
)

REQUEST = {
    "name": text,
    "intent.text": text,
    "intent.categories": sorted_set,
    "action.kind": exactly("read", "write", "destructive"),
    "data.labels": sorted_set,
    "data.media_type": text,
    "data.payload": lambda _value: True,
    "size.input_tokens": count,
    "size.max_output_tokens": count,
    "size.bytes": count,
    "requirements.capabilities": items(open_record({"any_of": items(CAPABILITY)})),
    "requirements.guarantees": items(GUARANTEE),
    "requirements.constraints": record(
        {"regions": sorted_set, "route": exactly("any", "internal", "external"), "services": sorted_set, "models": sorted_set},
        {"max_locality": LOCALITY, "requires_gpu": flag, "requires_internet": flag},
    ),
    "requirements.privacy": record(
        {"on_device": flag, "compliance": sorted_set}, {"encryption": either(exactly("any"), ENCRYPTION)}
    ),
    "limits.budget_micros": count,
    "limits.currency": text,
    "limits.latency_us": count,
    "limits.latency_coverage_ppm": MICROS,
    "limits.deadline_us": count,
    "context": items(lambda _value: True),
    "policies": items(text),
    "fallback": flag,
    "plan": lambda _value: True,
    "principal.subject": text,
    "principal.issuer": text,
    "principal.tenant": text,
    "principal.permissions": sorted_set,
    "principal.trust": between(0, 10),
    "principal.region": text,
    "traits": record({"conservative_micros": MICROS, "confidential_micros": MICROS, "risk_micros": MICROS}),
    "labels": sorted_set,
}

LEAF = record(
    {
        "health": exactly("healthy", "degraded", "unhealthy"),
        "promises": items(GUARANTEE),
        "outcomes": count,
        "violations": count,
        "learned": nullable(record({"theta": doubles(16), "inverse": doubles(256)})),
        "memory": nullable(doubles(128)),
    }
)
