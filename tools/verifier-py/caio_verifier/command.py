"""The command line: exit 0 valid, 1 invalid, 2 unusable, made by an unknown version, or not checked to its end."""

import argparse
import contextlib
import json
import sys

from .checks.bundle import check_bundle
from .checks.certificate import check_certificate
from .checks.key import KeyUnusable, read_keys
from .checks.report import Report
from .formats.signed_note import read_witness
from .formats.strict_json import MAX_BYTES, JsonError, parse
from .plan.choice import check_choice

VALID, INVALID, UNUSABLE = 0, 1, 2


def main(arguments):
    parser = argparse.ArgumentParser(prog="verify.py", description="Checks CAIO bundles from their documents alone.")
    parser.add_argument("file", nargs="+", help="bundles; with --certificate bare material, with --batch one a line; - for the standard input")
    parser.add_argument("--key", help="file of the operator's public key; without it: --certificate or --choice")
    parser.add_argument("--witness", action="append", default=[], help="file with keys of witnesses, one a line, who may have cosigned the checkpoint")
    parser.add_argument("--json", action="store_true", help="the whole report as JSON")
    parser.add_argument("--certificate", action="store_true", help="bare material, without envelope and log")
    parser.add_argument("--choice", action="store_true", help="choices of plans by themselves: {tree, limits, steps: [{offers, ties}], outcome}")
    parser.add_argument("--batch", action="store_true", help="one a line, or one a file where there are several; one verdict a line")
    options = parser.parse_args(arguments)
    if not (options.certificate or options.choice) and options.key is None:
        return _unusable("a bundle is checked against a key: name one with --key")
    try:
        check = _checker(options)
        if options.batch or len(options.file) > 1:
            return _many(options, check)
        with _opened(options.file[0]) as file:
            report = check(file.read(MAX_BYTES + 1))
    except OSError as error:
        return _unusable("cannot read: %s" % error.strerror)
    except KeyUnusable as error:
        return _unusable(str(error))
    _print(report, options.json)
    return _code(report)


def _bare(check):
    """A check of a value as one of its bytes."""

    def checked(data):
        try:
            value = parse(data)
        except JsonError as error:
            report = Report("decision")
            report.add("json", False, "proved", str(error))
            return report
        return check(value)

    return checked


def _checker(options):
    if options.certificate or options.choice:
        return _bare(check_choice if options.choice else check_certificate)
    with open(options.key, "rb") as file:
        keys = read_keys(file.read(65536))
    witnesses = [witness for name in options.witness for witness in _witnesses(name)]
    return lambda data: check_bundle(data, keys, witnesses)


def _witnesses(name):
    with open(name, encoding="utf-8", errors="replace") as file:
        lines = [line.strip() for line in file.read(65536).split("\n")]
    witnesses = [read_witness(line) for line in lines if line != ""]
    if None in witnesses or not witnesses:
        raise KeyUnusable("%s holds no keys of witnesses: name+key id+base64(0x04 and an Ed25519 key), one a line" % name)
    return witnesses


def _opened(name):
    return contextlib.nullcontext(sys.stdin.buffer) if name == "-" else open(name, "rb")


def _texts(options):
    """(name, bytes) of all that is to be checked: lines with --batch, else files."""
    number = 0
    for name in options.file:
        with _opened(name) as file:
            if not options.batch:
                yield name, file.read(MAX_BYTES + 1)
                continue
            while line := file.readline(MAX_BYTES + 2):
                number += 1
                yield number, line


def _many(options, check):
    worst = VALID
    for name, data in _texts(options):
        report = check(data)
        worst = worst if worst == INVALID else _code(report) or worst
        print(json.dumps(_told(report)) if options.json else "%s %s" % (name, _word(report)), flush=True)
    return worst


def _word(report):
    """valid, unknown version, not checked, or invalid with the first that failed."""
    failures = report.failures()
    if failures:
        return "invalid " + json.dumps("%s: %s" % (failures[0]["check"], failures[0]["detail"]))
    return "valid" if report.valid else "not checked" if report.known_version else "unknown version"


def _code(report):
    return VALID if report.valid else INVALID if report.failures() else UNUSABLE


def _told(report):
    return {"valid": report.valid, "knownVersion": report.known_version, "conclusion": report.standing, "checks": report.checks}


def _print(report, as_json):
    if as_json:
        print(json.dumps(_told(report), indent=2))
        return
    for check in report.checks:
        line = "%-4s  %-8s  %s" % (check["verdict"], check["standing"], check["check"])
        print(line + (": " + check["detail"] if check["detail"] else ""))
    word = _word(report) if report.known_version else "unknown version"
    print("%s (%s)" % ("invalid" if report.known_version and report.failures() else word, report.standing))


def _unusable(message):
    print(message, file=sys.stderr)
    return UNUSABLE
