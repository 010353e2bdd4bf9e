"""Evaluates a tree of the profile. Errors are exceptions that the logical operators and macros absorb as CEL does."""

from ..disclosure import Hidden, Withheld
from .parser import paths_of

SAFE = 2**53 - 1
INT64 = 2**63
MAX_ITEMS = 256
MAX_STEPS = 2**21


class CelError(ValueError):
    """An error value: absorbed by `false &&` and `true ||`."""


class CelAbort(ValueError):
    """The condition as a whole is an error: nothing absorbs it."""


def evaluate(tree, data):
    """The value of a condition over `{request, service, model}`. What its text reads is looked at first, reached or not."""
    values = [_at(data, path) for path in paths_of(tree)]
    for value in values:
        if isinstance(value, list) and len(value) > MAX_ITEMS:
            raise CelAbort("a list of over %d items" % MAX_ITEMS)
        if type(value) is int and abs(value) > SAFE:
            raise CelAbort("a number that is no safe integer")
    for value in values:
        if isinstance(value, Hidden):
            raise Withheld(value.path)
    return _Evaluation().value(tree, data)


def _at(value, path):
    for field in path:
        value = value.get(field) if isinstance(value, dict) else None
    return value


class _Evaluation:
    def __init__(self):
        self.steps = 0

    def value(self, tree, scope):
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise CelAbort("too much work")
        return getattr(self, "_" + tree[0])(tree, scope)

    def _value(self, tree, _scope):
        return tree[1]

    def _name(self, tree, scope):
        return scope[tree[1]]

    def _list(self, tree, scope):
        return _uniform([self.value(item, scope) for item in tree[1]])

    def _message(self, tree, scope):
        holder = self.value(tree[1], scope)
        if not isinstance(holder, dict):
            raise CelError("no fields here")
        return holder

    def _has(self, tree, scope):
        member = self._message(tree, scope).get(tree[2])
        if isinstance(member, Hidden):
            raise Withheld(member.path)
        return member is not None

    def _select(self, tree, scope):
        return _read(self._message(tree, scope).get(tree[2]), tree[2])

    def _index(self, tree, scope):
        items, index = self.value(tree[1], scope), self.value(tree[2], scope)
        if not isinstance(items, list) or type(index) is not int or not 0 <= index < len(items):
            raise CelError("no such item")
        return items[index]

    def _not(self, tree, scope):
        return not _bool(self.value(tree[1], scope))

    def _neg(self, tree, scope):
        return _int64(-_int(self.value(tree[1], scope)))

    def _if(self, tree, scope):
        return self.value(tree[2] if _bool(self.value(tree[1], scope)) else tree[3], scope)

    def _op(self, tree, scope):
        _kind, operator, left, right = tree
        if operator == "&&":
            return self._settle((left, right), scope, False)
        if operator == "||":
            return self._settle((left, right), scope, True)
        return _binary(operator, self.value(left, scope), self.value(right, scope))

    def _settle(self, parts, scope, decisive):
        """`&&` and `||`: a decisive part settles it, whatever the others are."""
        failure = None
        for part in parts:
            try:
                if _bool(self.value(part, scope)) == decisive:
                    return decisive
            except CelError as error:
                failure = error
        if failure is not None:
            raise failure
        return not decisive

    def _call(self, tree, scope):
        name, values = tree[1], [self.value(item, scope) for item in tree[2]]
        if name == "size":
            if not isinstance(values[0], (list, str)):
                raise CelError("no size")
            return len(values[0])
        text, part = values
        if not isinstance(text, str) or not isinstance(part, str):
            raise CelError("no text")
        if name == "startsWith":
            return text.startswith(part)
        return text.endswith(part) if name == "endsWith" else part in text

    def _macro(self, tree, scope):
        _kind, name, source, variable, body = tree
        items = self.value(source, scope)
        if not isinstance(items, list):
            raise CelError("no list")
        if name in ("all", "exists"):
            return self._quantify(items, variable, body, scope, name == "exists")
        results = [self.value(body, {**scope, variable: item}) for item in items]
        if name == "map":
            return _uniform(results)
        kept = [item for item, keep in zip(items, results) if _bool(keep)]
        return kept if name == "filter" else len(kept) == 1

    def _quantify(self, items, variable, body, scope, decisive):
        failure = None
        for item in items:
            try:
                if _bool(self.value(body, {**scope, variable: item})) == decisive:
                    return decisive
            except CelError as error:
                failure = error
        if failure is not None:
            raise failure
        return not decisive


def _read(value, name):
    if value is None:
        raise CelError("%s is absent" % name)
    if isinstance(value, Hidden):
        raise Withheld(value.path)
    return value


def _scalar(value):
    return isinstance(value, (int, str))


def _uniform(items):
    """Lists hold ints, texts or bools of one type."""
    if not all(_scalar(item) and type(item) is type(items[0]) for item in items):
        raise CelError("a list of two types")
    return items


def _bool(value):
    if not isinstance(value, bool):
        raise CelError("no bool")
    return value


def _int(value):
    if type(value) is not int:
        raise CelError("no int")
    return value


def _int64(value):
    if not -INT64 <= value < INT64:
        raise CelError("overflow")
    return value


def _equal(left, right):
    if type(left) is not type(right) or isinstance(left, dict):
        raise CelError("values of two types")
    if isinstance(left, list):
        return len(left) == len(right) and all(type(a) is type(b) and a == b for a, b in zip(left, right))
    return left == right


def _binary(operator, left, right):
    if operator in ("==", "!="):
        return _equal(left, right) == (operator == "==")
    if operator == "in":
        if not isinstance(right, list) or not _scalar(left):
            raise CelError("no list, or nothing that one holds")
        return any(type(left) is type(item) and left == item for item in right)
    left, right = _int(left), _int(right)
    if operator in ("<", "<=", ">", ">="):
        return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator]
    return _int64({"+": left + right, "-": left - right, "*": left * right}[operator])
