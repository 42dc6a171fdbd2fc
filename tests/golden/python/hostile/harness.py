"""Exercises the package through its public API: calls in on standard input, results out on standard output."""

import base64
import gc
import random
import sys
import traceback

from openxapi_hostile import Client, ConfigurationError, DecodeError, SdkError
from openxapi_hostile.catalogue import OPERATIONS, PACKAGE, TYPES, VERSION, codec, decoded, encoded, operation, parse, plain, write


class RefusedError(Exception):
    """The document makes no sense here."""


class Foreground:
    """A client that blocks, asked as the one in the background is."""

    def __init__(self, client):
        self.raw = client.raw
        self.request = client.request
        self.sync_clock = client.sync_clock
        self.close = client.close
        self.client = client

    def items(self, iterate, most):
        return [item for item, _ in zip(iterate(self.client), range(most))]


class Harness:
    """One conversation."""

    def __init__(self):
        self.client = None  # made when it is needed: a description without servers has no client until one is configured
        self.told = None  # what hooks were told since the last answer
        self.options = {"retries": 0, "rate_limits": False}
        self.credentials = (None, None, None)
        self.background = None
        self.error = None  # the last one

    def answer(self, document):
        for name in ("configure", "call", "decode", "iterate", "sync_clock", "request", "show", "memory"):
            if name in document:
                return getattr(self, name)(document[name])
        if "describe" in document:
            described = {"protocol": 2, "language": "python", "package": PACKAGE, "version": VERSION}
            return {"described": {**described, "operations": list(OPERATIONS), "types": list(TYPES)}}
        raise RefusedError(f"nothing known is asked for: {', '.join(document)}")

    def configure(self, settings):
        self.close()
        now, nonce = settings.get("now_ms"), settings.get("nonce")
        options = {"base_url": settings["base_url"], "retries": settings.get("retries") or 0, "rate_limits": settings.get("rate_limits") or False}
        if now is not None:
            options["clock"] = lambda: now
        if nonce is not None:
            options["nonce"] = lambda: nonce
        for name, milliseconds in (("timeout", "timeout_ms"), ("max_wait", "max_wait_ms")):
            if settings.get(milliseconds) is not None:
                options[name] = float(settings[milliseconds]) / 1000
        if settings.get("seed") is not None:
            options["jitter"] = random.Random(settings["seed"]).random
        if settings.get("stream_url") is not None:
            options["stream_url"] = settings["stream_url"]
        self.told = [] if settings.get("hooks") else None
        if self.told is not None:
            options |= {name: self.hook(name) for name in ("on_request", "on_response", "on_retry")}
        self.options = options
        self.credentials = (settings.get("key"), settings.get("secret"), settings.get("passphrase"))
        self.client = self.in_background() if settings.get("asynchronous") else Foreground(Client(*self.credentials, **options))
        return {"configured": {}}

    def hook(self, name):
        def hear(told):
            fields = told._asdict()
            kind = fields.pop("error")
            self.told.append({"hook": name, **fields, "error_kind": kind})

        return hear

    def in_background(self):
        if self.background is None:
            from background import Background  # asyncio is slow to import, and most need it not

            self.background = Background(self.credentials, self.options)
        return self.background

    def close(self):
        for each in {self.client, self.background} - {None}:
            each.close()
        self.client = self.background = None

    def made(self):
        if self.client is None:
            self.client = Foreground(Client(*self.credentials, **self.options))
        return self.client

    def call(self, wanted):
        table, arguments = arguments_of(wanted)
        entry = OPERATIONS[wanted["operation"]]
        reply = self.made().raw(lambda client: getattr(getattr(client, entry.group), entry.method)(**arguments))
        return {"returned": {"status": reply.status, "value": value_of(table, reply)}}

    def iterate(self, wanted):
        _, arguments = arguments_of(wanted)
        entry = OPERATIONS[wanted["operation"]]
        if entry.iterator is None:
            raise RefusedError(f"{wanted['operation']} has no pages")
        items = self.made().items(lambda client: getattr(getattr(client, entry.group), entry.iterator)(**arguments), wanted.get("most", 100))
        return {"iterated": {"items": [plain(item) for item in items]}}

    def sync_clock(self, _):
        return {"synced": {"offset_ms": self.made().sync_clock()}}

    def request(self, wanted):
        query = [(name, value) for name, value in wanted.get("query") or []]
        reply = self.made().request(wanted["method"], wanted["path"], query, wanted.get("body"), signed=wanted.get("signed") or False)
        return {"returned": {"status": reply.status, "value": reply.value, "headers": dict(reply.headers)}}

    def show(self, _):
        client = self.made()
        texts = [*(repr(each) for each in reached(getattr(client, "client", client))), *shown_error(self.error)]
        return {"shown": {"texts": texts}}

    def memory(self, _):
        import tracemalloc  # it slows everything down, so only from here on

        if not tracemalloc.is_tracing():
            tracemalloc.start()
        gc.collect()
        return {"measured": {"bytes": tracemalloc.get_traced_memory()[0]}}

    def decode(self, wanted):
        if wanted["type"] not in TYPES:
            raise RefusedError(f"no type {wanted['type']!r}")
        found = codec(wanted["type"])
        return {"decoded": encoded(found, decoded(found, wanted["value"]))}


def arguments_of(wanted):
    if wanted["operation"] not in OPERATIONS:
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
    return table, arguments


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


def reached(client):
    """Whatever of the package a client leads to, the client first."""
    found, known = [client], {id(client)}
    for each in found:
        slots = [name for kind in type(each).__mro__ for name in getattr(kind, "__slots__", ())]
        inner = [*vars(each).values()] if hasattr(each, "__dict__") else [getattr(each, name, None) for name in slots]
        for one in inner:
            if type(one).__module__.partition(".")[0] == "openxapi_hostile" and id(one) not in known:
                known.add(id(one))
                found.append(one)
    return found


def shown_error(error):
    return [] if error is None else [str(error), repr(error), "".join(traceback.format_exception(error)), repr(vars(error))]


def raised(error):
    described = {"kind": error.kind, "status": getattr(error, "status", None), "code": getattr(error, "code", None), "message": str(error)}
    described |= {"retry_after_ms": error.retry_after_ms, "refusal": error.refusal, "attempts": error.attempts}
    return {"raised": {**described, "may_have_happened": error.may_have_happened, "repeated": error.repeated}}


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
            harness.error = error
            result = raised(error)
        except (RefusedError, KeyError, TypeError, ValueError, AttributeError) as error:
            result = {"refused": {"message": f"{type(error).__name__}: {error}"}}
        if harness.told is not None:
            result["told"] = harness.told[:]
            harness.told.clear()
        print(write({"id": number, **result}), flush=True)
    harness.close()


if __name__ == "__main__":
    main()
