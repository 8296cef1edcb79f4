//! What Prometheus is told, at an address of its own.

use std::net::SocketAddr;
use std::time::Duration;

use metrics::{describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::PrometheusBuilder;
use stadtbote_core::counted::cpu_milliseconds;
use stadtbote_core::domain::job::Class;
use stadtbote_core::store::{deliveries, hosts, jobs};
use stadtbote_core::{App, Error};
use tokio_util::sync::CancellationToken;

use crate::cause;

/// How often the gauges are read from the database.
const EVERY: Duration = Duration::from_secs(15);
/// Seconds that requests and jobs are sorted by.
const BUCKETS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Serves metrics at `address`.
pub fn start(address: SocketAddr) -> Result<(), Error> {
    let cannot = |cause: &dyn std::fmt::Display| {
        Error::Unexpected(format!("Metrics can't be served at {address} (server.metrics_listen): {cause}"))
    };
    let builder = PrometheusBuilder::new().with_http_listener(address);
    let builder = builder.set_buckets(&BUCKETS).map_err(|error| cannot(&error))?;
    builder.install().map_err(|error| cannot(&error))?;

    describe_counter!("stadtbote_http_requests_total", "Requests, by door and class of status");
    describe_histogram!("stadtbote_http_request_seconds", "Time until the answer begins, by door");
    describe_counter!("stadtbote_jobs_total", "Jobs, by kind and how they ended");
    describe_histogram!("stadtbote_job_seconds", "Time that jobs took, by kind");
    describe_gauge!("stadtbote_jobs_waiting", "Jobs that wait or are worked on, by class");
    describe_gauge!("stadtbote_jobs_age_seconds", "How long the oldest job is due, by class");
    describe_gauge!("stadtbote_jobs_parked", "Jobs that failed too often and wait for a person");
    describe_gauge!("stadtbote_deliveries", "Deliveries that wait or are being sent, by state");
    describe_gauge!("stadtbote_deliveries_age_seconds", "Age of the oldest delivery, by state");
    describe_gauge!("stadtbote_free_bytes", "Room that is left on the disk with pictures and films");
    describe_gauge!("stadtbote_hosts_unavailable", "Servers that could not be reached for a week");
    describe_gauge!("stadtbote_cpu_seconds", "Processor time of this process since it began");
    describe_counter!("stadtbote_delivered_bytes_total", "Bytes of activities that other servers have taken");
    Ok(())
}

/// Reads the gauges from time to time, until `stop`.
pub(crate) async fn keep(app: App, stop: CancellationToken) {
    let mut times = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = times.tick() => {}
        }
        if let Err(error) = read(&app).await {
            tracing::warn!("The queues can't be measured: {}", cause(&error));
        }
    }
}

async fn read(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    let seconds = |since: chrono::DateTime<chrono::Utc>| (now - since).as_seconds_f64().max(0.0);
    let waiting = jobs::waiting(app.db()).await?;
    for class in [Class::Urgent, Class::Normal, Class::Bulk] {
        // What is no longer there must be told as none, or Prometheus keeps the last number.
        let found = waiting.iter().find(|row| row.class == class.number());
        let (count, oldest) = found.map_or((0, None), |row| (row.count, row.oldest));
        gauge!("stadtbote_jobs_waiting", "class" => name(class)).set(count as f64);
        gauge!("stadtbote_jobs_age_seconds", "class" => name(class)).set(oldest.map_or(0.0, seconds));
    }
    gauge!("stadtbote_jobs_parked").set(jobs::count_parked(app.db()).await? as f64);
    let summary = deliveries::summary(app.db()).await?;
    for state in [deliveries::WAITING, deliveries::LEASED] {
        let found = summary.iter().find(|row| row.state == state);
        let (count, oldest) = found.map_or((0, None), |row| (row.count, row.oldest));
        gauge!("stadtbote_deliveries", "state" => state).set(count as f64);
        gauge!("stadtbote_deliveries_age_seconds", "state" => state).set(oldest.map_or(0.0, seconds));
    }
    if let Ok(free) = app.media.free_bytes().await {
        gauge!("stadtbote_free_bytes").set(free as f64);
    }
    gauge!("stadtbote_cpu_seconds").set(cpu_milliseconds() as f64 / 1000.0);
    gauge!("stadtbote_hosts_unavailable").set(hosts::list_unavailable(app.db()).await?.len() as f64);
    Ok(())
}

fn name(class: Class) -> &'static str {
    match class {
        Class::Urgent => "urgent",
        Class::Normal => "normal",
        Class::Bulk => "bulk",
    }
}
