"""A small language for the shape of JSON values: each shape is a predicate."""

import re

from ..formats.strict_json import canonical, utf16

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


def matching(pattern):
    """Texts of a grammar."""
    compiled = re.compile(pattern, re.DOTALL)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def short(most, least=0):
    """Texts of so many UTF-16 code units."""
    return lambda value: isinstance(value, str) and least <= len(utf16(value)) // 2 <= most


def items(shape, length=None, most=100_000, least=0):
    return lambda value: isinstance(value, list) and least <= len(value) <= most and (length in (None, len(value))) and all(map(shape, value))


def tuple_of(*shapes):
    """A list of as many members, each of its own shape."""
    return lambda value: isinstance(value, list) and len(value) == len(shapes) and all(shape(item) for shape, item in zip(shapes, value))


def ascending(shape, key, least=0):
    """A list whose keys go up strictly, by UTF-16 code units."""

    def rises(value):
        keys = [utf16(key(item)) for item in value]
        return all(a < b for a, b in zip(keys, keys[1:]))

    return both(items(shape, least=least), rises)


def set_of(shape, least=0):
    """Texts in order, each once."""
    return ascending(shape, lambda item: item, least)


def canonical_set(shape, least=0):
    """Objects in order of their canonical JSON, each once."""
    return ascending(shape, lambda item: canonical(item).decode(), least)


def mapping(shape, key=text):
    return lambda value: isinstance(value, dict) and all(map(key, value)) and all(map(shape, value.values()))


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
