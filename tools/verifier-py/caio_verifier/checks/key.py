"""Reads an Ed25519 public key: PEM, a signed-note verifier key, hex or base64."""

import base64
import binascii
import re

from ..formats.dsse import decode_base64
from ..formats.signed_note import note_key_id

_SPKI = bytes.fromhex("302a300506032b6570032100")
_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----\s+([A-Za-z0-9+/=\s]+?)\s*-----END PUBLIC KEY-----\s*")
_NOTE = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")


class KeyUnusable(ValueError):
    """The file holds no Ed25519 public key."""


def read_key(data):
    """The 32 bytes."""
    try:
        text = data.decode("ascii").strip()
    except UnicodeDecodeError:
        text = ""
    for read in (_pem, _note, _hex, decode_base64):
        key = read(text)
        if key is not None and len(key) == 32:
            return key
    raise KeyUnusable("the key file holds no Ed25519 public key (PEM, verifier key, hex or base64)")


def read_keys(data):
    """The keys that a reader trusts alike: one in any form, or verifier keys, one a line."""
    lines = [line.strip() for line in data.decode("ascii", "replace").split("\n") if line.strip()]
    keys = [_note(line) for line in lines] if len(lines) > 1 and all(_NOTE.fullmatch(line) for line in lines) else []
    return keys if keys and None not in keys else [read_key(data)]


def _pem(text):
    match = _PEM.fullmatch(text)
    if match is None:
        return None
    try:
        data = base64.b64decode("".join(match.group(1).split()), validate=True)
    except binascii.Error:
        return None
    return data[len(_SPKI) :] if data.startswith(_SPKI) else None


def _note(text):
    match = _NOTE.fullmatch(text)
    data = None if match is None else decode_base64(match.group(3))
    if data is None or data[:1] != b"\x01" or note_key_id(match.group(1), data[1:]).hex() != match.group(2):
        return None
    return data[1:]


def _hex(text):
    return bytes.fromhex(text) if re.fullmatch("[0-9a-f]{64}", text) else None
