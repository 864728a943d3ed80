"""What else the machine did meanwhile: a figure measured beside other work says little."""

import os
import resource
import time
from contextlib import contextmanager

TICKS = os.sysconf("SC_CLK_TCK")
QUIET_CORES_MAX = 0.1


class Noise:
    """Watches the spans in which a side is measured, and sums them up."""

    def __init__(self):
        self.others = []
        self.stolen = []
        self.loads = [os.getloadavg()[0]]

    @contextmanager
    def span(self):
        """Around the processes of one side in one round; they must have ended with it."""
        began, busy, stolen, own = time.monotonic(), *machine_seconds(), own_seconds()
        yield
        seconds = time.monotonic() - began
        busy_now, stolen_now = machine_seconds()
        self.others.append(max(0.0, (busy_now - busy) - (own_seconds() - own)) / seconds)
        self.stolen.append((stolen_now - stolen) / seconds)
        self.loads.append(os.getloadavg()[0])

    def summary(self):
        """Cores that others kept busy, cores' worth that the hypervisor took, and the load average before and after."""
        return {
            "otherCoresMedian": rounded(sorted(self.others)[len(self.others) // 2]),
            "otherCoresMax": rounded(max(self.others)),
            "stolenCoresMax": rounded(max(self.stolen)),
            "loadAverageBefore": rounded(self.loads[0]),
            "loadAverageAfter": rounded(self.loads[-1]),
            "quiet": max(self.others) <= QUIET_CORES_MAX,
        }


def machine_seconds():
    """Processor seconds of all processes since boot, and those that the hypervisor gave to other machines."""
    with open("/proc/stat", encoding="ascii") as stat:
        user, nice, system, _, _, interrupts, soft, stolen = map(int, stat.readline().split()[1:9])
    return (user + nice + system + interrupts + soft) / TICKS, stolen / TICKS


def own_seconds():
    """Processor seconds of this process and of its children that have ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def rounded(number):
    return round(number, 3)
