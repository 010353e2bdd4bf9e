"""Shapes of what a certificate rests on: contracts, policies, fields of a request, leaves of H."""

import re

from ..formats.strict_json import canonical, utf16
from .shape import (
    between, both, count, doubles, either, exactly, flag, integer, items, mapping, nullable, positive, record, sorted_set, text,
)

MICROS = between(0, 1_000_000)
PPM = between(1, 1_000_000)
RATE = between(0, 9 * 10**15)
LOCALITY = exactly("on_device", "local", "private_cloud", "external")
ENCRYPTION = exactly("in_transit", "at_rest", "end_to_end")


def matching(pattern):
    """Texts of a grammar."""
    compiled = re.compile(pattern, re.DOTALL)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


INTERVAL = record({}, {"min_micros": integer, "max_micros": integer, "target_micros": integer})
BOUND = either(
    record({}, {"min_us": integer, "max_us": integer}), record({}, {"min_micros": integer, "max_micros": integer})
)
PARAMETERS = mapping(either(text, flag, sorted_set, INTERVAL))
ID = matching(r"[a-z0-9][a-z0-9-]{0,62}")
MODEL_ID = matching(r"[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}")
TYPE = matching(r"[a-z0-9][a-z0-9_-]{0,62}(\.[a-z0-9][a-z0-9_-]{0,62}){0,7}")
CAPABILITY = record({"type": TYPE, "parameters": PARAMETERS})
GUARANTEE = record({"property": text, "coverage_ppm": PPM, "bound": BOUND})
COST = record(
    {
        "model": exactly("per_token", "per_request", "per_second", "free"),
        "currency": text,
        "base_pico": RATE,
        "input_token_pico": RATE,
        "output_token_pico": RATE,
        "second_pico": RATE,
    }
)
MODEL = record(
    {"id": MODEL_ID},
    {
        "context_tokens": count,
        "max_output_tokens": count,
        "competence_micros": MICROS,
        "capabilities": items(CAPABILITY),
        "guarantees": items(GUARANTEE),
        "cost": COST,
    },
)
_SCHEMA = either(text, lambda value: isinstance(value, dict))
_ENDPOINT = record(
    {},
    {
        "capability": TYPE,
        "path": text,
        "method": exactly("GET", "POST", "PUT"),
        "tool": text,
        "input_schema": _SCHEMA,
        "output_schema": _SCHEMA,
    },
)
CONTRACT = record(
    {
        "service_id": ID,
        "version": matching(r"(0|[1-9][0-9]*)\.[0-9]+\.[0-9]+.*"),
        "capabilities": items(CAPABILITY),
        "guarantees": items(GUARANTEE),
        "models": items(MODEL),
        "privacy": record(
            {"compliance": sorted_set},
            {
                "data_locality": LOCALITY,
                "encryption": flag,
                "encryption_type": ENCRYPTION,
                "data_retention": matching("none|session|indefinite|days:[1-9][0-9]*"),
                "regions": sorted_set,
            },
        ),
        "alignment": record(
            {}, {"safety_level": exactly("low", "medium", "high"), "content_filtering": flag, "bias_mitigation": flag}
        ),
        "access": record(
            {
                "required_permissions": sorted_set,
                "match": exactly("any", "all"),
                "required_trust_level": between(0, 10),
                "tenants": sorted_set,
                "public": flag,
            }
        ),
        "constraints": record(
            {},
            {
                "max_concurrent_requests": count,
                "rate_limit": record({"per_minute": count}),
                "context_length": record({"max_tokens": count}),
                "max_bytes": count,
                "media_types": sorted_set,
                "requires_gpu": flag,
                "requires_internet": flag,
            },
        ),
        "api": record(
            {"protocol": exactly("http", "openai", "mcp", "a2a", "inprocess"), "endpoints": items(_ENDPOINT)},
            {
                "base_url": text,
                "transport": exactly("http", "stdio"),
                "server": text,
                "health": record({"path": text, "interval_ms": count}),
                "auth": record({"scheme": exactly("bearer", "basic", "header"), "secret": text}, {"header": text}),
            },
        ),
        "metadata": record({"tags": sorted_set}, {"category": text, "provider": text, "route": exactly("internal", "external")}),
    },
    {"name": text, "description": text, "cost": COST},
)

_LIMITS = record({}, {"budget_micros": count, "latency_us": count, "latency_coverage_ppm": PPM, "deadline_us": count})
_EFFECT = either(
    record({"kind": exactly("require", "deny"), "condition": text}),
    record({"kind": exactly("prefer"), "condition": text, "amount_micros": between(-1_000_000, 1_000_000)}),
    record({"kind": exactly("oblige"), "obligations": both(sorted_set, items(exactly("redact", "log", "human_approval")))}),
)
_WEIGHT = between(-500_000_000, 500_000_000)


def _small_amounts(rules):
    """Σ|amount| at most 1.0."""
    return sum(abs(rule["effect"].get("amount_micros", 0)) for rule in rules) <= 1_000_000


def _rules_in_order(rules):
    """By priority descending, then id."""
    keys = [(-rule["priority"], rule["id"]) for rule in rules]
    return all(a < b for a, b in zip(keys, keys[1:]))


def _canonical_order(values):
    keys = [utf16(canonical(value).decode()) for value in values]
    return all(a <= b for a, b in zip(keys, keys[1:]))


_GROUP = both(record({"any_of": items(CAPABILITY)}), lambda group: _canonical_order(group["any_of"]))
POLICY = record(
    {
        "id": ID,
        "currency": text,
        "rates": mapping(RATE),
        "weights": record({name: _WEIGHT for name in "intent attention rl resonance model cost risk latency".split()}),
        "rl": record({"width_micros": count}),
        "limits": _LIMITS,
        "safety": record({"forbidden": sorted_set, "needs_filtering": sorted_set}),
        "privacy": record(
            {"mode": exactly("strict", "encrypted"), "sensitive": sorted_set, "allowed_labels": mapping(sorted_set)}
        ),
        "fallback": record({"max_attempts": count, "after_first_byte": exactly("error", "resume")}),
        "retry": record({"max_attempts": count, "backoff_us": count}),
        "exploration": record({"epsilon_ppm": MICROS, "max_loss_micros": count}),
        "independent": items(sorted_set),
        "monitor": record({"alpha_micros": count, "drift_run_length": count}),
        "control": record(
            {
                "excite_micros": count,
                "damp_micros": count,
                "c_micros": count,
                "m_micros": count,
                "interval_micros": positive,
                "e_max_micros": count,
            }
        ),
        "rules": both(
            items(record({"id": ID, "priority": integer, "effect": _EFFECT, "reason": text}, {"when": text}), most=1024),
            _small_amounts,
            _rules_in_order,
        ),
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
    "requirements.capabilities": both(items(_GROUP), _canonical_order),
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
    "limits.latency_coverage_ppm": PPM,
    "limits.deadline_us": count,
    "context": both(items(record({"role": text, "text": text})), lambda value: len(value) <= 64),
    "policies": sorted_set,
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
