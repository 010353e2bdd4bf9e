"""JSON, Merkle trees, signatures and envelopes against the vectors of others."""

import base64
import hashlib
import json
import time
import unittest

from caio_verifier.formats import ed25519, merkle_log
from caio_verifier.formats.dsse import decode_base64, pae
from caio_verifier.formats.strict_json import MAX_VALUES, JsonError, TooManyValues, canonical, digest, number_text, parse

from caio_verifier.formats.signed_note import NoteError, note_key_id, open_checkpoint

from . import operator
from .vectors import folder, needs_vectors


class StrictJson(unittest.TestCase):
    def test_refuses(self):
        for text in (
            b'{"a":1,"a":2}', b'{"a":{"b":1,"\\u0062":2}}', b"1.5", b"1e3", b"9007199254740992", b"-9007199254740992", b'"\\ud800"',
            b'{"\\udc00":1}', b"NaN", b"Infinity", b"01", b"[1,]", b"", b"{", b"\xff", b"\xef\xbb\xbf1", b"1 2", b"'a'", b'"\x01"',
            b"[" * 65 + b"]" * 65, b"[" * 100000, b'"' + b"\\" * 99999, b"9" * 5000, b"\xed\xa0\x80",
        ):
            with self.assertRaises(JsonError, msg=text[:40]):
                parse(text)

    def test_reads(self):
        self.assertEqual(parse(b' {"a": [1, -2, true, null, "\\ud83d\\ude00"]} '), {"a": [1, -2, True, None, "\U0001f600"]})
        self.assertEqual(parse(b"9007199254740991"), 9007199254740991)
        self.assertEqual(len(parse(b"[" * 64 + b"]" * 64)), 1)

    def test_quotes_that_never_end(self):
        """Many escaped quotes without an end take a moment, whatever stands before them."""
        begun = time.process_time()
        for text in (b'"' + b'\\"' * 1_000_000, b'["a",' + b'"\\"' * 300_000, b'"' + b"\\" * 2_000_001 + b'"', b"{" + b'"\\\\' * 300_001):
            with self.assertRaises(JsonError):
                parse(text)
        self.assertLess(time.process_time() - begun, 10)

    def test_marks_in_strings_are_no_marks(self):
        deep = "[" * 100 + '"' + "\\" + "{" * 100
        self.assertEqual(parse(json.dumps([deep, {deep: 1}])), [deep, {deep: 1}])
        self.assertEqual(parse(b'["\\\\","\\\\\\"["]'), ["\\", '\\"['])

    def test_number_of_values(self):
        """Lists, objects, scalars and keys count, each one."""
        self.assertEqual(len(parse(b"[" + b"1," * (MAX_VALUES - 2) + b"1]")), MAX_VALUES - 1)
        self.assertEqual(len(parse(b"[" + b'{"a":1},' * 333_332 + b'"",[]]')), 333_334)
        for text in (b"[" + b"1," * (MAX_VALUES - 1) + b"1]", b"[" + b'{"a":1},' * 333_333 + b"1]", b"[" + b"[]," * MAX_VALUES + b"1]", b'[' + b'"",' * MAX_VALUES + b"1]"):
            with self.assertRaises(TooManyValues):
                parse(text)

    def test_size_limit(self):
        with self.assertRaises(JsonError):
            parse(b'"aaaa"', max_bytes=5)

    def test_order_is_utf16(self):
        self.assertEqual(canonical({"\ufb33": 1, "\U0001f600": 2}), '{"\U0001f600":2,"\ufb33":1}'.encode())

    def test_escapes(self):
        self.assertEqual(canonical('\x00\x1f\n"\\/\x7f\u2028'), '"\\u0000\\u001f\\n\\"\\\\/\x7f\u2028"'.encode())

    def test_numbers(self):
        cases = {1e21: "1e+21", 1e20: "100000000000000000000", 1e-7: "1e-7", 1e-6: "0.000001", 333333333.33333329: "333333333.3333333",
                 4.5: "4.5", -0.0: "0", 2e-3: "0.002", 1.7976931348623157e308: "1.7976931348623157e+308", 5e-324: "5e-324"}
        for value, text in cases.items():
            self.assertEqual(number_text(value), text)

    def test_digest(self):
        self.assertEqual(digest({}), "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")

    @needs_vectors
    def test_jcs_vectors(self):
        names = sorted(path.name for path in folder("jcs", "input").glob("*.json"))
        self.assertGreater(len(names), 5)
        for name in names:
            value = parse(folder("jcs", "input", name).read_bytes(), floats=True)
            self.assertEqual(canonical(value, floats=True), folder("jcs", "output", name).read_bytes().rstrip(b"\n"), name)


