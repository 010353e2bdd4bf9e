"""The folder of vectors that others made, named by CAIO_VECTORS."""

import os
import unittest
from pathlib import Path

ROOT = os.environ.get("CAIO_VECTORS") or None
needs_vectors = unittest.skipUnless(ROOT, "NOT RUN: set CAIO_VECTORS to the folder of vectors")


def folder(*names):
    return Path(ROOT, *names)
