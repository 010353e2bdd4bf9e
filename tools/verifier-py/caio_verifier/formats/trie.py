"""Proofs of a compressed Merkle radix trie (certificate.md §5)."""

import hashlib
import re

_HEX = re.compile("(?:[0-9a-f]{2})*")
MAX_NODES = 100_000
MAX_BRANCHES = 2048
_SERVICE = re.compile("[a-z0-9][a-z0-9-]{0,62}")
_SEGMENT = re.compile("[a-z0-9][a-z0-9_-]{0,62}")


class TrieError(ValueError):
    """The proof is not one of the strict form."""


def hash_leaf(key, rest):
    return hashlib.sha256(b"\x00" + len(key).to_bytes(2, "big") + key + rest).digest()


def hash_branch(bits, prefix, left, right):
    return hashlib.sha256(b"\x01" + bits.to_bytes(2, "big") + prefix + left + right).digest()


EMPTY = hashlib.sha256(b"\x02").digest()


def open_proof(nodes, query, rest_length=None):
    """(root, [(key, rest)]) of a proof for the bytes `query`: all leaves whose keys may begin with it, in order."""
    if not nodes:
        return EMPTY, []
    if len(nodes) > MAX_NODES:
        raise TrieError("too many nodes")
    reader = _Reader(nodes, query, rest_length)
    root = reader.read()
    return root, reader.leaves


class _Reader:
    def __init__(self, nodes, query, rest_length):
        self.nodes = nodes
        self.rest_length = rest_length
        self.query = int.from_bytes(query, "big")
        self.query_bits = 8 * len(query)
        self.leaves = []

    def _apart(self, path, bits):
        """Whether `path` differs from the query within the length of both."""
        if bits >= self.query_bits:
            return path >> (bits - self.query_bits) != self.query
        return path != self.query >> (self.query_bits - bits)

    def read(self):
        """Pre-order with an explicit stack: a branch waits for its two children."""
        waiting = []
        place = (0, 0, False)
        for position, node in enumerate(self.nodes):
            done = self._node(node, place)
            if isinstance(done, tuple):
                waiting.append([done, []])
                if len(waiting) > MAX_BRANCHES:
                    raise TrieError("too many branches above one another")
            else:
                while waiting:
                    waiting[-1][1].append(done)
                    if len(waiting[-1][1]) < 2:
                        break
                    (bits, prefix, _path), (left, right) = waiting.pop()
                    done = hash_branch(bits, prefix, left, right)
                else:
                    if position != len(self.nodes) - 1:
                        raise TrieError("nodes are left over")
                    return done
            (bits, _prefix, path), children = waiting[-1]
            child = path << 1 | len(children)
            place = (child, bits + 1, self._apart(child, bits + 1))
        raise TrieError("nodes are missing")

    def _node(self, node, place):
        path, bits, shut = place
        keys = set(node)
        if keys == {"digest"}:
            data = _bytes(node["digest"])
            if bits == 0 or not shut or len(data) != 32:
                raise TrieError("a digest stands where the proof must go on")
            return data
        if shut:
            raise TrieError("a subtree is shown that the query excludes")
        if keys == {"key", "rest"}:
            return self._leaf(_bytes(node["key"]), _bytes(node["rest"]), path, bits)
        if keys == {"bits", "prefix"}:
            return self._branch(node["bits"], _bytes(node["prefix"]), path, bits)
        raise TrieError("a node is of no known kind")

    def _leaf(self, key, rest, path, bits):
        size = 8 * len(key)
        if len(key) > 0xFFFF or size < bits or int.from_bytes(key, "big") >> (size - bits) != path:
            raise TrieError("a key does not continue its branch")
        if self.rest_length not in (None, len(rest)):
            raise TrieError("the value of a leaf has another length")
        self.leaves.append((key, rest))
        return hash_leaf(key, rest)

    def _branch(self, size, prefix, path, bits):
        if type(size) is not int or not bits <= size <= 0xFFFF or len(prefix) != (size + 7) // 8:
            raise TrieError("the length of a prefix is wrong")
        padding = 8 * len(prefix) - size
        number = int.from_bytes(prefix, "big")
        if number & ((1 << padding) - 1):
            raise TrieError("padding bits are not zero")
        number >>= padding
        if number >> (size - bits) != path:
            raise TrieError("a prefix does not continue its branch")
        return (size, prefix, number)


def _bytes(text):
    if not isinstance(text, str) or not _HEX.fullmatch(text):
        raise TrieError("not hex")
    return bytes.fromhex(text)


def type_prefix(capability):
    """q of a dotted type: per segment 0x01 ‖ u8 length ‖ UTF-8."""
    result = b""
    for segment in capability.split("."):
        data = segment.encode("utf-8")
        if not 0 < len(data) < 256:
            raise TrieError("a segment is empty or too long")
        result += bytes((1, len(data))) + data
    return result


def read_registry_key(key):
    """(capability, service) of a key, strictly."""
    segments, at = [], 0
    try:
        while key[at] == 1:
            segments.append(_text(key, at + 1))
            at += 2 + key[at + 1]
        if key[at] != 0 or not segments:
            raise TrieError("a key names no capability")
        service = _text(key, at + 1)
        if at + 2 + key[at + 1] != len(key):
            raise TrieError("a key goes on after its service")
    except IndexError as error:
        raise TrieError("a key ends early") from error
    if len(segments) > 8 or not all(map(_SEGMENT.fullmatch, segments)) or not _SERVICE.fullmatch(service):
        raise TrieError("a key of another grammar")
    return ".".join(segments), service


def _text(key, at):
    data = key[at + 1 : at + 1 + key[at]]
    if len(data) != key[at] or not data:
        raise TrieError("a part of a key is empty or ends early")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise TrieError("a part of a key is not UTF-8") from error


def history_key(service, model):
    """0x00 ‖ u8 length ‖ service ‖ u8 length ‖ model (length 0 for none)."""
    s, m = service.encode("utf-8"), (model or "").encode("utf-8")
    if len(s) > 255 or len(m) > 255 or not s or model == "":
        raise TrieError("an id is empty or too long")
    return bytes((0, len(s))) + s + bytes((len(m),)) + m