class Merkle(unittest.TestCase):
    @needs_vectors
    def test_rfc6962_vectors(self):
        seen = 0
        for path in folder("rfc6962").rglob("*.json"):
            case = json.loads(path.read_text())
            proof = [base64.b64decode(each) for each in case["proof"] or ()]
            data = lambda name: base64.b64decode(case[name] or "")
            if "leafIdx" in case:
                holds = merkle_log.includes(data("leafHash"), case["leafIdx"], case["treeSize"], proof, data("root"))
            elif case["size1"] == 0:
                continue  # a proof from the empty tree says nothing and is no part of a bundle
            else:
                holds = merkle_log.consistent(case["size1"], case["size2"], proof, data("root1"), data("root2"))
            seen += 1
            self.assertEqual(holds, not case["wantErr"], str(path))
        self.assertGreater(seen, 180)


class Signatures(unittest.TestCase):
    def test_rfc8032_first(self):
        key = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
        signature = bytes.fromhex(
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        )
        self.assertTrue(ed25519.verify(key, b"", signature))
        self.assertFalse(ed25519.verify(key, b"x", signature))
        self.assertFalse(ed25519.verify(key, b"", signature[:63]))
        self.assertFalse(ed25519.verify(key[:31], b"", signature))

    @needs_vectors
    def test_wycheproof(self):
        seen = 0
        for path in folder("ed25519").glob("*.json"):
            for group in json.loads(path.read_text())["testGroups"]:
                key = bytes.fromhex(group["publicKey"]["pk"])
                for test in group["tests"]:
                    holds = ed25519.verify(key, bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"]))
                    self.assertEqual(holds, test["result"] == "valid", test["tcId"])
                    seen += 1
        self.assertGreater(seen, 150)


class Notes(unittest.TestCase):
    """Names and lines of a checkpoint."""

    BODY = "%s\n7\n%s\n" % (operator.ORIGIN, base64.b64encode(bytes(32)).decode())

    def line(self, name, data):
        return "\u2014 %s %s\n" % (name, base64.b64encode(data).decode())

    def own(self, body, name):
        return self.line(name, note_key_id(name, operator.PUBLIC) + operator.sign(body.encode()))

    def test_honest(self):
        for name in ("witness", "w\u200b\u00e9\U0001f600", operator.ORIGIN):
            text = self.BODY + "\n" + self.line(name, bytes(9)) + self.own(self.BODY, operator.ORIGIN)
            self.assertEqual(open_checkpoint(text, operator.PUBLIC).size, 7)

    def test_names(self):
        """No white space of wire-forms.md, no control character and no plus: neither in the origin nor in a witness."""
        marks = [*"\t\x0b\x0c\r \u00a0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000\ufeff+", *"\x00\x01\x1b\x1c\x1d\x1e\x1f\x7f\x80\x85\x9f"]
        for mark in marks:
            for name in ("a" + mark, mark + "a", "a%sb" % mark):
                with self.assertRaisesRegex(NoteError, "malformed", msg=ascii(name)):
                    open_checkpoint(self.BODY + "\n" + self.line(name, bytes(9)) + self.own(self.BODY, operator.ORIGIN), operator.PUBLIC)
                body = self.BODY.replace(operator.ORIGIN, name)
                with self.assertRaisesRegex(NoteError, "origin", msg=ascii(name)):
                    open_checkpoint(body + "\n" + self.line(name, hashlib.sha256(b"").digest()), operator.PUBLIC)
        self.assertRaises(NoteError, open_checkpoint, self.BODY + "\n" + self.line("", bytes(9)), operator.PUBLIC)

    def test_length_of_our_line(self):
        """A line of our name and key id is ours: beside an honest one too it may not be shorter or longer."""
        ours = note_key_id(operator.ORIGIN, operator.PUBLIC)
        signature = operator.sign(self.BODY.encode())
        for data in (ours + signature[:-1], ours + signature + b"\0", ours + b"\0"):
            for lines in (self.line(operator.ORIGIN, data) + self.own(self.BODY, operator.ORIGIN), self.own(self.BODY, operator.ORIGIN) + self.line(operator.ORIGIN, data)):
                with self.assertRaisesRegex(NoteError, "bytes"):
                    open_checkpoint(self.BODY + "\n" + lines, operator.PUBLIC)


class Envelopes(unittest.TestCase):
    def test_base64_is_strict(self):
        self.assertEqual(decode_base64("aGk="), b"hi")
        for text in ("aGk", "aGk=\n", "aG k=", "aGl=", "aGk-", "====", None, 3):
            self.assertIsNone(decode_base64(text))

    @needs_vectors
    def test_dsse_vector(self):
        vector = json.loads(folder("dsse", "protocol-vector.json").read_text())
        self.assertEqual(pae(vector["payloadType"], vector["payload"].encode()), vector["pae"].encode())


if __name__ == "__main__":
    unittest.main()
