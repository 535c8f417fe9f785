"""The launcher and the command line: what a person types, and what is said when it cannot be done."""

from __future__ import annotations

import ast
import importlib.machinery
import importlib.util
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from api import cli
from gis.settings import Settings
from gis.storage.cluster import Cluster

CHECKOUT = Path(__file__).resolve().parents[1]
LAUNCHER = CHECKOUT / "dualgrid"
REQUIREMENT = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)


@pytest.fixture(scope="module")
def launcher() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("launcher", str(LAUNCHER))
    specification = importlib.util.spec_from_loader("launcher", loader)
    assert specification is not None
    module = importlib.util.module_from_spec(specification)
    loader.exec_module(module)
    return module


@dataclass
class Said:
    """What a command answered with."""

    exit_code: int
    out: str
    err: str


Command = Callable[..., Said]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Command]:
    """Runs a command as the launcher does, in a home of the test's own."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}

    def run(*arguments: str, **environment: str) -> Said:
        for name in [name for name in os.environ if name.startswith("DUALGRID_")]:
            monkeypatch.delenv(name)
        for name, value in {"DUALGRID_HOME": str(tmp_path / "home"), **environment}.items():
            monkeypatch.setenv(name, value)
        exit_code = cli.main(list(arguments))
        return Said(exit_code, *capsys.readouterr())

    yield run
    for number, handler in handlers.items():
        signal.signal(number, handler)


def pretend_python(version: str, path: str) -> subprocess.CompletedProcess[str]:
    """Run the launcher with a Python that says it is of this version."""
    pretence = (
        f"import runpy, sys; sys.version_info = {version}; runpy.run_path({str(LAUNCHER)!r}, run_name='__main__')"
    )
    return subprocess.run(
        [sys.executable, "-c", pretence, "db", "status"],
        env={"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


# What is typed


@pytest.mark.parametrize(
    ("typed", "home", "rest"),
    [
        (["db", "status"], "", ["db", "status"]),
        (["--home", "/h", "db", "status"], "/h", ["db", "status"]),
        (["db", "--home", "/h", "status"], "/h", ["db", "status"]),
        (["db", "status", "--home=/h"], "/h", ["db", "status"]),
        (["test", "--", "--home", "/h"], "", ["test", "--", "--home", "/h"]),
        (["--homely"], "", ["--homely"]),
    ],
)
def test_home_may_stand_anywhere(launcher: ModuleType, typed: list[str], home: str, rest: list[str]) -> None:
    assert launcher.take_home(typed) == (home, rest)


def test_home_without_a_folder_is_refused(launcher: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert launcher.main(["db", "status", "--home"]) == 1
    assert "--home DIR" in capsys.readouterr().err


def test_named_home_precedes_the_environment(launcher: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUALGRID_HOME", "/from/environment")
    assert launcher.chosen_home("") == Path("/from/environment")
    assert launcher.chosen_home("/named") == Path("/named")


def test_overview_needs_no_installation_and_names_every_command(tmp_path: Path) -> None:
    home = tmp_path / "home"
    shown = subprocess.run([sys.executable, LAUNCHER, "--home", home], capture_output=True, text=True, check=True)
    assert all(f"./dualgrid {name} " in shown.stdout for name in cli.COMMANDS)
    assert not home.exists()


# What is prepared


def test_launcher_can_be_read_by_an_old_python() -> None:
    ast.parse(LAUNCHER.read_text(), feature_version=(3, 7))


def test_old_python_says_which_one_is_needed(tmp_path: Path) -> None:
    said = pretend_python("(3, 9, 2)", str(tmp_path))
    assert said.returncode == 1
    assert "needs Python 3.11 or newer; this is Python 3.9" in said.stderr
    assert "Traceback" not in said.stderr


def test_old_python_gives_way_to_a_newer_one_on_the_path(tmp_path: Path) -> None:
    newer = tmp_path / "python3.12"
    newer.write_text('#!/bin/sh\necho "newer: $2 $3"\n')
    newer.chmod(0o755)
    assert pretend_python("(3, 10, 12)", f"{tmp_path}:/bin").stdout == "newer: db status\n"


def test_packages_that_may_not_be_installed_are_named_with_the_command(
    launcher: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launcher, "way_to_root", lambda: None)
    monkeypatch.setattr(launcher, "newest_package", lambda need: "npm" if need == "npm" else "")
    with pytest.raises(launcher.CannotPrepare, match=r"sudo apt-get .* install -y postgresql-NN-postgis-3 npm"):
        launcher.install_packages(tmp_path, ["postgresql-[0-9]+-postgis-3", "npm"])


def test_database_elsewhere_needs_no_postgresql_here(launcher: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gis.storage.programs.find_programs", list)
    monkeypatch.delenv("DUALGRID_POSTGRES_BIN", raising=False)
    monkeypatch.setenv("DUALGRID_DATABASE_URL", "")
    assert launcher.database_needs()
    monkeypatch.setenv("DUALGRID_DATABASE_URL", "postgresql://elsewhere/name")
    assert not launcher.database_needs()


def test_environment_is_ready_only_with_the_lock_that_it_was_made_from(launcher: ModuleType, tmp_path: Path) -> None:
    environment = launcher.VirtualEnvironment(tmp_path)
    environment.python.parent.mkdir(parents=True)
    environment.python.symlink_to(sys.executable)
    assert not environment.is_ready(), "an installation was interrupted before it wrote its mark"
    environment.mark.write_text(launcher.digest(CHECKOUT / "requirements.lock") + "\n")
    assert environment.is_ready()
    assert not environment.is_ready("requirements-test.lock")
    environment.python.unlink()
    environment.python.symlink_to(tmp_path / "python-that-was-removed")
    assert not environment.is_ready()


def test_failed_step_tells_its_last_line_and_its_log(launcher: ModuleType, tmp_path: Path) -> None:
    failing = [sys.executable, "-c", "print('no space left'); raise SystemExit(3)"]
    with pytest.raises(launcher.CannotPrepare, match=r"Doing it failed: no space left\n.*setup.log"):
        launcher.run(tmp_path, "Doing it", failing)


def test_tests_run_with_the_libraries_of_the_service() -> None:
    service = set(REQUIREMENT.findall((CHECKOUT / "requirements.lock").read_text()))
    tests = set(REQUIREMENT.findall((CHECKOUT / "requirements-test.lock").read_text()))
    assert service
    assert service <= tests


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock", "package-lock.json"])
def test_locks_name_no_registry(name: str) -> None:
    assert "://" not in (CHECKOUT / name).read_text()


# What is said


def test_help_lists_every_command(command: Command) -> None:
    shown = command("--help").out
    assert all(name in shown for name in cli.COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "environment", "exit_code", "said"),
    [
        (["fly"], {}, 2, "No such command 'fly'. See `./dualgrid --help`."),
        (["db", "start", "--now"], {}, 2, "No such option: --now. See `./dualgrid db start --help`."),
        (["db", "stop"], {"DUALGRID_PORT": "many"}, 1, "DUALGRID_PORT: Input should be a valid integer"),
        (["db", "start"], {"DUALGRID_DATABASE_URL": "postgresql://h/n"}, 1, "not ours to start"),
        (["db", "status"], {"DUALGRID_DATABASE_URL": "nonsense"}, 1, "DUALGRID_DATABASE_URL is not a URL"),
        (["demo", "--fresh"], {"DUALGRID_DATABASE_URL": "postgresql://h/n", "DUALGRID_PORT": "0"}, 1, "DUALGRID_PORT"),
        (["serve", "--host", "192.0.2.1"], {}, 1, "Cannot listen on 192.0.2.1"),
    ],
)
def test_mistake_is_told_in_a_line_or_two(
    command: Command,
    arguments: list[str],
    environment: dict[str, str],
    exit_code: int,
    said: str,
) -> None:
    result = command(*arguments, **environment)
    assert result.exit_code == exit_code
    assert said in result.err
    assert len(result.err.splitlines()) <= 2


def test_busy_port_is_told_before_the_work_begins(command: Command, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = command("demo", "--port", str(port), "--no-browser")
    assert result.exit_code == 1
    assert result.err == f"Port {port} of 127.0.0.1 is in use by another program: choose another with --port.\n"
    assert not (tmp_path / "home").exists()


def test_fresh_start_never_empties_a_database_elsewhere(command: Command, free_port: int) -> None:
    result = command("demo", "--fresh", "--port", str(free_port), DUALGRID_DATABASE_URL="postgresql://h/n")
    assert result.exit_code == 1
    assert "own database only" in result.err


# What is served


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture
def serving(tmp_path: Path, free_port: int) -> Iterator[subprocess.Popen[str]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DUALGRID_")}
    environment |= {"PYTHONPATH": str(CHECKOUT), "DUALGRID_HOME": str(tmp_path / "home")}
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "serve", "--port", str(free_port)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process
        process.kill()
    Cluster(Settings(home=tmp_path / "home", database_url="")).stop()


def becomes_healthy(port: int, within_s: float = 30.0) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_service_outlives_its_database_and_stops_cleanly(
    serving: subprocess.Popen[str], free_port: int, tmp_path: Path, number: signal.Signals
) -> None:
    cluster = Cluster(Settings(home=tmp_path / "home", database_url=""))
    assert becomes_healthy(free_port)
    killed = cluster.status().pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    assert serving.stderr is not None
    assert serving.stderr.readline() == "The database had stopped; it runs again.\n"
    assert becomes_healthy(free_port)
    serving.send_signal(number)
    said, complaints = serving.communicate(timeout=30)
    assert (serving.returncode, complaints) == (0, "")
    assert said.endswith("Stopped.\n")
    assert not cluster.is_alive()
