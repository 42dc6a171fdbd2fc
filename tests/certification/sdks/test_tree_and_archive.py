import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from certification.errors import BuildError, IsolationError
from certification.isolation.runner import Job, JobLimits, JobResult, Runner
from certification.sdks.archive import tar_gz_bytes, zip_bytes
from certification.sdks.step import cleaned, run_step
from certification.sdks.tree import checked, write
from sdkgen.source import SourceFile
from tests.simulators.answering_runner import AnsweringRunner

FILES = (SourceFile(path="b/c.txt", content=b"c" * 1000), SourceFile(path="a.txt", content=b""))


@pytest.mark.parametrize("path", ["a", "a/b.c", "@scope/x", "!up/x@v1.0.0/go.mod", "a..b", ".hidden"])
def test_a_path_below_the_root_is_allowed(path: str) -> None:
    assert checked(path) == path


@pytest.mark.parametrize("path", ["", "/a", "a/", "../a", "a/../b", "a/./b", "a//b", "a\\b", "a b", "a\n", "ä", "a" * 300])
def test_a_path_that_could_lead_elsewhere_is_refused(path: str, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="is not allowed"):
        write((SourceFile(path=path, content=b""),), tmp_path)


def test_two_paths_that_differ_in_case_only_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="stands twice"):
        write((SourceFile(path="a/B", content=b""), SourceFile(path="A/b", content=b"")), tmp_path)


def test_a_folder_that_can_not_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("a file where a folder should be")
    with pytest.raises(BuildError, match=r"b/c\.txt can't be written"):
        write(FILES, tmp_path)


def test_a_zip_depends_on_its_content_only() -> None:
    content = zip_bytes(FILES)
    assert content == zip_bytes(FILES)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert [(member.filename, member.date_time, member.external_attr >> 16) for member in archive.infolist()] == [
            ("b/c.txt", (1980, 1, 1, 0, 0, 0), 0o100644),
            ("a.txt", (1980, 1, 1, 0, 0, 0), 0o100644),
        ]
        assert archive.read("b/c.txt") == FILES[0].content


def test_a_tarball_depends_on_its_content_only() -> None:
    content = tar_gz_bytes(FILES)
    assert content == tar_gz_bytes(FILES)
    assert content[4:8] == b"\x00\x00\x00\x00"
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
        members = [(member.name, member.mtime, member.mode, member.uid, member.uname) for member in archive]
    assert members == [("b/c.txt", 315532800, 0o644, 0, ""), ("a.txt", 315532800, 0o644, 0, "")]


def job(folder: Path) -> Job:
    return Job(name="x", argv=("tool", "go"), folder=folder, limits=JobLimits(timeout_s=7, output_bytes=9))


def result(exit_code: int, stdout: bytes = b"", stderr: bytes = b"", *, timed_out: bool = False, truncated: bool = False) -> JobResult:
    return JobResult(exit_code=exit_code, stdout=stdout, stderr=stderr, elapsed_ms=5, timed_out=timed_out, truncated=truncated)


def test_a_step_shows_what_a_tool_said_without_paths_and_controls(tmp_path: Path) -> None:
    said = f"\x1b[31mred\x1b[0m \x1b]0;title\x07{tmp_path}/a.py:1\r\n/tmp/certify-x1/cache \u202eevil\x00 ok".encode()
    ended = run_step(runner(result(3, said, b"end")), job(tmp_path), name="build")
    assert ended.step.output == "red ./a.py:1\n~/cache evil ok\nend"
    assert (ended.step.name, ended.step.command, ended.step.exit_code, ended.succeeded) == ("build", ("tool", "go"), 3, False)


def test_only_the_last_characters_are_kept(tmp_path: Path) -> None:
    ended = run_step(runner(result(0, b"a" * 9000 + b"end")), job(tmp_path), name="build")
    assert len(ended.step.output) == 4000
    assert ended.step.output.endswith("end")


def test_standard_output_that_is_no_text_for_people_is_left_out(tmp_path: Path) -> None:
    ended = run_step(runner(result(0, b"data", b"said")), job(tmp_path), name="exercise", show_stdout=False)
    assert ended.step.output == "said"
    assert ended.result.stdout == b"data"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (result(0, timed_out=True), "ended after 7 s, the time it may take"),
        (result(0, truncated=True), "ended because it printed more than 9 bytes"),
    ],
)
def test_a_step_that_had_to_be_ended_has_failed_and_says_why(given: JobResult, words: str, tmp_path: Path) -> None:
    ended = run_step(runner(given), job(tmp_path), name="build")
    assert ended.step.exit_code == 1
    assert ended.step.output == words


def test_a_tool_that_is_not_there_says_nothing_about_what_is_built(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="tool can't be started for the step build; run `make setup`"):
        run_step(runner(result(127)), job(tmp_path), name="build")


@pytest.mark.parametrize("exit_code", [137, 143])
def test_a_step_that_somebody_else_ended_says_nothing_about_what_is_built(exit_code: int, tmp_path: Path) -> None:
    with pytest.raises(IsolationError, match=rf"job x was ended from outside \(exit code {exit_code}\)"):
        run_step(runner(result(exit_code)), job(tmp_path), name="build")


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(result(137, timed_out=True), id="for its time"),
        pytest.param(result(137, truncated=True), id="for its output"),
        pytest.param(result(137, stderr=b"ended: it used 9 MiB of memory, more than the 8 it may\n"), id="for its memory"),
        pytest.param(result(139), id="by itself"),
    ],
)
def test_a_step_that_we_ended_or_that_broke_has_failed(given: JobResult, tmp_path: Path) -> None:
    assert not run_step(runner(given), job(tmp_path), name="build").succeeded


def test_line_ends_are_kept_and_carriage_returns_are_not(tmp_path: Path) -> None:
    assert cleaned("a\r\nb\tc\rd", tmp_path) == "a\nb\tcd"


def runner(given: JobResult) -> Runner:
    return AnsweringRunner(given)
