"""The private cluster, in homes of its own: who starts it, who stops it, and what it survives."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from gis.errors import Conflict, Unavailable
from gis.settings import Settings
from gis.storage.cluster import Cluster
from gis.storage.postmaster import cluster_account

USE_UNTIL_INPUT_ENDS = """
import sys
from pathlib import Path
from gis.settings import Settings
from gis.storage.cluster import Cluster

cluster = Cluster(Settings(home=Path(sys.argv[1]), database_url=""))
with cluster.running():
    print(cluster.status().pid, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    tmp_path.chmod(0o700)
    made = Cluster(Settings(home=tmp_path / "home", database_url=""))
    yield made
    made.stop()
    shutil.rmtree(made.settings.socket_dir, ignore_errors=True)


def another_user(cluster: Cluster) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", USE_UNTIL_INPUT_ENDS, str(cluster.settings.home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def server_pid_told_by(user: subprocess.Popen[str]) -> int:
    assert user.stdout is not None
    return int(user.stdout.readline())


def write(url: str, value: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (value text)")
        connection.execute("INSERT INTO kept VALUES (%s)", [value])


def read(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [value for (value,) in connection.execute("SELECT value FROM kept").fetchall()]


def kill_server(cluster: Cluster) -> None:
    pid = cluster.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def test_cluster_runs_for_as_long_as_it_is_used(cluster: Cluster) -> None:
    with cluster.running() as url:
        assert cluster.status().running
        write(url, "金佛尚城")
    assert not cluster.status().running
    assert not cluster.settings.socket_dir.exists()
    with cluster.running() as url:
        assert read(url) == ["金佛尚城"]


def test_server_is_unprivileged_below_a_folder_that_it_cannot_walk(cluster: Cluster) -> None:
    with cluster.running() as url, psycopg.connect(url) as connection:
        owner = cluster.data_dir.stat().st_uid
        assert owner == cluster_account().uid != 0
        assert Path(f"/proc/{cluster.status().pid}").stat().st_uid == owner
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert cluster.settings.socket_dir.stat().st_mode & 0o777 == 0o700


def test_home_may_lie_deeper_than_a_socket_path_can(tmp_path: Path) -> None:
    home = tmp_path / ("深" * 40) / ("d" * 200)
    deep = Cluster(Settings(home=home, database_url=""))
    with deep.running() as url:
        write(url, "deep")
        assert read(url) == ["deep"]


def test_four_commands_that_begin_at_once_share_one_server(cluster: Cluster) -> None:
    users = [another_user(cluster) for _ in range(4)]
    assert len({server_pid_told_by(user) for user in users}) == 1
    for user in users[:3]:
        user.communicate()
    assert cluster.is_alive(), "the last one still uses it"
    users[3].communicate()
    assert [user.returncode for user in users] == [0, 0, 0, 0]
    assert not cluster.is_alive()


def test_killed_server_comes_back_with_what_was_committed(cluster: Cluster) -> None:
    with cluster.running() as url:
        write(url, "committed")
        kill_server(cluster)
        cluster.start()
        assert read(url) == ["committed"]


def test_pid_that_a_stranger_has_taken_over_blocks_no_start(cluster: Cluster) -> None:
    with cluster.running() as url, subprocess.Popen(["sleep", "60"]) as stranger:
        write(url, "committed")
        pid_file = cluster.data_dir / "postmaster.pid"
        noted = pid_file.read_text().partition("\n")[2]
        kill_server(cluster)
        pid_file.write_text(f"{stranger.pid}\n{noted}")
        assert not cluster.is_alive()
        cluster.start()
        assert read(url) == ["committed"]
        stranger.kill()


def test_command_killed_while_using_the_cluster_leaves_it_to_the_next(cluster: Cluster) -> None:
    user = another_user(cluster)
    pid = server_pid_told_by(user)
    user.kill()
    user.communicate()
    assert cluster.status().pid == pid
    with cluster.running():
        assert cluster.status().pid == pid
    assert not cluster.is_alive()


def test_kept_cluster_stays_until_it_is_released(cluster: Cluster) -> None:
    cluster.keep()
    with cluster.running():
        pass
    assert cluster.status().running
    assert cluster.release()
    assert not cluster.is_alive()


def test_cluster_in_use_outlives_its_release_and_is_not_erased(cluster: Cluster) -> None:
    with cluster.running() as url:
        cluster.keep()
        assert not cluster.release()
        with pytest.raises(Conflict, match="stop it first"):
            cluster.erase()
        write(url, "still here")
    assert not cluster.is_alive()
    cluster.erase()
    assert not cluster.data_dir.exists()


def test_creation_that_was_interrupted_is_done_again(cluster: Cluster) -> None:
    draft = cluster.data_dir.with_name("pg.new")
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("half of it")
    with cluster.running() as url:
        write(url, "whole")
    assert not draft.exists()


def test_data_of_another_major_version_is_refused_by_name(cluster: Cluster) -> None:
    cluster.data_dir.mkdir(parents=True)
    (cluster.data_dir / "PG_VERSION").write_text("9\n")
    with pytest.raises(Unavailable, match=r"written by PostgreSQL 9; this machine has \d+"):
        cluster.start()


def test_folder_without_postgis_is_told(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", database_url="", postgres_bin=tmp_path)
    with pytest.raises(Unavailable, match="No PostgreSQL with PostGIS"), Cluster(settings).running():
        pass


def test_socket_folder_that_others_may_enter_is_not_trusted(cluster: Cluster) -> None:
    cluster.settings.socket_dir.mkdir()
    cluster.settings.socket_dir.chmod(0o777)
    with pytest.raises(Unavailable, match="not a private folder"):
        cluster.start()


def test_database_elsewhere_starts_nothing_here(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", database_url="postgresql://somewhere/else")
    with Cluster(settings).running() as url:
        assert url == "postgresql://somewhere/else"
    assert not (tmp_path / "home").exists()
