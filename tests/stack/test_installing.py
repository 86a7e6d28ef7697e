from __future__ import annotations

from pathlib import Path

import pytest

from stack import StackError, paths, system, venv

NEEDED = (
    system.Package("no-such-database", "keeps the rows"),
    system.Package("no-such-browser", "shows the pages"),
)


def test_what_is_installed_is_told_from_what_is_missing():
    # dpkg itself is on every Debian.
    present = system.Package("dpkg", "installs packages")
    assert system.missing([present, *NEEDED]) == list(NEEDED)


def test_without_the_right_to_install_the_exact_command_is_printed_and_nothing_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(system, "privilege", lambda: None)
    with pytest.raises(StackError) as told:
        system.ensure(NEEDED)
    assert "sudo apt-get install --no-install-recommends no-such-database no-such-browser" in str(
        told.value
    )
    said = capsys.readouterr().out
    assert "no-such-database" in said
    assert "keeps the rows" in said


def test_where_nothing_is_missing_nobody_is_asked_for_a_password(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(system, "privilege", lambda: pytest.fail("asked"))
    system.ensure([system.Package("dpkg", "installs packages")])


def test_a_system_without_dpkg_is_told_what_is_needed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(system.shutil, "which", lambda name: None)
    with pytest.raises(StackError, match="no-such-database, no-such-browser"):
        system.missing(NEEDED)


def test_another_release_of_ckan_can_be_wished(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("CKAN", raising=False)
    assert "ckan[requirements,dev]==2.12.0\n" in venv.requirements()
    monkeypatch.setenv("CKAN", "2.11.6")
    assert "ckan[requirements,dev]==2.11.6\n" in venv.requirements()
    assert "2.12.0" not in venv.requirements()


def test_every_requirement_is_pinned():
    lines = [line for line in venv.requirements().splitlines() if line and line[0] != "#"]
    assert lines
    assert [line for line in lines if "==" not in line] == []


def test_a_private_file_is_replaced_whole_and_only_when_it_changed(tmp_path: Path):
    target = tmp_path / "secret"
    assert paths.write_private(target, "one")
    assert not paths.write_private(target, "one")
    assert paths.write_private(target, "two")
    assert target.read_text() == "two"
    assert target.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]
