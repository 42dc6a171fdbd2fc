"""The harness program (sdkgen/HARNESS.md, protocol 3) for binance-sdk-spot, Binance's own generated SDK."""

import inspect
import json
import logging
import re
import sys
import types
import typing
from decimal import Decimal
from enum import Enum

from binance_common.configuration import ConfigurationRestAPI
from binance_common.errors import (
    BadRequestError,
    ClientError,
    Error,
    ForbiddenError,
    NetworkError,
    NotFoundError,
    RateLimitBanError,
    RequiredError,
    ServerError,
    TooManyRequestsError,
    UnauthorizedError,
)
from binance_sdk_spot.spot import Spot
from operations import EXAMPLES, METHODS
from pydantic import BaseModel
from streams import Streams

KINDS = {
    BadRequestError: ("bad_request", 400),
    UnauthorizedError: ("authentication", 401),
    ForbiddenError: ("permission_denied", 403),
    NotFoundError: ("not_found", 404),
    TooManyRequestsError: ("rate_limit", 429),
    RateLimitBanError: ("rate_limit", 418),
}
"""Each of its errors stands for one status."""

KEPT = "additional_properties"
FILLED_BY_THE_SDK = {"timestamp", "signature"}


class Refused(Exception):
    """The SDK has no such thing."""


def described():
    """All operations of its REST client."""
    named = {"protocol": 3, "language": "python", "package": "binance-sdk-spot", "version": "13.2.0"}
    return named | {
        "operations": sorted(METHODS),
        "types": [],
        "capabilities": ["base_path", "timeout", "log", "streams"],
        "examples": EXAMPLES,
    }


def configured(settings):
    """A client with the SDK's own number of repetitions; only the pauses between them are shorter, for our patience."""
    if settings.get("log"):
        logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    configuration = ConfigurationRestAPI(
        api_key=settings["key"],
        api_secret=settings["secret"],
        base_path=settings["base_url"],
        timeout=settings["timeout_ms"],
        backoff=10,
    )
    return Spot(config_rest_api=configuration).rest_api


def snake(name):
    """As the SDK names arguments."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def typed(value, annotation):
    """A value as the method's signature declares it."""
    if typing.get_origin(annotation) in {typing.Union, types.UnionType}:
        kinds = [each for each in typing.get_args(annotation) if each is not type(None)]
        return typed(value, kinds[0]) if kinds else value
    if inspect.isclass(annotation) and issubclass(annotation, Enum):
        try:
            return annotation(value)
        except ValueError as error:
            raise Refused(f"{value!r} is none of {annotation.__name__}") from error
    if annotation in {int, float, str} and not isinstance(value, bool | list | dict):
        try:
            return annotation(value)
        except ValueError as error:
            raise Refused(f"{value!r} is no {annotation.__name__}, which the signature asks for") from error
    return value


def called(client, call):
    """One method, arguments by their declared types."""
    if call["operation"] not in METHODS:
        raise Refused(f"no method for {call['operation']}")
    method = getattr(client, METHODS[call["operation"]])
    hints = typing.get_type_hints(method)
    given = {**(call.get("path") or {}), **(call.get("query") or {}), **(call.get("body") or {})}
    arguments = {}
    for name, value in given.items():
        if name in FILLED_BY_THE_SDK:
            continue
        if snake(name) not in hints:
            raise Refused(f"{method.__name__} has no argument {snake(name)}")
        arguments[snake(name)] = typed(value, hints[snake(name)])
    answer = method(**arguments)
    return {"status": answer.status, "value": plain(answer.data())}


def plain(value):
    """What the user holds, by the names on the wire: a model's fields, and beside them what it keeps of fields that it does not know."""
    if isinstance(value, BaseModel):
        if getattr(value, "actual_instance", None) is not None:
            return plain(value.actual_instance)
        fields = {info.alias or name: getattr(value, name) for name, info in type(value).model_fields.items() if name != KEPT}
        return plain({name: held for name, held in fields.items() if held is not None} | (getattr(value, KEPT, None) or {}))
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


def raised(error):
    """Its errors by their classes; what is none of them is unexpected."""
    kind, status = KINDS.get(type(error), ("unexpected", None))
    after = getattr(error, "retry_after", None)
    if isinstance(error, NetworkError):
        kind = "timeout" if "timed out" in str(error) else "transport"
    elif isinstance(error, ServerError):
        kind, status = "server", error.status_code
    elif isinstance(error, RequiredError):
        kind = "configuration"
    elif isinstance(error, ClientError):
        kind = "api"
    elif isinstance(error, json.JSONDecodeError):
        kind = "decode"
    elif isinstance(error, Error) and kind == "unexpected":
        kind = "api"
    found = {
        "kind": kind,
        "status": status,
        "code": str(getattr(error, "status_code", None)),
        "message": f"{type(error).__name__}: {error}",
    }
    found["retry_after_ms"] = int(after) * 1000 if after else None
    return found | {"refusal": None, "attempts": 1, "may_have_happened": True, "repeated": False}


def subscribed(streams, asked):
    """Of the streams that it has, this adapter maps the changes of books."""
    opened = streams.subscribe(asked)
    return {"refused": {"message": "this adapter hears changes of books only"}} if opened is None else {"subscribed": opened}


def main():
    """Answer line by line."""
    client = streams = None
    for line in sys.stdin.buffer:
        document = json.loads(line, parse_float=Decimal)
        answer = {"id": document["id"]}
        try:
            match document:
                case {"describe": _}:
                    answer["described"] = described()
                case {"configure": settings}:
                    client, streams = configured(settings), None
                    stream_url = settings.get("stream_url")
                    answer["configured"] = {}
                case {"call": call}:
                    answer["returned"] = called(client, call)
                case {"subscribe": {"channel": "marketStream"} as asked}:
                    streams = streams or Streams(stream_url)
                    answer |= subscribed(streams, asked)
                case {"hear": asked}:
                    answer["heard"] = streams.hear(asked, plain)
                case {"unsubscribe": {"stream": number}}:
                    answer["unsubscribed"] = streams.leave(number)
                case _:
                    answer["refused"] = {"message": "this adapter calls operations and hears books"}
        except Refused as error:
            answer["refused"] = {"message": str(error)}
        except Exception as error:
            logging.getLogger("adapter").debug("as a user would log it", exc_info=True)
            answer["raised"] = raised(error)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
