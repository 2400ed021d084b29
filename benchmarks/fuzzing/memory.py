"""Memory of this process, in MB; nothing is known of it where there is no ``/proc``."""

import resource
from pathlib import Path

__all__ = ["Memory"]

STATUS, PEAK = Path("/proc/self/status"), Path("/proc/self/clear_refs")
FORGET_PEAK = "5"


class Memory:
    """Peaks above what is in use when this is made."""

    def __init__(self):
        self._base = _field("VmRSS")

    def forget_peak(self):
        """Begin anew."""
        if PEAK.exists():
            PEAK.write_text(FORGET_PEAK)

    @property
    def peak(self):
        """The most since the peak was forgotten."""
        return max(0.0, _field("VmHWM") - self._base)


def allow(megabytes):
    """Let allocations fail that want so much more than the process has now."""
    if STATUS.exists():
        limit = int((_field("VmSize") + megabytes) * 2**20)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _field(name):
    if not STATUS.exists():
        return 0.0
    lines = (line.split() for line in STATUS.read_text().splitlines())
    return next(int(line[1]) for line in lines if line[0] == f"{name}:") / 1024
