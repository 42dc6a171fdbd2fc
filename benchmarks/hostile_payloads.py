"""Texts that would be code, or lead elsewhere, if a generator let them: each holds a canary that says so when it is ever run.

A canary makes an empty file whose name holds ``CANARY``, or prints it. Its word ``cAnArY_fIrE`` is no name that a generator can make of
the text (it mixes cases and keeps the underscore), so that it stands in literals and comments only, or else the text has become code.
"""

from __future__ import annotations

from dataclasses import dataclass

WORD = "cAnArY_fIrE"
FILE = "CANARY"
"""What the file's name begins with that a canary makes."""

_PYTHON = f"open('{FILE}-{WORD}','w')"
_SHELL = f"touch {FILE}-{WORD}"
_NODE = f"require('fs').writeFileSync('{FILE}-{WORD}','')"
_GO = f'os.WriteFile("{FILE}-{WORD}", nil, 0o600)'
_TOML = f'"\n[tool.hatch.build.hooks.custom]\npath = "{WORD}.py"\n[project.scripts]\nx = "'
_JSON = f'", "scripts": {{"preinstall": "{_SHELL}", "postinstall": "{_SHELL}"}}, "x": "'
_JINJA = f"{{{{ cycler.__init__.__globals__.os.system('{_SHELL}') }}}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """One hostile text."""

    name: str
    text: str


def _many(prefix: str, texts: tuple[str, ...]) -> tuple[Payload, ...]:
    return tuple(Payload(name=f"{prefix}-{number}", text=text) for number, text in enumerate(texts, start=1))


PAYLOADS: tuple[Payload, ...] = (
    *_many(
        "python",
        (
            f'"""\n{_PYTHON}\n"""',
            f"'''\n{_PYTHON}\n'''",
            f"'); {_PYTHON} #",
            f'\\"); {_PYTHON} #',
            f"\\\n{_PYTHON}",
            f"{{{_PYTHON}}}",
            f"x\n{_PYTHON}\n# -*- coding: utf-7 -*-",
            f"# type: ignore\r{_PYTHON}\x0c",
            f"lambda: {_PYTHON}",
            f"\\N{{DIGIT ONE}}\\x22\\u0022\\042 {WORD} \\",
        ),
    ),
    *_many(
        "typescript",
        (
            f"*/ {_NODE}; /*",
            f"`${{{_NODE}}}`",
            f"'; {_NODE}; '",
            f'"; {_NODE}; "',
            f"\\'; {_NODE}; //",
            f"\u2028{_NODE}\u2029",
            f"</script><script>{_NODE}</script>",
            f"}}; {_NODE}; const x = {{",
            f'/// <reference path="{WORD}" />\n// @ts-nocheck {WORD}\n//# sourceMappingURL=data:{WORD}',
            f"{{@link {WORD}}} @deprecated @internal */ {_NODE} /**",
        ),
    ),
    *_many(
        "go",
        (
            f"`\nfunc init() {{ {_GO} }}\nvar x = `",
            f"\n//go:build {WORD}\n\npackage x\n\nfunc init() {{ {_GO} }}",
            f'\n//go:generate {_SHELL}\n//go:embed {WORD}\n//line {WORD}:1\nimport "C"\n',
            f"\n*/\nfunc init() {{ {_GO} }}\n/*",
            f'"\nfunc init() {{ {_GO} }}\nvar y = "',
            f"// #cgo LDFLAGS: -fplugin={WORD}\n",
            f"x_test {WORD} x_windows",
        ),
    ),
    *_many(
        "template",
        (
            _JINJA,
            f"{{% for x in ().__class__.__base__.__subclasses__() %}}{WORD}{{% endfor %}}",
            f"{{# {WORD} #}}{{{{ 7*7 }}}}${{7*7}}#{{7*7}}<%= 7*7 %>",
            f"<% {WORD} %>$({_SHELL})`{_SHELL}`",
            f"%s %d %n {{0}} {{}} $1 \\1 {WORD}",
        ),
    ),
    *_many("file", (_TOML, _JSON, f"\n---\n!!python/object/apply:os.system ['{_SHELL}']", f"'; {_SHELL}; '| {_SHELL} && {_SHELL}")),
    *_many(
        "path",
        (
            f"../../../{FILE}-{WORD}",
            f"/tmp/{FILE}-{WORD}",  # noqa: S108 - a path that must never be written
            f"..\\..\\{FILE}-{WORD}",
            f"C:\\{FILE}:stream {WORD}",
            f"%2e%2e%2f{FILE}%00{WORD}",
            f".git/hooks/pre-commit {WORD}",
            "..",
            ".",
            "/",
            "con.txt",
        ),
    ),
    *_many(
        "name",
        (
            "__proto__",
            "constructor",
            "__init__",
            "__class__",
            "import",
            "then",
            "toString",
            "_test",
            "init",
            "main",
            "self",
            "\ufb01eld",
            "\uff11\uff12\uff13",
            "-",
            " ",
            "",
        ),
    ),
    *_many(
        "unicode",
        (
            f"\u202e{WORD}\u2066 }} \u2069\u2066 begin",
            f"\u200b\u200d\ufeff{WORD}\u2060",
            f"{WORD}\x00{WORD}",
            f"\x1b]0;{WORD}\x07\x1b[2J\x08\x7f\x85",
            f"{WORD}\ud800",
            f"\U0001f680\U000e0041 {WORD}",
            f"\r\n\t\v\f{WORD}\u0085\u2028",
            f"{WORD} " * 2000,
            "a" * 5000,
        ),
    ),
)
