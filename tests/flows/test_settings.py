from __future__ import annotations

import os
from pathlib import Path

import pytest

from certification.folders import EXCHANGES
from certification.sdks.sources import Sources
from flows.settings import environment, quiet_prefect, read_settings


def test_everything_has_a_default_under_one_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = read_settings({"CERTIFY_HOME": "home"})
    assert settings.home == tmp_path / "home"
    assert settings.database_url == f"sqlite:///{tmp_path}/home/certify.sqlite"
    assert (settings.api_token, settings.github_token, settings.base_image) == (None, None, None)
    assert settings.out == tmp_path / "out"
    assert settings.exchanges == EXCHANGES
    assert not settings.allow_private
    kept = (settings.history, settings.keys, settings.registry, settings.log, settings.runs, settings.cache)
    assert len(set(kept)) == len(kept)
    assert {folder.parent for folder in kept} == {settings.home}


def test_what_is_said_is_heard(tmp_path: Path) -> None:
    settings = read_settings(
        {
            "CERTIFY_HOME": str(tmp_path),
            "CERTIFY_DATABASE_URL": "postgresql://db/certify",
            "CERTIFY_API_TOKEN": "t",
            "CERTIFY_GITHUB_URL": "https://github.example.test/api/v3",
            "CERTIFY_GITHUB_TOKEN": "g",
            "CERTIFY_BASE_IMAGE": "base:1",
            "CERTIFY_PUBLIC_URL": "https://certify.example.test/",
            "CERTIFY_OUT": str(tmp_path / "elsewhere"),
            "CERTIFY_EXCHANGES": str(tmp_path / "profiles"),
            "CERTIFY_ALLOW_PRIVATE": "1",
        }
    )
    assert settings.database_url == "postgresql://db/certify"
    assert (settings.api_token, settings.github_token, settings.base_image) == ("t", "g", "base:1")
    assert settings.github_url == "https://github.example.test/api/v3"
    assert settings.public_url == settings.portal == "https://certify.example.test"
    assert read_settings({"CERTIFY_HOME": str(tmp_path)}).portal == "", "packages link to no address that nobody set"
    assert (settings.out, settings.exchanges) == (tmp_path / "elsewhere", tmp_path / "profiles")
    assert settings.allow_private


def test_an_empty_variable_is_none(tmp_path: Path) -> None:
    empty = dict.fromkeys(("CERTIFY_API_TOKEN", "CERTIFY_DATABASE_URL", "CERTIFY_ALLOW_PRIVATE", "CERTIFY_OUT"), "")
    assert read_settings({"CERTIFY_HOME": str(tmp_path)} | empty) == read_settings({"CERTIFY_HOME": str(tmp_path)})


@pytest.mark.parametrize("word", ["0", "true", "yes"])
def test_private_addresses_are_allowed_by_one_word_only(tmp_path: Path, word: str) -> None:
    assert not read_settings({"CERTIFY_HOME": str(tmp_path), "CERTIFY_ALLOW_PRIVATE": word}).allow_private


def test_the_home_is_the_users_own_where_nothing_is_said() -> None:
    assert read_settings({}).home.name == "openxapi-certify"


def test_prefect_is_silent_unless_asked_and_never_overruled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("PREFECT_HOME", "PREFECT_LOGGING_LEVEL", "PREFECT_SERVER_ANALYTICS_ENABLED", "DO_NOT_TRACK")
    for name in (*names, *(name for name in os.environ if name.startswith("PREFECT_"))):
        monkeypatch.setenv(name, "to be restored")
        monkeypatch.delenv(name)
    monkeypatch.setattr(os, "environ", dict(os.environ) | {"PREFECT_LOGGING_SERVER_LEVEL": "DEBUG"})
    settings = read_settings({"CERTIFY_HOME": str(tmp_path)})
    quiet_prefect(settings, verbose=False)
    told = environment()
    assert [told[name] for name in names] == [str(tmp_path / "prefect"), "CRITICAL", "false", "1"]
    assert told["PREFECT_LOGGING_SERVER_LEVEL"] == "DEBUG"
    assert (tmp_path / "prefect").is_dir()
    quiet_prefect(settings, verbose=True)
    assert told["PREFECT_LOGGING_LEVEL"] == "CRITICAL", "what is set already wins"


def test_vulnerabilities_are_asked_for_where_the_tools_are_told_to_look() -> None:
    told = {"PIP_INDEX_URL": "https://mirror.test/simple/", "NPM_CONFIG_REGISTRY": "https://npm.test/", "GOVULNDB": "https://vuln.test"}
    assert read_settings(told).advisories == Sources(pypi="https://mirror.test", npm="https://npm.test", go="https://vuln.test")
    assert read_settings({"PIP_NO_INDEX": "1"}).advisories.pypi == ""
    assert read_settings({}).advisories.npm == read_settings({"npm_config_registry": "https://registry.npmjs.org"}).advisories.npm
