"""Counts and durations for Prometheus: requests as they happen, jobs and leads as they stand when asked."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from api.store.store import Store
from api.store.tables import DossierRow, Job, Lead

OTHER = "other"
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


class Metrics:
    """The counts of one application."""

    def __init__(self, store: Store) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "jiuzhu_requests",
            "Requests by method, route and status",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram("jiuzhu_request_seconds", "Duration of requests", ["route"], registry=self._registry)
        self._registry.register(_Standing(store))

    def request(self, method: str, route: str | None, status: int, seconds: float) -> None:
        """Counts a request.

        Args:
            route: as it is declared, `/dossiers/{dossier_id}`, never as it was asked for; None for no address of ours.
        """
        method = method if method in _METHODS else OTHER  # anybody can make up methods and addresses
        route = route or OTHER
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        return generate_latest(self._registry)


class _Standing(Collector):
    """What the database says at this moment."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def describe(self) -> Iterator[Metric]:
        yield from ()  # found out when asked, not when registered

    def collect(self) -> Iterator[Metric]:
        jobs = GaugeMetricFamily("jiuzhu_jobs", "Jobs by kind and state", labels=["kind", "state"])
        dossiers = GaugeMetricFamily("jiuzhu_dossiers", "Dossiers by state", labels=["state"])
        leads = GaugeMetricFamily("jiuzhu_leads", "Leads by level and state", labels=["level", "state"])
        took = GaugeMetricFamily("jiuzhu_screening_seconds_mean", "Mean duration of the last 100 screenings")
        with self._store.read() as session:
            for kind, state, number in session.execute(
                select(Job.kind, Job.state, func.count()).group_by(Job.kind, Job.state)
            ):
                jobs.add_metric([kind, state], number)
            for state, number in session.execute(select(DossierRow.state, func.count()).group_by(DossierRow.state)):
                dossiers.add_metric([state], number)
            for level, state, number in session.execute(
                select(Lead.level, Lead.state, func.count()).group_by(Lead.level, Lead.state)
            ):
                leads.add_metric([level, state], number)
            last = session.execute(
                select(Job.started_at, Job.finished_at)
                .where(Job.kind == "screen", Job.state == "done")
                .order_by(Job.finished_at.desc())
                .limit(100)
            ).all()
        spans = [(end - start).total_seconds() for start, end in last if start and end]
        took.add_metric([], sum(spans) / len(spans) if spans else 0.0)
        yield from (jobs, dossiers, leads, took)
