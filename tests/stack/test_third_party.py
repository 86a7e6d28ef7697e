"""Scripts of others are fetched in the version that was chosen, or not at all."""

from __future__ import annotations

import base64
import hashlib
import io
import subprocess
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

import third_party
from third_party import ThirdParty, ThirdPartyError

SCRIPT = b"window.charts = 1;"


def package(content: bytes = SCRIPT, member: str = "package/dist/charts.js") -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        entry = tarfile.TarInfo(member)
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return stream.getvalue()


def digest(packed: bytes) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(packed).digest()).decode("ascii")


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """An «npm» that packs what the test gives it, and a table with one row."""

    def serve(packed: bytes, integrity: str | None = None, fails: bool = False) -> ThirdParty:
        programs = tmp_path / "bin"
        programs.mkdir(exist_ok=True)
        (tmp_path / "charts.tgz").write_bytes(packed)
        npm = programs / "npm"
        act = (
            "echo no network >&2; exit 1" if fails else f"cp {tmp_path / 'charts.tgz'} charts-1.tgz"
        )
        npm.write_text(f"#!/bin/sh\n{act}\n")
        npm.chmod(0o755)
        monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
        row = ThirdParty(
            "charts", "1.0.0", integrity or digest(packed), "package/dist/charts.js",
            "assets/vendor/charts.js", "package", "draws",
        )  # fmt: skip
        monkeypatch.setattr(third_party, "ROOT", tmp_path)
        monkeypatch.setattr(third_party, "third_parties", lambda: [row])
        return row

    return serve


def test_a_file_is_fetched_once(registry):
    row = registry(package())
    assert third_party.fetch(["package"]) == ["charts"]
    assert row.path.read_bytes() == SCRIPT
    assert third_party.fetch(["package"]) == []


def test_another_version_in_the_table_is_fetched_again(registry):
    registry(package())
    third_party.fetch(["package"])
    row = registry(package(b"window.charts = 2;"))
    assert third_party.fetch(["package"]) == ["charts"]
    assert row.path.read_bytes() == b"window.charts = 2;"


def test_a_package_with_another_digest_is_not_used(registry):
    row = registry(package(), integrity="sha512-AAAA")
    with pytest.raises(ThirdPartyError, match=r"has the digest sha512-.* expected sha512-AAAA"):
        third_party.fetch(["package"])
    assert not row.path.exists()


def test_a_package_without_the_file_is_refused(registry):
    row = registry(package(member="package/other.js"))
    with pytest.raises(ThirdPartyError, match="has no file package/dist/charts.js"):
        third_party.fetch(["package"])
    assert not row.path.exists()


def test_a_failing_npm_says_why(registry):
    registry(package(), fails=True)
    with pytest.raises(ThirdPartyError, match="no network"):
        third_party.fetch(["package"])


def test_only_what_is_asked_for_is_fetched(registry, monkeypatch):
    row = registry(package())
    monkeypatch.setattr(third_party, "third_parties", lambda: [replace(row, use="tests")])
    assert third_party.fetch(["package"]) == []


def test_nothing_that_is_fetched_is_kept_in_git():
    targets = [each.target for each in third_party.third_parties()]
    assert targets
    kept = subprocess.run(
        ["git", "ls-files", "--", *targets],
        cwd=third_party.ROOT, text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert kept.stdout == ""
