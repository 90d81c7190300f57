"""What is counted of the server, for Prometheus: numbers alone, and nothing about anybody."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

import vitrail
from vitrail.ledger import manifest, runs
from vitrail.ledger.backups import last_backup
from vitrail.ledger.checking import oldest_waiting
from vitrail.ledger.inbox import Inbox
from vitrail.ledger.sources import all_sources, progress_of
from vitrail.warehouse.store import Store

Outcome = Literal["accepted", "refused", "slowed", "failed"]
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Meters:
    """The counters of one server; what is measured when asked comes from its ledger, inbox and disk."""

    def __init__(self, store: Store, inbox: Inbox) -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        self._requests = Counter(
            "vitrail_tracking_requests", "Requests of senders.", ["outcome"], registry=self.registry
        )
        self._messages = Counter(
            "vitrail_tracking_messages", "Messages of senders.", ["outcome"], registry=self.registry
        )
        self._seconds = Histogram(
            "vitrail_tracking_seconds",
            "Seconds until a request is on disk and answered.",
            buckets=BUCKETS,
            registry=self.registry,
        )
        for outcome in ("accepted", "refused", "slowed", "failed"):
            self._requests.labels(outcome)
        self.registry.register(Measured(store, inbox))

    def answered(self, status: int, *, seconds: float) -> None:
        """Count a request that was answered."""
        self._requests.labels(outcome_of(status)).inc()
        self._seconds.observe(seconds)

    def judged(self, *, accepted: int, refused: int) -> None:
        """Count the messages of a request."""
        self._messages.labels("accepted").inc(accepted)
        self._messages.labels("refused").inc(refused)

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self.registry)


def outcome_of(status: int) -> Outcome:
    """What became of a request, by its answer."""
    if status < 400:
        return "accepted"
    if status == 429:
        return "slowed"
    return "refused" if status < 500 else "failed"


class Measured(Collector):
    """What is looked at when it is asked for."""

    def __init__(self, store: Store, inbox: Inbox) -> None:
        self._store = store
        self._inbox = inbox

    def collect(self) -> Iterator[Metric]:
        """One number after the other."""
        yield _gauge("vitrail_info", "The version of Vitrail.", value=1, version=vitrail.__version__)
        yield from self._waiting()
        usage = shutil.disk_usage(self._store.path)
        yield _gauge("vitrail_disk_free_bytes", "Room on the disk of the workspace.", value=usage.free)
        yield _gauge("vitrail_disk_bytes", "Size of the disk of the workspace.", value=usage.total)
        yield from self._kept()
        yield self._sources()

    def _waiting(self) -> Iterator[Metric]:
        backlog, oldest = self._inbox.backlog(), oldest_waiting(self._inbox)
        age = 0.0 if oldest is None else max((self._store.now_us() - oldest) / 1e6, 0.0)
        yield _gauge("vitrail_inbox_requests", "Requests that wait to be filed.", value=backlog.requests)
        yield _gauge("vitrail_inbox_bytes", "Bytes that wait to be filed.", value=backlog.bytes)
        yield _gauge("vitrail_inbox_oldest_seconds", "Age of the oldest request that waits.", value=age)

    def _kept(self) -> Iterator[Metric]:
        with self._store.ledger.reading() as connection:
            snapshot = manifest.newest_version(connection)
            run, backup = runs.last_run(connection), last_backup(connection)
        yield _gauge("vitrail_snapshot", "The number of the newest snapshot.", value=snapshot.number)
        yield _gauge("vitrail_profiles", "Profiles in the newest snapshot.", value=snapshot.profiles)
        if run is not None:
            at = run.finished_at_us / 1e6
            yield _gauge("vitrail_refresh_seconds", "Seconds the last refresh took.", value=run.seconds)
            yield _gauge("vitrail_refresh_timestamp_seconds", "When the last refresh ended.", value=at)
        if backup is not None:
            at = backup.at_us / 1e6
            yield _gauge("vitrail_backup_timestamp_seconds", "Of when the last backup is.", value=at)

    def _sources(self) -> Metric:
        family = GaugeMetricFamily(
            "vitrail_source_failures", "Pulls that failed since the last good one.", labels=["source"]
        )
        with self._store.ledger.reading() as connection:
            for source in all_sources(connection):
                family.add_metric([source.key], progress_of(connection, source.key).failures)
        return family


def _gauge(name: str, words: str, *, value: float, **labels: str) -> Metric:
    family = GaugeMetricFamily(name, words, labels=list(labels))
    family.add_metric(list(labels.values()), value)
    return family
