"""A small language for the shape of JSON values: each shape is a predicate."""

import math
import re
import struct

from ..formats.strict_json import utf16

_HEX64 = re.compile("[0-9a-f]{64}")


def text(value):
    return isinstance(value, str)


def word(value):
    return isinstance(value, str) and value != ""


def flag(value):
    return isinstance(value, bool)


def integer(value):
    return type(value) is int


def count(value):
    return type(value) is int and value >= 0


def positive(value):
    return type(value) is int and value >= 1


def between(low, high):
    return lambda value: type(value) is int and low <= value <= high


def hash64(value):
    return isinstance(value, str) and _HEX64.fullmatch(value) is not None


def exactly(*words):
    return lambda value: any(type(word) is type(value) and word == value for word in words)


def nullable(shape):
    return lambda value: value is None or shape(value)


def either(*shapes):
    return lambda value: any(shape(value) for shape in shapes)


def both(*shapes):
    return lambda value: all(shape(value) for shape in shapes)


def items(shape, length=None, most=100_000):
    return lambda value: isinstance(value, list) and len(value) <= most and (length in (None, len(value))) and all(map(shape, value))


def sorted_set(value):
    """Texts in UTF-16 order, each once."""
    if not isinstance(value, list) or not all(map(text, value)):
        return False
    keys = [utf16(item) for item in value]
    return all(a < b for a, b in zip(keys, keys[1:]))


def mapping(shape):
    return lambda value: isinstance(value, dict) and all(map(shape, value.values()))


def record(shapes, optional=None):
    """An object of exactly these keys; the optional ones may be missing."""
    optional = optional or {}

    def matches(value):
        if not isinstance(value, dict):
            return False
        for name, member in value.items():
            shape = shapes.get(name) or optional.get(name)
            if shape is None or not shape(member):
                return False
        return all(name in value for name in shapes)

    return matches


def doubles(number):
    """Hex of that many finite big-endian doubles."""

    def matches(value):
        if not isinstance(value, str) or len(value) != 16 * number or not re.fullmatch("[0-9a-f]+", value):
            return False
        return all(map(math.isfinite, struct.unpack(">%dd" % number, bytes.fromhex(value))))

    return matches
