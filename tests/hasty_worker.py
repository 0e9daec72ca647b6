"""A web process whose patience with slow clients ends after a second, or with a megabyte."""

from wardkey.operating.slow_clients import arriving, leaving, worker
from wardkey.operating.slow_clients.worker import Worker as PortalsWorker

SECONDS = 1


class Worker(PortalsWorker):
    def init_process(self) -> None:
        arriving.HEADER_SECONDS = arriving.BODY_SECONDS = leaving.READING_SECONDS = SECONDS
        arriving.LEAST_RATE = leaving.LEAST_RATE = 1 << 30
        worker.HELD_AT_MOST = 1 << 20
        super().init_process()
