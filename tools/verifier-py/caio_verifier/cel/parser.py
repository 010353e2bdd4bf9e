"""The CEL profile (README of packages/rules): text to a tree of tuples."""

import re

MAX_SOURCE = 4096
MAX_BRACKETS = 32
MAX_PARTS = 512
MAX_LEVELS = 32
MAX_MACROS = 3
SAFE = 2**53 - 1
ROOTS = ("request", "service", "model")
MACROS = ("all", "exists", "exists_one", "filter", "map")
METHODS = {"size": 0, "startsWith": 1, "endsWith": 1, "contains": 1}
KEYWORDS = frozenset(("false", "in", "null", "true"))
RESERVED = frozenset(
    "as break const continue else false for function if import in let loop null package namespace "
    "return true var void while".split()
)

_TOKEN = re.compile(
    r"""[ \t\r\n\f]*(?:(?P<int>[0-9]+(?![A-Za-z0-9_.]))|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"""
    r"""|(?P<text>"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')|(?P<op>&&|\|\||==|!=|<=|>=|[-+*<>!?:.,()\[\]]))"""
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_SIMPLE = {"\\": "\\", "'": "'", '"': '"', "n": "\n", "r": "\r", "t": "\t"}


class CelSyntaxError(ValueError):
    """The condition is outside the profile."""


def parse(source, roots=ROOTS):
    """The tree of a condition that sees `roots`."""
    if len(source.encode("utf-16-le", "surrogatepass")) // 2 > MAX_SOURCE:
        raise CelSyntaxError("too long")
    parser = _Parser(_tokens(source), roots)
    tree = parser.ternary()
    if parser.kind != "end":
        raise CelSyntaxError("text is left over")
    if _levels(tree) > MAX_LEVELS:
        raise CelSyntaxError("too many levels")
    return tree


def _tokens(source):
    result, at, open_brackets = [], 0, 0
    end = len(source.rstrip(" \t\r\n\f"))
    while at < end:
        match = _TOKEN.match(source, at)
        if match is None:
            raise CelSyntaxError("no part of the profile at %d" % at)
        kind = match.lastgroup
        text = match.group(kind)
        if text in ("(", "["):
            open_brackets += 1
            if open_brackets > MAX_BRACKETS:
                raise CelSyntaxError("too many open brackets")
        elif text in (")", "]"):
            open_brackets -= 1
        result.append((kind, text))
        at = match.end()
    result.append(("end", ""))
    return result


def paths_of(tree):
    """Chains of fields that a condition reads by its text, such as ("request", "labels"); `has(x.y)` reads x."""
    found, stack = set(), [tree]
    while stack:
        node = stack.pop()
        path = _path(node)
        if path is not None and len(path) > 1:
            found.add(path)
        for child in node[1:]:
            if isinstance(child, tuple):
                stack.append(child)
            elif isinstance(child, list):
                stack.extend(child)
    return found


def _path(node):
    fields = []
    while node[0] == "select":
        fields.append(node[2])
        node = node[1]
    return (node[1], *reversed(fields)) if node[0] == "name" else None


def _levels(tree):
    """Height of a tree, without recursion."""
    deepest, stack = 0, [(tree, 1)]
    while stack:
        node, level = stack.pop()
        deepest = max(deepest, level)
        for child in node[1:]:
            if isinstance(child, tuple):
                stack.append((child, level + 1))
            elif isinstance(child, list):
                stack.extend((item, level + 1) for item in child)
    return deepest


class _Parser:
    def __init__(self, tokens, roots):
        self.tokens = tokens
        self.at = 0
        self.names = list(roots)
        self.macros = 0
        self.parts = 0
        self.level = 0

    @property
    def kind(self):
        return self.tokens[self.at][0]

    def _is(self, *texts):
        kind, text = self.tokens[self.at]
        return kind in ("op", "name") and text in texts

    def _take(self):
        token = self.tokens[self.at]
        self.at += 1
        return token[1]

    def _expect(self, text):
        if not self._is(text):
            raise CelSyntaxError("expected %s" % text)
        self.at += 1

    def _made(self, *node):
        self.parts += 1
        if self.parts > MAX_PARTS:
            raise CelSyntaxError("too many parts")
        return node

    def ternary(self):
        self.level += 1
        if self.level > 2 * MAX_LEVELS:
            raise CelSyntaxError("too many levels")
        condition = self._left(self._and, "||")
        if self._is("?"):
            self._take()
            yes = self._left(self._and, "||")
            self._expect(":")
            condition = self._made("if", condition, yes, self.ternary())
        self.level -= 1
        return condition

    def _left(self, below, *operators):
        left = below()
        while self._is(*operators):
            operator = self._take()
            left = self._made("op", operator, left, below())
        return left

    def _and(self):
        return self._left(self._relation, "&&")

    def _relation(self):
        return self._left(self._sum, "==", "!=", "<", "<=", ">", ">=", "in")

    def _sum(self):
        return self._left(self._product, "+", "-")

    def _product(self):
        return self._left(self._unary, "*")

    def _unary(self):
        signs = []
        while self._is(signs[0] if signs else "!", signs[0] if signs else "-"):
            signs.append(self._take())
        if len(signs) > MAX_LEVELS:
            raise CelSyntaxError("too many levels")
        tree = self._member()
        for sign in reversed(signs):
            tree = self._made("not" if sign == "!" else "neg", tree)
        return tree

    def _member(self):
        tree = self._primary()
        while self._is(".", "["):
            if self._take() == "[":
                tree = self._made("index", tree, self.ternary())
                self._expect("]")
            elif self.kind != "name" or self.tokens[self.at][1] in KEYWORDS:
                raise CelSyntaxError("expected a field")
            else:
                tree = self._field(tree, self._take())
        return tree

    def _field(self, tree, name):
        if not self._is("("):
            return self._made("select", tree, name)
        self._take()
        if name in MACROS:
            return self._macro(tree, name)
        if name not in METHODS:
            raise CelSyntaxError("%s is no function of the profile" % name)
        arguments = [] if self._is(")") else [self.ternary()]
        self._expect(")")
        if len(arguments) != METHODS[name]:
            raise CelSyntaxError("%s takes another number of arguments" % name)
        return self._made("call", name, [tree, *arguments])

    def _macro(self, tree, name):
        variable = self._take() if self.kind == "name" else ""
        if variable in self.names or variable in RESERVED or variable == "":
            raise CelSyntaxError("a variable is missing or hides another name")
        self._expect(",")
        self.macros += 1
        if self.macros > MAX_MACROS:
            raise CelSyntaxError("too many macros in macros")
        self.names.append(variable)
        body = self.ternary()
        self.names.pop()
        self.macros -= 1
        self._expect(")")
        return self._made("macro", name, tree, variable, body)

    def _primary(self):
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "int":
            if len(text.lstrip("0")) > 16 or int(text) > SAFE:
                raise CelSyntaxError("a number beyond 2^53 - 1")
            return self._made("value", int(text))
        if kind == "text":
            return self._made("value", _unquote(text))
        if text == "(":
            tree = self.ternary()
            self._expect(")")
            return tree
        if text == "[":
            return self._list()
        if kind == "name":
            return self._name(text)
        raise CelSyntaxError("expected a value")

    def _list(self):
        items = []
        while not self._is("]"):
            items.append(self.ternary())
            if not self._is("]"):
                self._expect(",")
                if self._is("]"):
                    raise CelSyntaxError("expected a value")
        self._take()
        return self._made("list", items)

    def _name(self, text):
        if text in ("true", "false"):
            return self._made("value", text == "true")
        if text == "has" and self._is("("):
            self._take()
            tree = self.ternary()
            self._expect(")")
            if tree[0] != "select":
                raise CelSyntaxError("has() asks for a field")
            return self._made("has", tree[1], tree[2])
        if text == "size" and self._is("("):
            self._take()
            tree = self.ternary()
            self._expect(")")
            return self._made("call", "size", [tree])
        if text in RESERVED or text not in self.names:
            raise CelSyntaxError("unknown name")
        return self._made("name", text)


def _unquote(text):
    if text[:1] == text[1:2] == text[2:3]:
        raise CelSyntaxError("a text in three quotes")

    def replace(match):
        mark = match.group(1)
        if mark in _SIMPLE:
            return _SIMPLE[mark]
        code = int(mark[1:], 16) if len(mark) == 5 else 0xD800
        if 0xD800 <= code <= 0xDFFF:
            raise CelSyntaxError("unknown escape")
        return chr(code)

    return _ESCAPE.sub(replace, text[1:-1])
