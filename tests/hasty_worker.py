"""A web process whose patience with slow clients ends after seconds, or with a megabyte; no file
of its own has room for half of one."""

import resource

from wardkey.operating.slow_clients import arriving, leaving, worker
from wardkey.operating.slow_clients.worker import Worker as PortalsWorker

SECONDS, WITH_BODIES = 1, 5
ROOM = 500_000  # bytes


class Worker(PortalsWorker):
    def init_process(self) -> None:
        arriving.HEADER_SECONDS = leaving.READING_SECONDS = SECONDS
        arriving.BODY_SECONDS = WITH_BODIES
        arriving.LEAST_RATE = leaving.LEAST_RATE = 1 << 30
        worker.LEAVING_SECONDS = SECONDS
        worker.HELD_AT_MOST = 1 << 20
        worker.TELLS_EVERY = 3600
        resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM))
        super().init_process()
