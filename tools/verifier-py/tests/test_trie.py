"""Proofs of tries that are built here, and every way in which they may be bent."""

import random
import unittest

from caio_verifier.formats import trie


class Built:
    """A trie over a map of bytes, as certificate.md §5 describes it."""

    def __init__(self, content):
        self.content = content
        self.keys = sorted(content)

    @staticmethod
    def _bits(key):
        return "".join("{:08b}".format(byte) for byte in key)

    def _common(self, keys):
        first, last = self._bits(keys[0]), self._bits(keys[-1])
        return next((i for i, (a, b) in enumerate(zip(first, last)) if a != b), min(len(first), len(last)))

    def _parts(self, keys):
        size = self._common(keys)
        prefix = self._bits(keys[0])[:size]
        padded = prefix + "0" * (-size % 8)
        data = bytes(int(padded[i : i + 8], 2) for i in range(0, len(padded), 8))
        sides = [[k for k in keys if self._bits(k)[size] == side] for side in "01"]
        return size, prefix, data, sides

    def root(self, keys=None):
        keys = self.keys if keys is None else keys
        if not keys:
            return trie.EMPTY
        if len(keys) == 1:
            return trie.hash_leaf(keys[0], self.content[keys[0]])
        size, _prefix, data, sides = self._parts(keys)
        return trie.hash_branch(size, data, self.root(sides[0]), self.root(sides[1]))

    def proof(self, query, keys=None):
        keys = self.keys if keys is None else keys
        if not keys:
            return []
        if len(keys) == 1:
            return [{"key": keys[0].hex(), "rest": self.content[keys[0]].hex()}]
        size, prefix, data, sides = self._parts(keys)
        nodes = [{"bits": size, "prefix": data.hex()}]
        for side, below in zip("01", sides):
            path, asked = prefix + side, self._bits(query)
            shut = path[: len(asked)] != asked[: len(path)]
            nodes += [{"digest": self.root(below).hex()}] if shut else self.proof(query, below)
        return nodes


def key_of(capability, service):
    return trie.type_prefix(capability) + bytes((0, len(service))) + service.encode()


class Proofs(unittest.TestCase):
    def setUp(self):
        dice = random.Random(7)
        types = ["a", "a.b", "a.b.c", "ab", "b", "b.a"]
        keys = {key_of(dice.choice(types), "s-%d" % dice.randrange(30)) for _ in range(60)}
        self.built = Built({key: dice.randbytes(4) for key in keys})
        self.types = types

    def test_opens_exactly_what_the_query_asks(self):
        for name in [*self.types, "c", "a.x"]:
            query = trie.type_prefix(name)
            root, leaves = trie.open_proof(self.built.proof(query), query)
            self.assertEqual(root, self.built.root())
            found = {key for key, _rest in leaves if key.startswith(query)}
            self.assertEqual(found, {key for key in self.built.keys if key.startswith(query)})

    def test_empty_query_opens_all(self):
        root, leaves = trie.open_proof(self.built.proof(b""), b"")
        self.assertEqual((root, [key for key, _rest in leaves]), (self.built.root(), self.built.keys))

    def test_small_tries(self):
        self.assertEqual(trie.open_proof([], b"x"), (trie.EMPTY, []))
        one = Built({b"\x00\x01a": b"r"})
        self.assertEqual(trie.open_proof(one.proof(b"q"), b"q"), (one.root(), [(b"\x00\x01a", b"r")]))

    def test_every_bend_is_seen(self):
        query = trie.type_prefix("a.b")
        nodes = self.built.proof(query)
        root = self.built.root()
        for at, node in enumerate(nodes):
            bent = [nodes[:at] + nodes[at + 1 :], nodes[:at] + [node] + nodes[at:], nodes[: at + 1], nodes[at + 1 :]]
            bent.append(nodes[:at] + [{"digest": "00" * 32}] + nodes[at + 1 :])
            for name, value in node.items():
                others = [value + 1, value - 1, -1, 70000] if name == "bits" else [value + "00", value[2:], value[:-1], value.upper() + "A", "zz", 1, None]
                bent += [nodes[:at] + [{**node, name: other}] + nodes[at + 1 :] for other in others]
            for other in bent:
                if other == nodes:
                    continue
                try:
                    found = trie.open_proof(other, query)[0] if other else None
                except trie.TrieError:
                    continue
                self.assertNotEqual(found, root)

    def test_hidden_service_is_seen(self):
        """A subtree under the query cannot hide behind a digest, nor may one beside it be opened."""
        query = trie.type_prefix("a")
        with self.assertRaises(trie.TrieError):
            trie.open_proof([{"digest": self.built.root().hex()}], query)
        with self.assertRaises(trie.TrieError):
            trie.open_proof(self.built.proof(trie.type_prefix("b")), query)
        with self.assertRaises(trie.TrieError):
            trie.open_proof(self.built.proof(b""), query)

    def test_padding(self):
        with self.assertRaises(trie.TrieError):
            trie.open_proof([{"bits": 1, "prefix": "40"}, {"key": "00", "rest": ""}, {"key": "40", "rest": ""}], b"")

    def test_deep_proofs_do_not_recurse(self):
        chain = [{"bits": n, "prefix": "00" * ((n + 7) // 8)} for n in range(60000)]
        with self.assertRaises(trie.TrieError):
            trie.open_proof(chain, b"")


class Keys(unittest.TestCase):
    def test_strict(self):
        self.assertEqual(trie.read_registry_key(key_of("a.bc", "s")), ("a.bc", "s"))
        for data in (b"", b"\x00\x01s", b"\x01\x01a", b"\x01\x01a\x00\x00", b"\x01\x00\x00\x01s", b"\x01\x01a\x00\x01st", b"\x01\x02a",
                     b"\x01\x01a\x00\x02s", b"\x01\x01\xff\x00\x01s", b"\x02\x01a\x00\x01s", b"\x01\x03a.b\x00\x01s"):
            with self.assertRaises(trie.TrieError, msg=data):
                trie.read_registry_key(data)

    def test_history(self):
        self.assertEqual(trie.history_key("s", None), b"\x00\x01s\x00")
        self.assertEqual(trie.history_key("s", "m"), b"\x00\x01s\x01m")
        with self.assertRaises(trie.TrieError):
            trie.history_key("s", "")


if __name__ == "__main__":
    unittest.main()
