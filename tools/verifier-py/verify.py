"""Checks CAIO bundles: see README.md."""

import sys

from caio_verifier.command import main

sys.exit(main(sys.argv[1:]))
