"""The command line: exit 0 valid, 1 invalid, 2 unusable."""

import argparse
import json
import sys

from .checks.bundle import check_bundle
from .checks.certificate import check_certificate
from .checks.key import KeyUnusable, read_key
from .checks.report import Report
from .formats.strict_json import MAX_BYTES, JsonError, parse

VALID, INVALID, UNUSABLE = 0, 1, 2


def main(arguments):
    parser = argparse.ArgumentParser(prog="verify.py", description="Checks CAIO bundles from their documents alone.")
    parser.add_argument("file", help="a bundle; with --certificate the bare material, with --batch one a line")
    parser.add_argument("--key", help="file of the operator's public key")
    parser.add_argument("--json", action="store_true", help="the whole report as JSON")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--certificate", action="store_true", help="without envelope and log")
    kind.add_argument("--batch", action="store_true", help="bare material, one object a line; prints one verdict a line")
    options = parser.parse_args(arguments)
    try:
        if options.batch:
            return _batch(options)
        with open(options.file, "rb") as file:
            data = file.read(MAX_BYTES + 1)
        if options.certificate:
            report = check_certificate_text(data)
        elif options.key is None:
            return _unusable("a bundle is checked against a key: name one with --key")
        else:
            with open(options.key, "rb") as file:
                report = check_bundle(data, read_key(file.read(65536)))
    except OSError as error:
        return _unusable("cannot read: %s" % error.strerror)
    except KeyUnusable as error:
        return _unusable(str(error))
    _print(report, options.json)
    return VALID if report.valid else INVALID


def check_certificate_text(data):
    """A report on the bytes of bare material."""
    try:
        value = parse(data)
    except JsonError as error:
        report = Report()
        report.add("json", False, "proved", str(error))
        return report
    return check_certificate(value)


def _batch(options):
    worst = VALID
    with open(options.file, "rb") as file:
        for number, line in enumerate(file, 1):
            report = check_certificate_text(line)
            worst = worst if report.valid else INVALID
            if options.json:
                print(json.dumps(_told(report)))
            else:
                print(number, "valid" if report.valid else "invalid " + _first(report))
    return worst


def _first(report):
    failure = report.failures()[0]
    return json.dumps("%s: %s" % (failure["check"], failure["detail"]))


def _told(report):
    return {"valid": report.valid, "standing": report.standing, "checks": report.checks}


def _print(report, as_json):
    if as_json:
        print(json.dumps(_told(report), indent=2))
        return
    for check in report.checks:
        line = "%-4s  %-8s  %s" % (check["verdict"], check["standing"], check["check"])
        print(line + (": " + check["detail"] if check["detail"] else ""))
    print("%s (%s)" % ("valid" if report.valid else "invalid", report.standing))


def _unusable(message):
    print(message, file=sys.stderr)
    return UNUSABLE
