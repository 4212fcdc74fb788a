"""The exclusive right to write a store: an operating-system lock on a file beside it.

The kernel drops the lock when the process ends, however it ends, so a killed engine never blocks its successor.
The file's content only serves the message to whoever is refused.
"""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import time
import weakref
from pathlib import Path

import msgspec

from counterpoint.errors import StoreLocked, StoreUnavailable


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Who holds a lease. `since` is in UTC, ISO 8601."""

    owner: str
    pid: int
    host: str
    since: str

    def __str__(self) -> str:
        return f"engine {self.owner!r}, process {self.pid} on {self.host}, since {self.since}"


class FileLease:
    """A lock on `{store}.lock`, held from `acquire` to `release`."""

    def __init__(self, store: Path) -> None:
        self._store = store
        # Resolved, so that two names of one file (symbolic links) are one lease.
        resolved = store.resolve()
        self._path = resolved.with_name(resolved.name + ".lock")
        self._handle: int | None = None
        _forget_in_children(self)

    @property
    def held(self) -> bool:
        """Whether this object holds the lease."""
        return self._handle is not None

    def acquire(self, owner: str) -> None:
        """Take the lock at once. Raises StoreLocked (naming the holder), StoreUnavailable (no lock possible)."""
        if self.held:
            return
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except FileNotFoundError as error:
            raise StoreUnavailable(
                f"store {self._store}: there is no directory {self._path.parent}; make it"
            ) from error
        except OSError as error:
            raise StoreUnavailable(f"store {self._store}: cannot open {self._path}: {error.strerror}") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._sign(handle, owner)
        except OSError as error:
            holder = _read_holder(handle)
            os.close(handle)
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                raise StoreLocked(
                    f"store {self._store} is in use by {holder or 'another engine'}; "
                    "stop that one, or open this store for reading"
                ) from error
            raise StoreUnavailable(
                f"store {self._store}: cannot lock {self._path}: {error.strerror}; "
                "keep the store on a local file system that has room and supports locks"
            ) from error
        self._handle = handle

    def release(self) -> None:
        """Give the lock back; nothing where it is not held. The file stays: removing it would race with a successor."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _sign(self, handle: int, owner: str) -> None:
        since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        holder = Holder(owner=owner, pid=os.getpid(), host=socket.gethostname(), since=since)
        os.ftruncate(handle, 0)
        os.pwrite(handle, msgspec.json.encode(holder), 0)


def _read_holder(handle: int) -> Holder | None:
    try:
        return msgspec.json.decode(os.pread(handle, 4096, 0), type=Holder)
    except (msgspec.MsgspecError, OSError):
        return None  # it has the lock and has not signed yet


def _forget_in_children(lease: FileLease) -> None:
    """A forked child shares the lock; were it to outlive the engine, it would block the next one. So it lets go."""
    reference = weakref.ref(lease)

    def forget() -> None:
        alive = reference()
        if alive is not None:
            alive.release()

    os.register_at_fork(after_in_child=forget)
