"""I-JSON in, RFC 8785 out (certificate.md, first paragraph)."""

import hashlib
import json
import math
import re

SAFE = 2**53 - 1
MAX_BYTES = 32 * 1024 * 1024
MAX_DEPTH = 64

MAX_VALUES = 1_000_000

_STARTS = re.compile(r'["\[\]{}]|[^\s"\[\]{},:]+')
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class JsonError(ValueError):
    """The text is no JSON of the kind that bundles are made of."""


class TooManyValues(JsonError):
    """More objects, lists, scalars and keys than are read."""


def parse(data, max_bytes=MAX_BYTES, floats=False):
    """The value of a UTF-8 text. Refuses what I-JSON refuses, floats (unless asked), depth over 64, large input and over a million values."""
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogatepass")
    if len(data) > max_bytes:
        raise JsonError("the text has %d bytes, at most %d are read" % (len(data), max_bytes))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise JsonError("not UTF-8") from error
    _limit_work(text)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_int=_safe_integer,
            parse_float=_finite if floats else _no_float,
            parse_constant=_no_constant,
        )
    except JsonError:
        raise
    except (ValueError, RecursionError) as error:
        raise JsonError("not JSON") from error
    if "\\u" in text or "\\U" in text:
        _no_lone_surrogate(value)
    return value


def _limit_work(text):
    """Depth and number of values, in one pass that never looks at a character again."""
    depth = values = at = 0
    while match := _STARTS.search(text, at):
        mark, at = text[match.start()], match.end()
        if mark in "]}":
            depth -= 1
            continue
        values += 1
        if values > MAX_VALUES:
            raise TooManyValues("more than %d values and keys" % MAX_VALUES)
        if mark in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise JsonError("nested deeper than %d" % MAX_DEPTH)
        elif mark == '"':
            at = _after_string(text, at)


def _after_string(text, at):
    """Where the string ends that begins before `at`: at a quote behind an even number of backslashes."""
    while True:
        quote = text.find('"', at)
        if quote < 0:
            raise JsonError("a string does not end")
        slash = quote
        while slash > at and text[slash - 1] == "\\":
            slash -= 1
        at = quote + 1
        if (quote - slash) % 2 == 0:
            return at


def _unique(pairs):
    result = dict(pairs)
    if len(result) != len(pairs):
        raise JsonError("a key occurs twice")
    return result


def _safe_integer(text):
    if text == "-0":
        raise JsonError("a minus before zero")
    if len(text) > 17 or abs(int(text)) > SAFE:
        raise JsonError("an integer beyond 2^53 - 1")
    return int(text)


def _no_float(_text):
    raise JsonError("a number with a fraction or an exponent")


def _finite(text):
    value = float(text)
    if not math.isfinite(value):
        raise JsonError("a number out of range")
    return value


def _no_constant(_text):
    raise JsonError("NaN or Infinity")


def _no_lone_surrogate(value):
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise JsonError("a lone surrogate") from error


def canonical(value, floats=False):
    """The bytes of RFC 8785. Only what was read with `floats` may hold some."""
    if floats:
        return _careful(value).encode("utf-8")
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if _ASTRAL.search(text):
        text = _careful(value)
    return text.encode("utf-8")


def _careful(value):
    if isinstance(value, dict):
        members = ("%s:%s" % (_careful(key), _careful(value[key])) for key in sorted(value, key=utf16))
        return "{%s}" % ",".join(members)
    if isinstance(value, list):
        return "[%s]" % ",".join(_careful(item) for item in value)
    if isinstance(value, float):
        return number_text(value)
    return json.dumps(value, ensure_ascii=False)


def utf16(text):
    """A sort key: order by UTF-16 code units."""
    return text.encode("utf-16-be", "surrogatepass")


def number_text(value):
    """A double as ECMAScript writes it."""
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    leading = len(whole + fraction) - len(digits)
    point = len(whole) + int(exponent or 0) - leading
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    shift = point - 1
    tail = "e%s%d" % ("+" if shift >= 0 else "-", abs(shift))
    return sign + digits[0] + ("." + digits[1:] if count > 1 else "") + tail


def digest(value):
    """Hex SHA-256 of the canonical JSON."""
    return hashlib.sha256(canonical(value)).hexdigest()
