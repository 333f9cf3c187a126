"""Become another program: `python launch.py [options] -- program argument…`, standard library only.

A process of its own rather than a `preexec_fn`: the supervisor has threads, and Python between
fork and exec may hang there; a user namespace moreover wants a process of one thread.

    --parent PID     die (SIGTERM, or --signal) when this parent does, even of kill -9; Linux only
    --namespace      as root: a user namespace where we are uid 1000, so that PostgreSQL, which
                     refuses uid 0, runs; to the outside its files stay root's
    --user UID:GID   give up root for this user
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import sys

_CLONE_NEWUSER = 0x10000000
_PR_SET_PDEATHSIG = 1
_INSIDE = 1000


def _enter_namespace() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWUSER):
        raise OSError(ctypes.get_errno(), "a user namespace was refused")
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{_INSIDE} 0 1"),
        ("gid_map", f"{_INSIDE} 0 1"),
    ):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text + "\n")


def _die_with(parent: int, number: int) -> None:
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def main() -> None:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--parent", type=int)
    options.add_argument("--signal", type=int, default=int(signal.SIGTERM))
    options.add_argument("--namespace", action="store_true")
    options.add_argument("--user")
    options.add_argument("command", nargs="+")
    asked = options.parse_args()
    if asked.user:
        uid, gid = map(int, asked.user.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if asked.namespace:
        _enter_namespace()
    # Last: the kernel forgets the wish when user or namespace change.
    if asked.parent:
        _die_with(asked.parent, asked.signal)
    os.execvp(asked.command[0], asked.command)


if __name__ == "__main__":
    main()
