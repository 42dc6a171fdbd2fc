"""The flow that watches every exchange's description, and regenerates and certifies what changed."""

from __future__ import annotations

from prefect import flow, get_run_logger
from prefect.deployments import run_deployment

from certification.profiles import find_profile, list_profiles, load_profile
from flows.deployed import CERTIFY, REGENERATE
from flows.request import RunRequest
from flows.settings import read_settings
from flows.stages.look import Look, Sight, look_at, look_at_file, remember
from flows.stages.regenerate import Regenerated, regenerate


@flow(name="watch", persist_result=False)
def watch() -> tuple[Look, ...]:
    """Look at every exchange once; start a regeneration for each that changed."""
    settings = read_settings()
    log = get_run_logger()
    looks = tuple(look_at_file(file, settings) for file in list_profiles(settings.exchanges))
    for look in looks:
        log.info("%s: %s %s", look.exchange_id, look.sight.value, look.reason)
        if look.sight is Sight.CHANGED:
            run_deployment(REGENERATE, parameters={"exchange": look.exchange_id}, timeout=0, as_subflow=False)
    return looks


@flow(name="regenerate", flow_run_name="regenerate {exchange}", persist_result=False)
def regenerate_exchange(exchange: str) -> tuple[Regenerated, ...]:
    """Regenerate an exchange's SDK sources, then start its certification."""
    settings = read_settings()
    profile = load_profile(find_profile(exchange, settings.exchanges))
    look = look_at(profile, settings)
    if look.snapshot is None or look.sight is not Sight.CHANGED:
        return ()
    made = regenerate(profile, look.snapshot, settings, out=settings.home / "sdks" / profile.id)
    run_deployment(CERTIFY, parameters={"request": RunRequest(exchange=exchange)}, timeout=0, as_subflow=False)
    remember(profile, look.snapshot, settings)
    return made
