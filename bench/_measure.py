"""Measures one command and all the processes that it starts.

    wall    seconds until the command itself ended
    cpu     user and system seconds of every process, taken from the kernel when
            each is waited for; orphans are adopted, so none is missed
    peak    bytes: the larger of the largest resident set of one process (exact)
            and the largest sum over the tree, sampled; pages that processes
            share count once for each of them

A process begins life as a copy of this one, so peak never reads below what this
interpreter needs, some 15 MiB.
"""

import ctypes
import os
import signal
import subprocess
import tempfile
import threading
import time

PR_SET_CHILD_SUBREAPER = 36
PAGE = os.sysconf("SC_PAGE_SIZE")
INTERVAL = 0.05


def adopt_orphans():
    """Whether the kernel gives this process the orphans of its children."""
    try:
        return ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
    except (OSError, AttributeError):
        return False


def children(pid):
    """The children of a process: the kernel's own lists, one a thread."""
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as f:
                found += map(int, f.read().split())
    except OSError:
        pass
    return found


def tree():
    """All processes below this one."""
    found, todo = [], children(os.getpid())
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children(pid)
    return found


def resident(pid):
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as f:
            return int(f.read().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


class Watch(threading.Thread):
    """Samples the tree until it is told to stop; ends it when its time is over."""

    def __init__(self, timeout):
        super().__init__(daemon=True)
        self.timeout, self.peak, self.expired = timeout, 0, False
        self.done = threading.Event()

    def run(self):
        end = time.monotonic() + self.timeout
        while not self.done.wait(INTERVAL):
            self.peak = max(self.peak, sum(map(resident, tree())))
            if time.monotonic() > end:
                self.expired = True
                for pid in tree():
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except ProcessLookupError:
                        pass

    def stop(self):
        self.done.set()
        self.join()


def wait_for_all(command):
    """Waits for the command and its orphans -> (end of the command, cpu, largest)."""
    cpu, largest, ended = 0.0, 0, 0.0
    while True:
        try:
            pid, status, usage = os.wait4(-1, 0)
        except ChildProcessError:
            return ended, cpu, largest
        cpu += usage.ru_utime + usage.ru_stime
        largest = max(largest, usage.ru_maxrss * 1024)
        if pid == command.pid:
            ended = time.monotonic()
            command.returncode = os.waitstatus_to_exitcode(status)


def measure(argv, cwd, env, timeout, lines=None):
    """Runs one command to its end. lines: a pattern of output lines to count."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.monotonic()
        command = subprocess.Popen(list(map(str, argv)), cwd=cwd, env=env, stdout=out,
                                   stderr=err, stdin=subprocess.DEVNULL)
        watch = Watch(timeout)
        watch.start()
        ended, cpu, largest = wait_for_all(command)
        watch.stop()
        out.seek(0)
        err.seek(0)
        found = sum(1 for line in out if lines.match(line)) if lines else 0
        tail = err.read()[-2000:].decode("utf-8", "replace")
        if not tail.strip():
            out.seek(max(0, out.tell() - 2000))
            tail = out.read().decode("utf-8", "replace")
    return {"wall": ended - started, "cpu": cpu, "peak": max(largest, watch.peak),
            "code": command.returncode, "timeout": watch.expired, "errors": found,
            "tail": tail}
