"""C2SP signed notes, and the checkpoint that one holds (certificate.md §7)."""

import hashlib
import re
from collections import namedtuple

from . import ed25519
from .characters import CONTROL, SPACE
from .dsse import decode_base64

Checkpoint = namedtuple("Checkpoint", "origin size root")

_NAME = re.compile("[^+%s%s]+" % (CONTROL, SPACE))
_SIGNATURE = re.compile("\u2014 ([^ ]+) ([A-Za-z0-9+/=]+)")
_LENGTH = 4 + 64
"""Bytes of a key id and an Ed25519 signature."""
_SIZE = re.compile("0|[1-9][0-9]{0,15}")


class NoteError(ValueError):
    """The text is no checkpoint of this key."""


class Unsigned(NoteError):
    """The key has not signed it."""


def note_key_id(name, public_key):
    """The first four bytes of H(name ‖ 0x0A ‖ 0x01 ‖ public key)."""
    return hashlib.sha256(name.encode("utf-8") + b"\n\x01" + public_key).digest()[:4]


Witness = namedtuple("Witness", "name key_id key")
"""Who may cosign checkpoints (C2SP tlog-cosignature, Ed25519)."""


def read_witness(text):
    """The witness of `name+key id+base64(0x04 ‖ key)`, or None."""
    match = re.fullmatch(r"([^+\s]{1,256})\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{1,64})", text.strip())
    typed = None if match is None else decode_base64(match.group(3))
    if typed is None or len(typed) != 33 or typed[0] != 4:
        return None
    key_id = hashlib.sha256(match.group(1).encode("utf-8") + b"\n" + typed).digest()[:4]
    return Witness(match.group(1), key_id, typed[1:]) if key_id.hex() == match.group(2) else None


def witnessed(text, witness):
    """Seconds of the witness's latest word on a checkpoint that was opened, None if there is none. NoteError if one does not hold."""
    end = text.rfind("\n\n")
    body, latest = text[: end + 1], None
    for line in text[end + 2 : -1].split("\n"):
        match = _SIGNATURE.fullmatch(line)
        data = None if match is None else decode_base64(match.group(2))
        if data is None or match.group(1) != witness.name or data[:4] != witness.key_id:
            continue
        seconds = int.from_bytes(data[4:12], "big")
        message = b"cosignature/v1\ntime %d\n" % seconds + body.encode("utf-8")
        if len(data) != _LENGTH + 8 or seconds >= 2**53 or not ed25519.verify(witness.key, message, data[12:]):
            raise NoteError("its cosignature does not hold")
        latest = max(seconds, latest or 0)
    return latest


def open_checkpoint(text, public_key):
    """The checkpoint of a note that `public_key` signed in the name of the log itself."""
    if len(text.encode("utf-16-le", "surrogatepass")) > 2 * 16384:
        raise NoteError("the note is too long")
    end = text.rfind("\n\n")
    if end < 0 or not text.endswith("\n"):
        raise NoteError("a note is a text, an empty line and signature lines")
    body, lines = text[: end + 1], text[end + 2 : -1].split("\n")
    checkpoint = _read(body)
    signed = 0
    for line in lines:
        match = _SIGNATURE.fullmatch(line)
        data = None if match is None else decode_base64(match.group(2))
        if data is None or len(data) < 5 or not _NAME.fullmatch(match.group(1)):
            raise NoteError("a signature line is malformed")
        name = match.group(1)
        if name == checkpoint.origin and data[:4] == note_key_id(name, public_key):
            if len(data) != _LENGTH:
                raise NoteError("the signature has %d bytes, key id and all, not %d" % (len(data), _LENGTH))
            if not ed25519.verify(public_key, body.encode("utf-8"), data[4:]):
                raise NoteError("the signature does not match")
            signed += 1
    if signed == 0:
        raise Unsigned("no signature is by the key given, in the name of the log")
    if signed != 1:
        raise NoteError("%d signatures are by the key given, in the name of the log" % signed)
    return checkpoint


def open_checkpoint_by(text, public_keys):
    """As `open_checkpoint`, by keys that are trusted alike: one of them must have signed, and whatever one of them has signed must hold."""
    opened, unsigned = None, None
    for key in public_keys:
        try:
            opened = open_checkpoint(text, key)
        except Unsigned as error:
            unsigned = error
    if opened is None:
        raise unsigned or NoteError("no key was given")
    return opened


def _read(body):
    lines = body.split("\n")
    if len(lines) != 4:
        raise NoteError("a checkpoint has three lines")
    if not _NAME.fullmatch(lines[0]):
        raise NoteError("the origin is empty or has white space, a control character or a plus")
    root = decode_base64(lines[2])
    if not _SIZE.fullmatch(lines[1]) or int(lines[1]) >= 2**53 or root is None or len(root) != 32:
        raise NoteError("the size or the root is malformed")
    return Checkpoint(lines[0], int(lines[1]), root)
