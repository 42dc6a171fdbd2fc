"""``certify replay``: play one scenario again, step by step, to see a finding with one's own eyes."""

from __future__ import annotations

import click
from rich.console import Console
from rich.text import Text

from certification.checks.catalogue import catalogue
from certification.checks.scene import told_lines
from certification.errors import ProfileError
from certification.evidence.record import Evidence, Observation, Scenario
from certification.evidence.scenarios.run import STORIES, story_named
from certification.judge import judge
from certification.levels.standard import STANDARD
from certification.model import Outcome
from flows.request import RunRequest
from flows.settings import read_settings
from flows.stages.replay import replay
from flows.terminal import plain


@click.command("replay")
@click.argument("exchange")
@click.argument("story")
@click.option("--sandbox", metavar="URL", help="Play against this address instead of the profile's sandbox.")
@click.option("--spec", metavar="FILE-or-URL", help="Take the description from here instead of the profile's source.")
@click.option("--fault", "faults", multiple=True, metavar="NAME", help="Switch a fault of the embedded reference exchange on.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, help="Draw what is done by chance as the run of this seed did.")
def command(*, exchange: str, story: str, sandbox: str | None, spec: str | None, faults: tuple[str, ...], seed: int) -> int:
    """Play STORY on the sandbox of EXCHANGE and show each call. Exit code 1: what it showed breaks a rule; 3: it could not be played."""
    if story_named(story) is None:
        raise ProfileError(f"no story {story!r}; there are {', '.join(known.id for known in STORIES)}")
    request = RunRequest(exchange=exchange, spec=spec, sandbox=sandbox, faults=faults, isolation="process", seed=seed)
    scenario = replay(request, story, read_settings())
    console = Console()
    for line in told_lines(scenario, most=200):
        console.print(plain(line, 400), highlight=False, soft_wrap=True)
    return _judge(scenario, console)


def _judge(scenario: Scenario, console: Console) -> int:
    findings = judge(Evidence(scenarios=(scenario,)), catalogue(), STANDARD)
    failed = [finding for finding in findings if finding.outcome is Outcome.FAILED]
    for finding in failed:
        head = Text(f"✗ {finding.check} ({finding.subject}): ", style="red")
        console.print(head.append(plain(finding.summary)), highlight=False, soft_wrap=True)
    if scenario.observation is not Observation.COMPLETE:
        console.print(plain(f"not played: {scenario.reason}"), highlight=False, soft_wrap=True)
        return 3
    if not failed:
        console.print("nothing that it showed breaks a rule")
    return 1 if failed else 0
