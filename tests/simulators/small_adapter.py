"""An adapter's folder for the small description: its "SDK" is a few lines over http.client, with faults to switch on."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

from certification.adapters.install import Installed
from certification.adapters.manifest import Adapter
from certification.profile import ExchangeProfile, SdkNames, SdkSpec, Specs, SpecSource
from certification.sdks.program import Program
from tests.simulators.small_description import RECIPE

_PROGRAM = """
import hashlib, hmac, http.client, json, sys, time
from decimal import Decimal
from urllib.parse import quote, urlsplit
import small_thing

FAULTS = set(%(faults)r)
OPERATIONS = %(operations)r
PATHS = {
    "getOrder": ("GET", "/orders/{id}"),
    "listOrders": ("GET", "/orders"),
    "getTime": ("GET", "/v1/time"),
    "trades": ("GET", "/trades"),
}


class Encoder(json.JSONEncoder):
    pass


def text(value):
    if isinstance(value, Decimal):
        return "@@" + str(value) + "@@"
    if isinstance(value, dict):
        return {key: text(item) for key, item in value.items()}
    return [text(item) for item in value] if isinstance(value, list) else value


def written(value):
    return json.dumps(text(value)).replace('"@@', "").replace('@@"', "")


def called(settings, call):
    if call["operation"] not in PATHS:
        if "answers all" in FAULTS:
            return {"returned": {"status": 200}}
        return {"refused": {"message": "no such method"}}
    method, path = PATHS[call["operation"]]
    if call["operation"] == "listOrders" and (call.get("query") or call.get("header") or call.get("cookie")):
        return {"refused": {"message": "listOrders takes no argument"}}
    for name, value in call["path"].items():
        path = path.replace("{" + name + "}", quote(str(value), safe=""))
    base = urlsplit(settings["base_url"])
    tries = 3 if "retries" in FAULTS else 1
    for attempt in range(tries):
        try:
            connection = http.client.HTTPConnection(base.netloc, timeout=settings["timeout_ms"] / 1000)
            connection.request(method, base.path + path, headers={"X-KEY": settings["key"] or ""})
            started = time.monotonic()
            answer = connection.getresponse()
            body = b""
            while chunk := answer.read1(100):
                body += chunk
                if time.monotonic() - started > settings["timeout_ms"] / 1000:
                    raise TimeoutError
            if answer.length:
                raise http.client.IncompleteRead(body)
            break
        except TimeoutError:
            return error("timeout")
        except (OSError, http.client.HTTPException):
            if attempt == tries - 1:
                return error("transport")
    if "secret" in FAULTS:
        print("signing with", settings["secret"], file=sys.stderr)
    if answer.status >= 400:
        after = answer.getheader("retry-after")
        return error("api", status=answer.status, retry_after_ms=int(after) * 1000 if after else None)
    try:
        value = json.loads(body, parse_float=float if "floats" in FAULTS else Decimal)
    except ValueError:
        return error("decode")
    if isinstance(value, str) or (isinstance(value, dict) and "unheard" in value):
        return error("decode")
    return {"returned": {"status": answer.status, "value": value}}


def error(kind, **more):
    kind = "odd" if "odd kinds" in FAULTS else kind
    base = {"kind": kind, "status": None, "code": None, "message": "no", "retry_after_ms": None, "refusal": None}
    return {"raised": base | {"attempts": 1, "may_have_happened": True, "repeated": False} | more}


settings = None
count = 0
for line in sys.stdin:
    document = json.loads(line, parse_float=Decimal)
    count += 1
    if "describe" in document:
        said = {"protocol": 3, "package": "small-thing", "version": small_thing.VERSION, "operations": OPERATIONS}
        out = {"described": said | {"capabilities": ["base_path", "timeout", *(FAULTS & {"iterate", "streams"})]}}
    elif "configure" in document:
        settings = document["configure"]
        out = {"configured": {}}
    elif "call" in document:
        out = called(settings, document["call"])
    else:
        out = {"refused": {"message": "only calls"}}
        if "secret" in FAULTS:
            print([name for name in document if name != "id"][0], "with", settings["secret"], file=sys.stderr)
    if ("dies" in FAULTS and count > 6) or ("dies at once" in FAULTS and count > 1):
        sys.exit(3)
    print("the SDK chats", flush=True)
    print(written({"id": document["id"], **out}), flush=True)
"""

MANIFEST = """name: small-thing
exchange: small
language: python
ecosystem: pypi
package: small-thing
version: 1.0.0
command: [python, main.py]
"""


def small_adapter(folder: Path, *faults: str, operations: tuple[str, ...] = ("getOrder", "listOrders"), manifest: str = MANIFEST) -> Path:
    """Write the adapter, locked to the wheel that ``small_wheel`` makes."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "adapter.yaml").write_text(manifest)
    (folder / "main.py").write_text(_PROGRAM % {"faults": faults, "operations": list(operations)})
    wheel = small_wheel(folder.parent / f"{folder.name}-wheels")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (folder / "requirements.lock").write_text(f"small-thing==1.0.0 \\\n    --hash=sha256:{digest}\n")
    return folder


def small_wheel(folder: Path) -> Path:
    """The package itself: a constant."""
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / "small_thing-1.0.0-py3-none-any.whl"
    info = "small_thing-1.0.0.dist-info"
    files = {
        "small_thing/__init__.py": 'VERSION = "1.0.0"\n',
        "small_thing/py.typed": "",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: small-thing\nVersion: 1.0.0\nLicense: MIT\nRequires-Dist: other>=1\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: us\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0)), content)
        archive.writestr(zipfile.ZipInfo(f"{info}/RECORD", date_time=(1980, 1, 1, 0, 0, 0)), "".join(f"{name},,\n" for name in files))
    return wheel


def small_profile() -> ExchangeProfile:
    """The small description's exchange."""
    names = SdkNames(python="small", typescript="small", go="small.example/small")
    rest = SpecSource(file="openapi.json")
    return ExchangeProfile(id="small", name="Small", spec=Specs(rest=rest), signing=RECIPE, sdk=SdkSpec(packages=names))


def installed(adapter: Adapter, folder: Path) -> Installed:
    """As a package manager would leave it: the wheel unpacked beside the program."""
    with zipfile.ZipFile(small_wheel(adapter.folder.parent / f"{adapter.folder.name}-wheels")) as wheel:
        wheel.extractall(folder / "site")
    for name in adapter.files:
        (folder / name).write_bytes((adapter.folder / name).read_bytes())
    program = Program(argv=adapter.manifest.command, folder=folder, environment=(("PYTHONPATH", "site"),))
    return Installed(program=program, steps=(), digest=f"sha256:{'a' * 64}", packages=folder / "site")
