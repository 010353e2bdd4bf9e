import unittest

from caio_verifier.cel.evaluator import CelAbort, CelError, evaluate
from caio_verifier.cel.parser import CelSyntaxError, parse
from caio_verifier.disclosure import Hidden, Withheld

DATA = {
    "request": {"labels": ["a", "b"], "size": {"bytes": 3}, "many": ["x"] * 257, "secret": Hidden("secret")},
    "service": {"privacy": {"regions": ["eu", "us"], "encryption": True}, "name": "caf\u00e9 \U0001f600"},
    "model": {},
}


def run(source):
    return evaluate(parse(source), DATA)


class Values(unittest.TestCase):
    def test_true(self):
        for source in (
            '"a" in request.labels', 'size(service.name) == 6', 'service.name.endsWith("\U0001f600")',
            'request.labels.all(l, l != "c")', 'request.labels.exists_one(l, l == "a")',
            'request.labels.filter(l, l == "a") == ["a"]', 'request.labels.map(l, size(l)) == [1, 1]',
            'request.size.bytes * 2 - 1 == 5', '!has(request.size.input_tokens)', 'true ? true : 1 == 2',
            '-3 < 2 && !(1 >= 2)', "'\\u00e9' == 'é'",
            'request.labels[1] == "b"', "00000000000000000012 == 12", "!!true", "--1 == 1", "has(request.for) == false", '"x\\n" == \'x\\n\'', '[] == []', '[1, 2] != [1, 3]',
        ):
            self.assertIs(run(source), True, source)

    def test_absorption(self):
        self.assertIs(run("false && request.size.input_tokens > 1"), False)
        self.assertIs(run("request.size.input_tokens > 1 && false"), False)
        self.assertIs(run("request.size.input_tokens > 1 || true"), True)
        self.assertIs(run('request.labels.exists(l, l == "b" || request.x == 1)'), True)
        self.assertIs(run('request.labels.all(l, l == "b" && request.x == 1)'), False)

    def test_errors(self):
        for source in (
            "request.size.input_tokens > 1", "true && request.x == 1", "has(request.x.y)", "request.labels[2] == \"a\"",
            "9007199254740991 * 9007199254740991 > 0", "1 == true", "!1", "request.labels.exists_one(l, l == \"a\" || request.x == 1)",
            "1 && true", "model.id == \"a\"", "-(-9007199254740991 * 1024) - 9007199254740991 * 1 + 9007199254740991 * 1024 > 0",
        ):
            with self.assertRaises(CelError, msg=source):
                run(source)

    def test_long_list_fails_the_whole(self):
        with self.assertRaises(CelAbort):
            run('"y" in request.many || true')
        with self.assertRaises(CelAbort):
            run('true || "y" in request.many')
        self.assertIs(run("has(request.many)"), True)

    def test_withheld_is_what_the_text_reads(self):
        for source in ("request.secret == 1 && false", "true || request.secret == 1", "has(request.secret) || request.x == 1"):
            with self.assertRaises(Withheld):
                run(source)
        self.assertIs(run("false && has(request.secret)"), False)

    def test_lists_are_of_one_type(self):
        for source in ('size([1, "a"]) == 2', 'size([[1]]) == 1', "size(request.labels.map(l, request.labels)) > 0", "request.labels in request.labels"):
            with self.assertRaises(CelError, msg=source):
                run(source)
        self.assertIs(run('[1] == ["a"]'), False)


class Profile(unittest.TestCase):
    def test_out(self):
        for source in (
            "", "1 / 2", "1.5 > 1", "1e3 > 1", "null == null", 'r"a" == "a"', "matches", "request.labels.matches(\"a\")",
            "{}", "true // c", '"a\\x41" == "a"', '"\\ud800" == "a"', '"""a""" == "a"', "[1,]", "other.x == 1",
            "request.labels.all(request, true)", "request.labels.map(a, true, a)", "9007199254740992 > 1", "0x10 > 1", "1u > 0",
            "has(request)", "request.in == 1", "!-1 == 1", "-!true", "request.false", ".request", "true in[true]x", "x = 1", "1in [1]", "(" * 33 + "true" + ")" * 33, "!" * 40 + "true", " " * 5000, "true &&", "b'a'",
        ):
            with self.assertRaises(CelSyntaxError, msg=source):
                parse(source)

    def test_macros_in_macros(self):
        three = "request.labels.all(a, request.labels.all(b, request.labels.all(c, true)))"
        self.assertIs(run(three), True)
        with self.assertRaises(CelSyntaxError):
            parse("request.labels.all(z, %s)" % three)


if __name__ == "__main__":
    unittest.main()
