"""Times as receipts write them."""

from datetime import datetime, timedelta, timezone


def timestamp(now):
    """RFC 3339 with milliseconds in UTC; None for a time that no calendar has."""
    try:
        moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=now)
    except OverflowError:
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%S.").zfill(20) + "%03dZ" % (now % 1000)
