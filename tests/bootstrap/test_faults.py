"""Whatever a tool says when it fails, the person reads one sentence with what to do."""

import errno
from pathlib import Path

import pytest

from registry.bootstrap import faults

LOG = Path("/clone/.cache/logs/step.log")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("error: failed to copy file: No space left on device (os error 28)", faults.DISK_FULL),
        ("npm error code ENOSPC", faults.DISK_FULL),
        ("ERROR: Could not install packages due to an OSError: [Errno 122] Disk quota exceeded", faults.DISK_FULL),
        ("cause: Read-only file system (os error 30)", faults.READ_ONLY),
        ("npm error code EACCES", faults.READ_ONLY),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", faults.HASHES),
        ("error: Hash mismatch for `click==8.1`", faults.HASHES),
        ("npm error code EINTEGRITY", faults.HASHES),
        ("cause: invalid peer certificate: UnknownIssuer", faults.CERTIFICATE),
        ("error: Failed to fetch: `x`\n cause: dns error: failed to lookup", faults.NO_NETWORK),
        ("Retrying after 'NewConnectionError'\nERROR: No matching distribution found for uv", faults.NO_NETWORK),
        ("npm error code ENOTFOUND", faults.NO_NETWORK),
        ("ERROR: No matching distribution found for uv==0.13.9", faults.NO_WHEEL),
        ("Because ortools==9.15.6755 has no wheels with a matching platform tag", faults.NO_WHEEL),
    ],
)
def test_the_words_of_a_tool_become_a_sentence_that_names_the_log(text: str, sentence: str) -> None:
    fault = faults.from_output("step", text, LOG)
    assert str(fault) == f"step: {sentence} (details: {LOG})"
    assert fault.exit_code == 1


def test_words_that_nobody_foresaw_lead_to_the_log() -> None:
    assert str(faults.from_output("pages", "Segmentation fault", LOG)) == (
        f"pages: failed for a reason not known here; read {LOG}, mend it and run the same command again"
    )


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(errno.ENOSPC, faults.DISK_FULL), (errno.EROFS, faults.READ_ONLY), (errno.EACCES, faults.READ_ONLY)],
)
def test_an_error_of_the_system_becomes_a_sentence_that_names_the_file(number: int, sentence: str) -> None:
    assert str(faults.from_os_error(OSError(number, "x", "/clone/.venv"))) == f"{sentence} (/clone/.venv)"


def test_every_sentence_says_what_to_do() -> None:
    sentences = [faults.NO_PIP, *(sentence for _, sentence in faults.SIGNS)]
    assert all(sentence.endswith("and run the same command again") for sentence in sentences)
