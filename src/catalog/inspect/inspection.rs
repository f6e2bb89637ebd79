//! What an inspection found, for people and for machines.

use std::fmt;

use super::finding::{Finding, Severity};

/// What [`Catalog::inspect`](crate::Catalog::inspect) found, the worst first.
///
/// `Display` writes a table for people. With the cargo feature `serde` it is serialized as
/// `{"findings": [{"severity": "error", "check": "unique_key", "table": "items", ..}]}`.
///
/// ```
/// # #[cfg(feature = "sqlite")]
/// # fn main() -> tenancy::Result<()> {
/// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
/// # use gear::*;
/// use tenancy::catalog;
///
/// # let gear = Gear::new();
/// # let db = &gear.db;
/// let inspection = db.inspect(&catalog![Customer, Category, Item, Setting, Unit])?;
/// assert!(!inspection.has_errors(), "{inspection}");
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "sqlite"))]
/// # fn main() {}
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Inspection {
    findings: Vec<Finding>,
}

impl Inspection {
    pub(super) fn of(mut findings: Vec<Finding>) -> Self {
        findings.sort_by(|a, b| (a.severity, &a.table).cmp(&(b.severity, &b.table)));
        Self { findings }
    }

    /// What was found: errors, warnings, notes.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Whether nothing was found, not even a note.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// Whether there is an error among the findings.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    fn count(&self, severity: Severity) -> usize {
        let findings = self.findings.iter();
        findings.filter(|found| found.severity == severity).count()
    }
}

/// What stands in the column of the table for a finding that concerns all of them.
const ALL: &str = "*";

impl fmt::Display for Inspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tables = self.findings.iter().map(of);
        let width = tables.map(|table| table.chars().count()).max().unwrap_or(0);
        for found in &self.findings {
            writeln!(
                f,
                "{:7}  {:width$}  {}",
                found.severity,
                of(found),
                found.problem
            )?;
            let indent = width + 11;
            writeln!(f, "{:indent$}why: {}", "", found.why)?;
            for (at, line) in found.mend.iter().flat_map(|sql| sql.lines().enumerate()) {
                let label = if at == 0 { "mend:" } else { "     " };
                writeln!(f, "{:indent$}{label} {line}", "")?;
            }
        }
        writeln!(
            f,
            "errors: {}, warnings: {}, notes: {}",
            self.count(Severity::Error),
            self.count(Severity::Warning),
            self.count(Severity::Note)
        )
    }
}

fn of(found: &Finding) -> &str {
    found.table.as_deref().unwrap_or(ALL)
}

#[cfg(feature = "serde")]
mod serde_impls {
    //! Written by hand: `serde_derive` is not worth three types.

    use serde::ser::{Serialize, SerializeStruct, Serializer};

    use super::Inspection;
    use crate::catalog::inspect::finding::{Check, Finding, Severity};

    impl Serialize for Inspection {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            let mut inspection = to.serialize_struct("Inspection", 1)?;
            inspection.serialize_field("findings", &self.findings)?;
            inspection.end()
        }
    }

    impl Serialize for Finding {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            let mut finding = to.serialize_struct("Finding", 6)?;
            finding.serialize_field("severity", &self.severity)?;
            finding.serialize_field("check", &self.check)?;
            finding.serialize_field("table", &self.table)?;
            finding.serialize_field("problem", &self.problem)?;
            finding.serialize_field("why", self.why)?;
            finding.serialize_field("mend", &self.mend)?;
            finding.end()
        }
    }

    impl Serialize for Severity {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            to.serialize_str(self.as_str())
        }
    }

    impl Serialize for Check {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            to.serialize_str(self.as_str())
        }
    }
}
