"""Many photographs: how two processes, or the workers of a cluster, do beside one.

    python benchmarks/scaling.py [--photos 2000]

Photographs of 0.15 megapixel, in JPEG, made of skblur's own in a temporary folder, go
through ``skblur estimate FOLDER -o report.csv --no-free-psf --no-shares``: by one process,
by two, by two that are killed half way and gone on with, and on a Dask cluster of two
workers, if it is installed. Photographs per second with all that is read and started, how
much of twice the speed of one two have, and the largest memory of a process. The machine
must be idle. Then, of what is measured, what would bound a cluster of 64 workers.
"""

import argparse
import csv
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image
from reporting import Table

from skblur import defocus_psf, estimate_blur, motion_psf, read_image
from skblur.camera import Camera, take_photo
from skblur.datasets import load_sharp_photos

# Pixels of the photographs, 0.15 million.
SIZE = 333, 450
# Of those that differ; the others are copies.
DIFFERENT = 60
SCRIPT = "import sys; from skblur.cli import main; sys.exit(main(sys.argv[1:]))"
# What mere sorting asks for.
QUICK = "--no-free-psf", "--no-shares"
# Seconds between looks at the memory of processes.
LOOK = 0.2
# Of a cluster on paper.
WORKERS = 64


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=2000)
    parser.add_argument("--output", type=Path, default=Path("results"))
    args = parser.parse_args()
    title = f"skblur estimate, {args.photos} photographs, {os.cpu_count()} processors"
    columns = {"how": "", "seconds": ".1f", "per second": ".1f"}
    columns |= {"of twice, %": ".0f", "largest process, MB": ".0f"}
    table = Table(args.output / "scaling.txt", title, columns)
    paper = args.output / "scaling_paper.txt"
    with tempfile.TemporaryDirectory() as scratch:
        photos = Path(scratch, "photos")
        make_photos(photos, args.photos)
        run = Runs(table, photos, Path(scratch), args.photos)
        run.add("one process", "--jobs", "1")
        run.add("two processes", "--jobs", "2")
        run.add("two processes, as completed", "--jobs", "2", "--as-completed")
        run.add_killed("two, killed half way, resumed", "--jobs", "2")
        with cluster(Path(scratch)) as address:
            if address is not None:
                run.add("cluster of two workers", "--scheduler", address)
                extrapolate(paper, table.rows[0]["per second"], address, photos)


