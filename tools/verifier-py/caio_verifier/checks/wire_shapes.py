"""Shapes of what a certificate rests on: contracts, policies, fields of a request, leaves of H."""

from ..formats.characters import CONTROL, SPACE
from .shape import (
    ascending, between, both, canonical_set, count, either, exactly, flag, hash64, integer, items, mapping, matching, nullable, positive,
    record, set_of, short, text,
)

MICROS = between(0, 1_000_000)
PPM = between(1, 1_000_000)
RATE = between(0, 9 * 10**15)
LOCALITY = exactly("on_device", "local", "private_cloud", "external")
ENCRYPTION = exactly("in_transit", "at_rest", "end_to_end")

_INK = "[^%s%s]" % (CONTROL, SPACE)

TOKEN = matching(_INK + "{1,128}")
_TOKENS = set_of(TOKEN)
_IDENTITY = matching("[^%s]{1,256}" % CONTROL)
_CURRENCY = matching("[A-Z]{3}")
_MEDIA_TYPE = matching("[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}")
_URL_PATH = matching("/" + _INK + "{0,1023}")
_REASON = both(short(500, 1), matching("[^%s](.*[^%s])?" % (SPACE, SPACE)))
_NUMBER = "(0|[1-9][0-9]{0,8})"
_IDENTIFIERS = "[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*"
_VERSION = matching("%s\\.%s\\.%s(-%s)?(\\+%s)?" % (_NUMBER, _NUMBER, _NUMBER, _IDENTIFIERS, _IDENTIFIERS))


def _upward(low, high):
    """A min, a max or both, min at most max."""
    return lambda ends: (low in ends or high in ends) and not (low in ends and high in ends and ends[low] > ends[high])


