"""What the formats and media types of /openapi.json hold, for those that Schemathesis cannot know."""
import struct
import zoneinfo

import schemathesis
from hypothesis import strategies

# Names of the tz database that every edition has.
schemathesis.openapi.format(
    "iana-time-zone",
    strategies.sampled_from(sorted(name for name in zoneinfo.available_timezones() if name.startswith("Europe/"))),
)


def sides():
    """Width and height of which none is more than five times the other."""
    return strategies.integers(1, 5000).flatmap(
        lambda width: strategies.tuples(strategies.just(width), strategies.integers(-(-width // 5), min(width * 5, 65535)))
    )


def png(size, rest):
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", *size, 8, 2, 0, 0, 0) + rest


def jpeg(size, rest):
    width, height = size
    return b"\xff\xd8\xff\xc0" + struct.pack(">HBHHBBBB", 11, 8, height, width, 1, 1, 0x11, 0) + rest


rest = strategies.binary(min_size=4, max_size=512)
schemathesis.openapi.media_type("image/png", strategies.builds(png, sides(), rest))
schemathesis.openapi.media_type("image/jpeg", strategies.builds(jpeg, sides(), rest))

# Expressions that the grammars of contract sections 17.7 and 17.8 take: random texts would all be refused alike.
FILTERS = [
    "status eq 'Active'", "contains(displayName,'bridge') and not (latitude gt 50)", "type ne null or number eq 'PH-7'",
    "subClass in ('Asset','Project')", "createdDateTime ge 2024-01-01T00:00:00Z", "startswith(number,'B')",
]
ORDERS = ["displayName", "number desc", "status asc,displayName", "latitude desc,createdDateTime", "type"]


@schemathesis.hook
def map_query(context, query):
    """Puts an expression in the place of three of four random texts."""
    for name, expressions in (("$filter", FILTERS), ("$orderby", ORDERS)):
        text = (query or {}).get(name)
        if isinstance(text, str) and text and len(text) % 4:
            query[name] = expressions[len(text) % len(expressions)]
    return query


@schemathesis.hook
def map_body(context, body):
    """Takes percent signs out of the ids of new resources: Schemathesis does not encode them when it goes on with the id."""
    operation = context.operation.definition.raw.get("operationId") if context.operation else None
    if operation == "create-repository-resource" and isinstance(body, dict) and isinstance(body.get("id"), str):
        body["id"] = body["id"].replace("%", "")
    return body