def make_photos(folder, n_photos):
    """JPEG files of sharp, moved and defocused parts of photographs."""
    folder.mkdir()
    rng = np.random.default_rng(0)
    sharp = [p for p in load_sharp_photos() if min(p.shape) >= 360]
    camera = Camera(noise=0.003)
    psfs = [np.ones((1, 1)), motion_psf(9, 30), defocus_psf(4)]
    contents = []
    for number in range(min(DIFFERENT, n_photos)):
        whole = sharp[number % len(sharp)]
        tile = np.tile(np.block([[whole, whole[:, ::-1]]]), (2, 1))
        top, left = rng.integers(0, np.array(whole.shape) // 2)
        part = tile[top : top + SIZE[0] + 20, left : left + SIZE[1] + 20]
        photo = take_photo(part, psfs[number % 3], camera, random_state=number)
        levels = np.rint(255 * photo[: SIZE[0], : SIZE[1]]).astype(np.uint8)
        path = folder / f"{number:05}.jpg"
        Image.fromarray(levels).save(path, quality=92)
        contents.append(path.read_bytes())
    for number in range(len(contents), n_photos):
        path = folder / f"{number:05}.jpg"
        path.write_bytes(contents[number % len(contents)])


class Runs:
    """Runs of the command, a row of the table each."""

    def __init__(self, table, photos, scratch, n_photos):
        self.table, self.photos, self.scratch = table, photos, scratch
        self.n_photos, self.rate = n_photos, None

    def add(self, how, *options):
        """All photographs in one run."""
        report = self._report()
        start = time.perf_counter()
        process = self._start(report, *options)
        with memory_below() as largest:
            process.wait()
        seconds = time.perf_counter() - start
        self._add_row(how, seconds, report, largest)

    def add_killed(self, how, *options):
        """A run that is killed with all its processes, and one that goes on with it."""
        report = self._report()
        start = time.perf_counter()
        process = self._start(report, *options)
        while len(rows_of(report)) < self.n_photos / 2 and process.poll() is None:
            time.sleep(LOOK)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        kept = len(rows_of(report))
        process = self._start(report, *options, "--resume")
        with memory_below() as largest:
            process.wait()
        seconds = time.perf_counter() - start
        self._add_row(f"{how} ({kept} kept)", seconds, report, largest)

    def _report(self):
        report = self.scratch / "report.csv"
        report.unlink(missing_ok=True)
        return report

    def _start(self, report, *options):
        command = [sys.executable, "-c", SCRIPT, "estimate", str(self.photos)]
        settings = {"stdout": subprocess.DEVNULL, "start_new_session": True}
        return subprocess.Popen([*command, "-o", report, *QUICK, *options], **settings)

    def _add_row(self, how, seconds, report, largest):
        files = [row["file"] for row in rows_of(report)]
        if len(files) != self.n_photos or len(set(files)) != self.n_photos:
            raise AssertionError(f"{how}: {len(set(files))} files in {len(files)} rows")
        rate = self.n_photos / seconds
        self.rate = self.rate or rate
        share = None if self.rate == rate else 100 * rate / (2 * self.rate)
        memory = max(largest.values(), default=None)
        self.table.add(how, seconds, rate, share, memory)


def rows_of(report):
    """Whole rows of a report."""
    if not report.exists():
        return []
    with open(report, newline="") as file:
        return [row for row in csv.DictReader(file) if None not in row.values()]


@contextmanager
def memory_below():
    """Largest memory in MB of all processes that this one has started, by their numbers."""
    largest, done = {}, threading.Event()

    def look():
        while not done.wait(LOOK):
            _, *others = family_of(os.getpid())
            for each in others:
                largest[each] = peak_of(each) or largest.get(each, 0)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield largest
    finally:
        done.set()
        thread.join()


def family_of(pid):
    """Numbers of a process and all below it, where there is ``/proc``."""
    found = [pid]
    for children in Path("/proc").glob(f"{pid}/task/*/children"):
        try:
            below = children.read_text().split()
        except OSError:
            continue
        for child in below:
            found += family_of(int(child))
    return found


def peak_of(pid):
    """The most memory that a process has had, in MB."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return None
    return next((int(li.split()[1]) / 1e3 for li in lines if li.startswith("VmHWM")), None)


@contextmanager
def cluster(scratch):
    """The address of a cluster of two workers; None if Dask is missing."""
    try:
        from distributed import LocalCluster
    except ImportError:
        print("dask is not installed: left out")
        yield None
        return
    settings = {"threads_per_worker": 1, "dashboard_address": None}
    with LocalCluster(2, local_directory=scratch, **settings) as found:
        yield found.scheduler_address


def extrapolate(path, one, address, photos):
    """What a cluster of many workers would be bound by, of what is measured on two.

    The scheduler is one thread. What it does for a task that takes no time bounds how many
    there may be in a second; joblib makes batches that take a worker a fifth of a second.
    """
    bound = 1 / overhead_of_task(address)
    paper = Table(
        path,
        f"On paper: {WORKERS} workers, each as the one process above",
        {"what": "", "per second": ".0f", "MB per second": ".3f"},
    )
    first, *others = photos.iterdir()
    answer = estimate_blur(read_image(first)[0], free_psf=False)
    sent = len(pickle.dumps((str(first), replace(answer, picture=None)))) / 1e6
    size = np.mean([each.stat().st_size for each in (first, *others)]) / 1e6
    paper.add("photographs, were nothing in the way", WORKERS * one)
    paper.add("the scheduler bears, one in a task", bound)
    batch = max(1, 0.2 * one)
    paper.add(f"the scheduler bears, {batch:.0f} in a batch", bound * batch)
    paper.add("names and answers on the network", WORKERS * one, WORKERS * one * sent)
    paper.add("photographs read from the disks", WORKERS * one, WORKERS * one * size)


def overhead_of_task(address):
    """Seconds that a task takes in which nothing is done."""
    from distributed import Client

    n_tasks = 2000
    with Client(address) as client:
        client.gather(client.map(abs, range(10)))
        start = time.perf_counter()
        client.gather(client.map(abs, range(1000, 1000 + n_tasks)))
        return (time.perf_counter() - start) / n_tasks


if __name__ == "__main__":
    main()