INTERVAL = both(
    record({}, {"min_micros": integer, "max_micros": integer, "target_micros": integer}), _upward("min_micros", "max_micros")
)
BOUND = either(
    both(record({}, {"min_us": integer, "max_us": integer}), _upward("min_us", "max_us")),
    both(record({}, {"min_micros": integer, "max_micros": integer}), _upward("min_micros", "max_micros")),
)
PARAMETERS = mapping(either(short(256), flag, set_of(short(256)), INTERVAL), matching("[A-Za-z][A-Za-z0-9_-]{0,62}"))
ID = matching(r"[a-z0-9][a-z0-9-]{0,62}")
MODEL_ID = matching(r"[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}")
TYPE = matching(r"[a-z0-9][a-z0-9_-]{0,62}(\.[a-z0-9][a-z0-9_-]{0,62}){0,7}")
CAPABILITY = record({"type": TYPE, "parameters": PARAMETERS})
GUARANTEE = record({"property": matching("[a-z][a-z0-9_]{0,63}"), "coverage_ppm": PPM, "bound": BOUND})
COST = record(
    {
        "model": exactly("per_token", "per_request", "per_second", "free"),
        "currency": _CURRENCY,
        "base_pico": RATE,
        "input_token_pico": RATE,
        "output_token_pico": RATE,
        "second_pico": RATE,
    }
)
MODEL = record(
    {"id": MODEL_ID},
    {
        "context_tokens": positive,
        "max_output_tokens": positive,
        "competence_micros": MICROS,
        "capabilities": canonical_set(CAPABILITY),
        "guarantees": canonical_set(GUARANTEE),
        "cost": COST,
    },
)
_SCHEMA = either(matching(r"(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9_./-]{0,254}"), lambda value: isinstance(value, dict))
_ENDPOINT = record(
    {},
    {
        "capability": TYPE,
        "path": _URL_PATH,
        "method": exactly("GET", "POST", "PUT"),
        "tool": TOKEN,
        "input_schema": _SCHEMA,
        "output_schema": _SCHEMA,
    },
)
_SECRET = matching("env:[A-Za-z_][A-Za-z0-9_]{0,127}|file:/" + _INK + "{1,1000}")
_HEADER = matching("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
CONTRACT = record(
    {
        "service_id": ID,
        "version": _VERSION,
        "capabilities": canonical_set(CAPABILITY),
        "guarantees": canonical_set(GUARANTEE),
        "models": ascending(MODEL, lambda model: model["id"]),
        "privacy": record(
            {"compliance": _TOKENS},
            {
                "data_locality": LOCALITY,
                "encryption": flag,
                "encryption_type": ENCRYPTION,
                "data_retention": matching("none|session|indefinite|days:[1-9][0-9]{0,5}"),
                "regions": _TOKENS,
            },
        ),
        "alignment": record(
            {}, {"safety_level": exactly("low", "medium", "high"), "content_filtering": flag, "bias_mitigation": flag}
        ),
        "access": record(
            {
                "required_permissions": _TOKENS,
                "match": exactly("any", "all"),
                "required_trust_level": between(0, 10),
                "tenants": set_of(ID),
                "public": flag,
            }
        ),
        "constraints": record(
            {},
            {
                "max_concurrent_requests": positive,
                "rate_limit": record({"per_minute": positive}),
                "context_length": record({"max_tokens": positive}),
                "max_bytes": count,
                "media_types": set_of(_MEDIA_TYPE),
                "requires_gpu": flag,
                "requires_internet": flag,
            },
        ),
        "api": record(
            {"protocol": matching("http|openai|mcp|a2a|nats|inprocess|x-[a-z0-9][a-z0-9-]{0,30}"), "endpoints": items(_ENDPOINT)},
            {
                "base_url": text,
                "transport": exactly("http", "stdio"),
                "server": ID,
                "health": record({"path": _URL_PATH, "interval_ms": between(1, 86_400_000)}),
                "auth": record({"scheme": exactly("bearer", "basic", "header"), "secret": _SECRET}, {"header": _HEADER}),
            },
        ),
        "metadata": record(
            {"tags": _TOKENS},
            {
                "examples": set_of(short(2048, 1), 1),
                "category": short(128),
                "provider": short(128),
                "route": exactly("internal", "external"),
            },
        ),
    },
    {"name": short(256, 1), "description": short(4096), "cost": COST},
)

_LIMITS = record({}, {"budget_micros": count, "latency_us": count, "latency_coverage_ppm": PPM, "deadline_us": count})
OBLIGATION = exactly("redact", "log", "human_approval")
_EFFECT = either(
    record({"kind": exactly("require", "deny"), "condition": text}),
    record({"kind": exactly("prefer"), "condition": text, "amount_micros": between(-1_000_000, 1_000_000)}),
    record({"kind": exactly("oblige"), "obligations": set_of(OBLIGATION, 1)}),
)
_WEIGHT = between(-500_000_000, 500_000_000)


def _small_amounts(rules):
    """Σ|amount| at most 1.0."""
    return sum(abs(rule["effect"].get("amount_micros", 0)) for rule in rules) <= 1_000_000


def _rules_in_order(rules):
    """By priority descending, then id."""
    keys = [(-rule["priority"], rule["id"]) for rule in rules]
    return all(a < b for a, b in zip(keys, keys[1:]))


_ATTEMPTS = between(1, 10)
_GAIN = between(0, 10**9)
_SIZE = between(1, 10**9)
POLICY = record(
    {
        "id": ID,
        "currency": _CURRENCY,
        "rates": mapping(between(1, 2**53 - 1), _CURRENCY),
        "weights": record({name: _WEIGHT for name in "intent attention rl resonance model cost risk latency".split()}),
        "rl": record({"width_micros": _GAIN}),
        "limits": _LIMITS,
        "safety": record({"forbidden": _TOKENS, "needs_filtering": _TOKENS}),
        "privacy": record(
            {"mode": exactly("strict", "encrypted"), "sensitive": _TOKENS, "allowed_labels": mapping(_TOKENS, ID)}
        ),
        "fallback": record({"max_attempts": _ATTEMPTS, "after_first_byte": exactly("error", "resume")}),
        "retry": record({"max_attempts": _ATTEMPTS, "backoff_us": between(0, 60_000_000)}),
        "exploration": record({"epsilon_ppm": MICROS, "max_loss_micros": _GAIN}),
        "independent": ascending(set_of(ID, 2), " ".join),
        "monitor": record({"alpha_micros": between(1, 1_000_000), "drift_run_length": _SIZE}),
        "control": record(
            {
                "excite_micros": _GAIN,
                "damp_micros": _GAIN,
                "c_micros": _GAIN,
                "m_micros": _SIZE,
                "interval_micros": _SIZE,
                "e_max_micros": _SIZE,
            }
        ),
        "rules": both(
            items(record({"id": ID, "priority": between(-1_000_000, 1_000_000), "effect": _EFFECT, "reason": _REASON}, {"when": text}), most=1024),
            _small_amounts,
            _rules_in_order,
        ),
    }
)

_TOKEN_COUNT = between(0, 10**12)
_DURATION = between(1, 10**15)


def _plan(value):
    """An id, or steps one after another or side by side."""
    steps = items(_plan, least=1)
    return either(ID, record({"seq": steps}), record({"par": steps}))(value)


REQUEST = {
    "name": short(128, 1),
    "intent.text": text,
    "intent.categories": _TOKENS,
    "action.kind": exactly("read", "write", "destructive"),
    "data.labels": _TOKENS,
    "data.media_type": _MEDIA_TYPE,
    "data.payload": lambda _value: True,
    "size.input_tokens": _TOKEN_COUNT,
    "size.max_output_tokens": _TOKEN_COUNT,
    "size.bytes": _TOKEN_COUNT,
    "requirements.capabilities": canonical_set(record({"any_of": canonical_set(CAPABILITY, 1)})),
    "requirements.guarantees": canonical_set(GUARANTEE),
    "requirements.constraints": record(
        {"regions": _TOKENS, "route": exactly("any", "internal", "external"), "services": set_of(ID), "models": set_of(MODEL_ID)},
        {"max_locality": LOCALITY, "requires_gpu": flag, "requires_internet": flag},
    ),
    "requirements.privacy": record(
        {"on_device": flag, "compliance": _TOKENS}, {"encryption": either(exactly("any"), ENCRYPTION)}
    ),
    "limits.budget_micros": RATE,
    "limits.currency": _CURRENCY,
    "limits.latency_us": _DURATION,
    "limits.latency_coverage_ppm": PPM,
    "limits.deadline_us": _DURATION,
    "context": items(record({"role": TOKEN, "text": text}), most=64),
    "policies": set_of(ID),
    "fallback": flag,
    "plan": _plan,
    "principal.subject": _IDENTITY,
    "principal.issuer": _IDENTITY,
    "principal.tenant": ID,
    "principal.permissions": _TOKENS,
    "principal.trust": between(0, 10),
    "principal.region": TOKEN,
    "traits": record({"conservative_micros": MICROS, "confidential_micros": MICROS, "risk_micros": MICROS}),
    "labels": _TOKENS,
}
UNSAID = {
    "name", "intent.text", "data.media_type", "data.payload", "size.input_tokens", "size.max_output_tokens", "size.bytes",
    "limits.budget_micros", "limits.currency", "limits.latency_us", "limits.latency_coverage_ppm", "limits.deadline_us",
    "plan", "principal.region", "traits",
}
"""Paths that a request may leave unsaid; all others are always said."""

LEAF = record(
    {
        "health": exactly("healthy", "degraded", "unhealthy"),
        "promises": items(GUARANTEE),
        "outcomes": count,
        "violations": count,
        "learned": nullable(hash64),
        "memory": nullable(hash64),
    }
)
