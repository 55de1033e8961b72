//! [`Failure`]: what an error says of the server that told it.

use diesel::result::DatabaseErrorKind as Kind;
use diesel::result::Error as DieselError;

/// Why something that failed on a replica may go through on the primary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Failure {
    /// The statement was refused or ended, perhaps in favour of the replay of the log.
    OfStatement,
    /// The connection is gone.
    OfConnection,
}

impl Failure {
    /// `None` where another server would say the same, or where the statement has taken its time already.
    pub(crate) fn of(error: &DieselError) -> Option<Self> {
        let DieselError::DatabaseError(kind, information) = error else {
            return None;
        };
        match kind {
            Kind::ClosedConnection | Kind::UnableToSendCommand => Some(Self::OfConnection),
            Kind::SerializationFailure => Some(Self::OfStatement),
            // Diesel does not tell the code.
            Kind::Unknown => {
                let message = information.message();
                let has_run_long = message.starts_with("canceling statement due to")
                    && !message.contains("recovery");
                (!has_run_long).then_some(Self::OfStatement)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(kind: Kind, message: &str) -> Option<Failure> {
        Failure::of(&DieselError::DatabaseError(
            kind,
            Box::new(message.to_owned()),
        ))
    }

    #[test]
    fn a_write_and_a_time_limit_are_no_fault_of_the_replica() {
        assert_eq!(failure(Kind::ReadOnlyTransaction, ""), None);
        let limit = "canceling statement due to statement timeout";
        assert_eq!(failure(Kind::Unknown, limit), None);
        assert_eq!(Failure::of(&DieselError::NotFound), None);
    }

    #[test]
    fn a_conflict_with_the_replay_is() {
        let conflict = "canceling statement due to conflict with recovery";
        for kind in [Kind::SerializationFailure, Kind::Unknown] {
            assert_eq!(failure(kind, conflict), Some(Failure::OfStatement));
        }
        let lost = failure(Kind::ClosedConnection, conflict);
        assert_eq!(lost, Some(Failure::OfConnection));
        assert!(lost > Some(Failure::OfStatement) && lost > None);
    }
}
