"""DSSE envelopes (certificate.md §2)."""

import base64
import binascii
import hashlib

from . import ed25519

PAYLOAD_TYPE = "application/vnd.in-toto+json"


def pae(payload_type, payload):
    """The pre-authentication encoding that is signed."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def decode_base64(text):
    """The bytes of a strict, padded standard base64 text, or None."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (ValueError, binascii.Error, AttributeError):
        return None
    return data if base64.b64encode(data).decode("ascii") == text else None


def key_id(public_key):
    """Hex of H(public key)."""
    return hashlib.sha256(public_key).hexdigest()


def signed_by(envelope, payload, public_key):
    """True if one of the signatures is by this key."""
    message = pae(envelope["payloadType"], payload)
    for signature in envelope["signatures"]:
        data = decode_base64(signature["sig"])
        if signature["keyid"] == key_id(public_key) and data is not None:
            if ed25519.verify(public_key, message, data):
                return True
    return False
