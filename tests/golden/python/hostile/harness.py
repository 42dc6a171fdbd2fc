"""Exercises the package through its public API: calls in on standard input, results out on standard output."""

import base64
import random
import sys

from openxapi_hostile import ApiError, Client, ConfigurationError, DecodeError, SdkError
from openxapi_hostile.catalogue import OPERATIONS, PACKAGE, TYPES, VERSION, codec, decoded, encoded, operation, parse, write


class RefusedError(Exception):
    """The document makes no sense here."""


class Harness:
    """One conversation."""

    def __init__(self):
        self.client = None  # made when it is needed: a description without servers has no client until one is configured

    def answer(self, document):
        if "describe" in document:
            described = {"protocol": 1, "language": "python", "package": PACKAGE, "version": VERSION}
            return {"described": {**described, "operations": list(OPERATIONS), "types": list(TYPES)}}
        if "configure" in document:
            return self.configure(document["configure"])
        if "call" in document:
            return self.call(document["call"])
        if "decode" in document:
            return self.decode(document["decode"])
        raise RefusedError("expected describe, configure, call or decode")

    def configure(self, settings):
        if self.client is not None:
            self.client.close()
        now, nonce = settings.get("now_ms"), settings.get("nonce")
        options = {"retries": settings.get("retries") or 0, "rate_limits": settings.get("rate_limits") or False}
        if settings.get("max_wait_ms") is not None:
            options["max_wait"] = settings["max_wait_ms"] / 1000
        if settings.get("seed") is not None:
            options["jitter"] = random.Random(settings["seed"]).random
        if now is not None:
            options["clock"] = lambda: now
        if nonce is not None:
            options["nonce"] = lambda: nonce
        if settings.get("timeout_ms") is not None:
            options["timeout"] = settings["timeout_ms"] / 1000
        self.client = Client(
            settings.get("key"), settings.get("secret"), settings.get("passphrase"), base_url=settings["base_url"], **options
        )
        return {"configured": {}}

    def call(self, wanted):
        entry = OPERATIONS.get(wanted["operation"])
        if entry is None:
            raise RefusedError(f"no operation {wanted['operation']!r}")
        table = operation(wanted["operation"])
        given = {(place, name): value for place in ("path", "query", "header", "cookie") for name, value in wanted.get(place, {}).items()}
        arguments = {}
        for parameter in table.parameters:
            if (parameter.location, parameter.wire) in given:
                arguments[parameter.name] = argument(parameter.codec, given.pop((parameter.location, parameter.wire)))
        if given:
            raise RefusedError(f"{wanted['operation']} has no parameter {sorted(given)}")
        if "body" in wanted:
            if table.body is None:
                raise RefusedError(f"{wanted['operation']} has no body")
            arguments["body"] = body_of(table.body, wanted["body"])
        missing = [each.name for each in table.parameters if each.required and each.name not in arguments]
        if table.body is not None and table.body.required and "body" not in arguments:
            missing.append("body")
        if missing:
            raise ConfigurationError(f"{wanted['operation']} needs {', '.join(missing)}")
        if self.client is None:
            self.client = Client()
        reply = self.client.raw(lambda client: getattr(getattr(client, entry.group), entry.method)(**arguments))
        return {"returned": {"status": reply.status, "value": value_of(table, reply)}}

    def decode(self, wanted):
        if wanted["type"] not in TYPES:
            raise RefusedError(f"no type {wanted['type']!r}")
        found = codec(wanted["type"])
        return {"decoded": encoded(found, decoded(found, wanted["value"]))}


def body_of(described, value):
    if described.encoding == "binary":
        return base64.b64decode(value["base64"]) if isinstance(value, dict) else value.encode()
    return argument(described.codec, value)


def argument(found, value):
    try:
        return decoded(found, value)
    except DecodeError as error:
        raise RefusedError(f"wrong argument: {error}") from error


def value_of(table, reply):
    if reply.value is None:
        return None
    if isinstance(reply.value, bytes):
        return {"base64": base64.b64encode(reply.value).decode()}
    return encoded(reply.codec, reply.value)


def raised(error):
    described = {"kind": error.kind, "status": None, "code": None, "message": str(error), "retry_after_ms": None}
    if isinstance(error, ApiError):
        described.update(status=error.status, code=error.code, retry_after_ms=error.retry_after_ms)
    if isinstance(error, DecodeError):
        described.update(status=error.status)
    return {"raised": described}


def main():
    sys.stdin.reconfigure(encoding="utf-8")
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    harness = Harness()
    for line in sys.stdin:
        if not line.strip():
            continue
        number = None
        try:
            document = parse(line)
            number = document.get("id")
            result = harness.answer(document)
        except SdkError as error:
            result = raised(error)
        except (RefusedError, KeyError, TypeError, ValueError, AttributeError) as error:
            result = {"refused": {"message": f"{type(error).__name__}: {error}"}}
        print(write({"id": number, **result}), flush=True)


if __name__ == "__main__":
    main()
