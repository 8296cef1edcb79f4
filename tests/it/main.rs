//! What Stadtbote promises, seen through its doors; a file a subject.

#![allow(clippy::disallowed_methods, reason = "the test world has a clock and clients of its own")]

mod answers;
mod architecture;
mod audience;
mod commands;
mod copies;
mod crashes;
mod damages;
mod deliveries;
mod faults;
mod growth;
mod hosts;
mod inbox;
mod jobs;
mod keys;
mod media;
mod moderation;
mod moves;
mod order;
mod outages;
mod pages;
mod panels;
mod polls;
mod posts;
mod processes;
mod push;
mod reach;
mod reach_attack;
mod recovery;
mod reports;
mod resources;
mod rights;
mod routes;
mod signatures;
mod two_cities;
mod world;
