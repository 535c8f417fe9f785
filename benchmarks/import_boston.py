"""How long `import issues` takes for the 58,251 requests of Boston, from the start of the process to its end.

    ./dualgrid bench import [FOLDER]

FOLDER holds `precincts.geojson` and `requests_2011.csv.gz`. The cluster is a private one, fresh and made for
this; it runs meanwhile, as beside a running service. The second import finds everything known.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gis.settings import Settings
from gis.storage.cluster import Cluster

ROOT = Path(__file__).resolve().parents[1]
FIELDS = {
    "external_id": "case_enquiry_id",
    "text": "case_title",
    "reported_at": "open_dt",
    "closed_at": "closed_dt",
    "topic": "type",
    "status": "case_status",
    "address": "location",
    "lon": "longitude",
    "lat": "latitude",
}
GOAL_S = 10.0


def main() -> None:
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "data" / "boston311"
    with tempfile.TemporaryDirectory(prefix="dualgrid-bench-") as home:
        Path(home).chmod(0o755)
        with Cluster(Settings(home=Path(home), database_url="")).running():
            precincts = [data / "precincts.geojson", "--map", "code=WARD_PRECINCT", "--accept-coverage-faults"]
            _timed("boundaries", home, "boundaries", *precincts, "--timezone", "America/New_York")
            mapped = [part for field, column in FIELDS.items() for part in ("--map", f"{field}={column}")]
            requests = ["issues", data / "requests_2011.csv.gz", *mapped]
            first_s = _timed("issues", home, *requests)
            _timed("issues again", home, *requests)
    print(f"goal: 58,251 issues in under {GOAL_S:.0f} s: {'met' if first_s < GOAL_S else 'MISSED'}")


def _timed(name: str, home: str, *arguments: object) -> float:
    command = [sys.executable, "-m", "api.cli", "import", *map(str, arguments), "--community", "boston"]
    environment = dict(os.environ, DUALGRID_HOME=home, PYTHONPATH=str(ROOT), DUALGRID_DATABASE_URL="")
    begin, begin_cpu = time.perf_counter(), _cpu_s()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    took_s = time.perf_counter() - begin
    cpu_s = _cpu_s() - begin_cpu
    said = done.stdout.strip() or done.stderr.strip()
    if done.returncode:
        raise SystemExit(f"{name}: {said}")
    print(f"{name:<14}{took_s:6.1f} s ({cpu_s:.1f} s of its own on a processor)  {said}", flush=True)
    return took_s


def _cpu_s() -> float:
    """Processor time of the commands that have ended; the database's is not in it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
