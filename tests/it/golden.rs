//! The recorded answers of the old data layer, replayed: what was asked then is asked again, and the answers agree.

mod adapter;
mod compare;
mod database;
mod replay;
mod values;

use spending_db::compat;

pub(crate) use self::adapter::Adapter;
pub(crate) use self::adapter::InProcess;
use self::adapter::OverProcess;
pub(crate) use self::replay::{Recording, replay};
use crate::support::TestDatabase;

#[test]
fn core_replays() {
    replay_in_process(&Recording::read("core"));
}

#[test]
fn truelayer_replays() {
    replay_in_process(&Recording::read("truelayer"));
}

#[test]
fn enrichment_replays() {
    replay_in_process(&Recording::read("enrichment"));
}

#[test]
fn amazon_apple_replays() {
    replay_in_process(&Recording::read("amazon_apple"));
}

#[test]
fn gmail_replays() {
    replay_in_process(&Recording::read("gmail"));
}

#[test]
fn gmail_parsing_replays() {
    replay_in_process(&Recording::read("gmail_parsing"));
}

#[test]
fn rules_replays() {
    replay_in_process(&Recording::read("rules"));
}

#[test]
fn core_replays_over_the_process() {
    let database = TestDatabase::new();
    let mut process = OverProcess::start(&database.url());
    replay(&Recording::read("core"), &mut database.conn(), &mut process);
    process.end();
}

#[test]
fn every_recorded_function_has_an_adapter() {
    for recording in Recording::all() {
        let missing: Vec<&str> = recording
            .methods()
            .into_iter()
            .filter(|method| compat::function(method).is_none())
            .collect();
        assert!(missing.is_empty(), "{}: {missing:?}", recording.name);
    }
}

fn replay_in_process(recording: &Recording) {
    let database = TestDatabase::new();
    let mut adapter = InProcess::open(&database.url());
    replay(recording, &mut database.conn(), &mut adapter);
}
