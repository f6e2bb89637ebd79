//! One thing that is wrong with a live database.

use std::fmt;

/// One thing that [`Catalog::inspect`](crate::Catalog::inspect) found.
///
/// ```
/// # #[cfg(feature = "sqlite")]
/// # fn main() -> tenancy::Result<()> {
/// # mod gear { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gear/mod.rs")); }
/// # use gear::*;
/// use tenancy::{Check, Severity, catalog};
///
/// # let gear = Gear::new();
/// # let db = &gear.db;
/// let inspection = db.inspect(&catalog![Customer, Category, Item, Setting])?;
/// let units = &inspection.findings()[1];
/// assert_eq!((units.severity, units.check), (Severity::Warning, Check::UndeclaredTable));
/// assert_eq!(units.table.as_deref(), Some("units"));
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "sqlite"))]
/// # fn main() {}
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What was looked for: a name that stays the same.
    pub check: Check,
    /// The table, view or function; `None` for what concerns all of them.
    pub table: Option<String>,
    /// What is wrong, in words.
    pub problem: String,
    /// Why it matters.
    pub why: &'static str,
    /// The SQL that mends it, for the owner of the tables, where SQL does.
    pub mend: Option<String>,
}

/// How bad a [`Finding`] is. The worst comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// A row may be read, written or guessed by another tenant; or a table of a distributed
    /// catalog cannot be distributed.
    Error,
    /// Somebody should look at it: whether it is a hole depends on what it is for.
    Warning,
    /// Nothing is wrong, but it should be known.
    Note,
}

impl Severity {
    /// `error`, `warning` or `note`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The checks, each with its name and the reason why it is made.
macro_rules! checks {
    ($($(#[$doc:meta])* $check:ident, $name:literal, $why:literal;)*) => {
        /// What [`Catalog::inspect`](crate::Catalog::inspect) looks for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Check {
            $($(#[$doc])* $check,)*
        }

        impl Check {
            /// The name in JSON: `unique_key`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$check => $name,)*
                }
            }

            /// Why it matters.
            #[must_use]
            pub fn why(self) -> &'static str {
                match self {
                    $(Self::$check => $why,)*
                }
            }
        }
    };
}

checks! {
    /// A table of the catalog is not there.
    MissingTable, "missing_table",
        "the catalog and the database do not speak of the same tables, and what was not found was not inspected";
    /// A model is of a view.
    NotATable, "not_a_table",
        "a view has no row security, keys and references of its own: the model must be of a table";
    /// A table that no model declares.
    UndeclaredTable, "undeclared_table",
        "nobody has said whose its rows are, and nothing of the library guards them";
    /// A view that no model declares.
    UndeclaredView, "undeclared_view",
        "raw SQL that reads it sees what it shows, of each tenant";
    /// A declared column is not there.
    MissingColumn, "missing_column",
        "the model is of another table: without it its statements fail, or do not find the owner of a row";
    /// The column of the owner takes NULL.
    NullableOwner, "nullable_owner",
        "a row without an owner is lost to its tenant, or found by somebody else";
    /// The tenant's column has another type than its key.
    KeyType, "key_type",
        "a key that the database converts is no longer compared to the byte: two keys can become one";
    /// The tenant's column is compared loosely.
    LooseKey, "loose_key",
        "two keys that are different to the service are one tenant to the database";
    /// The column that proves a credential takes NULL, or is of another type or compared loosely.
    ProofColumn, "proof_column",
        "what proves a credential is there in each row, and compared to the byte: else a row is lost, or found by another credential";
    /// What finds a credential's row before its tenant is known is not there.
    MissingDoor, "missing_door",
        "row security hides each row as long as no tenant is known: nobody can sign in by this table";
    /// A unique key does not have the owner in it.
    UniqueKey, "unique_key",
        "a value that another tenant has is refused, which tells that it is there, and an upsert can meet the other's row";
    /// A unique key does not begin with the owner.
    UniqueKeyOrder, "unique_key_order",
        "it keeps tenants apart, but does not serve their queries, and an upsert's target begins with the owner";
    /// A primary key that can be guessed, and that the database does not make.
    PrimaryKey, "primary_key",
        "who chooses keys learns which ones other tenants have";
    /// A foreign key does not have the tenant in it.
    ForeignKey, "foreign_key",
        "foreign keys look past every guard: a row can refer to another tenant's, and trying tells which ones there are";
    /// A declared reference has no foreign key.
    MissingForeignKey, "missing_foreign_key",
        "a row can refer to one that is gone, or to another tenant's";
    /// A foreign key is there, and not every row is held to it.
    LooseForeignKey, "loose_foreign_key",
        "rows that break it are taken or were never looked for: a row can refer to another tenant's";
    /// A foreign key empties the column of the owner.
    EmptiedOwner, "emptied_owner",
        "a deletion elsewhere makes a private row nobody's, or everybody's";
    /// No index begins with the owner.
    MissingIndex, "missing_index",
        "each statement of a tenant reads the rows of all of them: slow, and its time tells how many there are";
    /// The foreign keys are not enforced.
    ForeignKeysOff, "foreign_keys_off",
        "no reference of any table is checked on this connection";
    /// Values are made to fit.
    LaxMode, "lax_mode",
        "a key that is too long or too large is cut to fit, and may become another tenant's";
    /// A storage engine without transactions.
    Engine, "engine",
        "the table has no transactions and no foreign keys: what was rolled back stays, and references are not checked";
    /// A trigger that sets the owner.
    Trigger, "trigger",
        "it can move a row to another tenant, behind the statement that was checked";
    /// A rule on a table of the catalog.
    Rule, "rule",
        "what it adds or puts in place runs as the table's owner, and the statement that was checked does not have it";
    /// Row security is off.
    RowSecurityOff, "row_security_off",
        "the database shows every row to a statement that forgot the tenant";
    /// Row security does not bind the owner of the table.
    NotForced, "not_forced",
        "the table's owner, and whoever can become it, sees and writes every row";
    /// No policy of the catalog applies.
    MissingPolicy, "missing_policy",
        "row security without the catalog's policy hides every row, or shows those of somebody else's rule";
    /// Another permissive policy.
    OtherPolicy, "other_policy",
        "permissive policies add up: a row that any of them allows is allowed";
    /// A permissive policy that is always true.
    OpenPolicy, "open_policy",
        "permissive policies add up: with this one every row of every tenant is allowed";
    /// The role is above row security.
    Role, "role",
        "row security does not bind such a role, whatever the tables say";
    /// The role owns the table.
    TableOwner, "table_owner",
        "an owner can switch row security off, and take its policies away";
    /// The role owns the schema of a table.
    SchemaOwner, "schema_owner",
        "an owner can drop the tables of a schema, whoever owns them, with the rows of every tenant";
    /// The role or the account has a right that goes past its rows.
    Rights, "rights",
        "neither row security nor a trigger binds what concerns a whole table";
    /// The role may write rows, and not count their keys.
    MissingRight, "missing_right",
        "a new row gets its key from the sequence: without it nothing is inserted, and where the table is that of the tenants, nobody signs in for the first time";
    /// The role may write rows of everybody.
    GlobalRights, "global_rights",
        "each tenant reads these rows, and none should write them";
    /// The role may make things in a schema of the tables.
    SchemaRights, "schema_rights",
        "what the role makes there it owns, and another's SQL may find it before what it meant";
    /// A tenant that connections have without being told.
    StandingTenant, "standing_tenant",
        "a connection that was told no tenant should see nothing, and this one sees a tenant's rows";
    /// Keys of more types than one in the catalog.
    KeyKinds, "key_kinds",
        "one setting tells the database whose a session is, so that to row security a customer and a supplier of the same number are one tenant";
    /// Two types of keys are called the same for good.
    SharedKind, "shared_kind",
        "what the library writes down for good, as audit events and counts, takes a customer and a supplier of the same number for one tenant";
    /// SQL that sets a tenant while it runs: a function, a view, a default.
    TenantFunction, "tenant_function",
        "whatever tenant a session has, what such a function reads and writes is of another";
    /// A view over a guarded table.
    View, "view",
        "a view reads with the rights of its owner: row security asks for the owner, not for who reads";
    /// A materialized view over a guarded table.
    MaterializedView, "materialized_view",
        "it keeps the rows that its refresher saw, of each tenant, and can have no row security";
    /// A function that runs as its owner.
    DefinerFunction, "definer_function",
        "it runs with the rights of its owner, and row security asks for the owner, not for who calls";
    /// A partition, or a table that inherits, without row security of its own.
    Partition, "partition",
        "the policies of a table do not bind who names its partition, or a table that it is a part of";
    /// A table that inherits from another, or that another inherits from.
    Inheritance, "inheritance",
        "keys and references hold for the rows of one table: where others inherit, a key can be there twice, and a row be below two tenants";
    /// A global table with a tenant's column.
    GlobalColumn, "global_column",
        "each tenant reads the rows of a global table, and such a column says that a row is somebody's";
    /// Large objects that the role may read.
    LargeObjects, "large_objects",
        "large objects are in no table, and have no row security";
    /// A function that is called leak-proof.
    LeakProof, "leak_proof",
        "it is put to rows before row security is: what it tells of its arguments, it tells of every tenant's rows";
    /// A primary or unique key that a distributed table cannot have.
    DistributedKey, "distributed_key",
        "a distributed engine refuses the table: it holds a key within the rows of one tenant only";
    /// A foreign key that a distributed table cannot have.
    DistributedReference, "distributed_reference",
        "a distributed engine refuses the table: its references stay within a tenant, and empty no columns";
    /// The tenant's column has another type than those of the other tables.
    DistributedType, "distributed_type",
        "a distributed engine finds a tenant's rows by the value and its type: those of other types are elsewhere";
    /// Keys from a sequence that is smaller than a BIGINT.
    DistributedId, "distributed_id",
        "each node of a distributed engine counts in a range of its own, which only a BIGINT holds";
    /// A trigger on a table that is to be distributed.
    DistributedTrigger, "distributed_trigger",
        "a distributed engine refuses a table that has triggers";
    /// The tenant that a transaction was told stays on one node.
    DistributedSetting, "distributed_setting",
        "the policies are put to the rows on other nodes, which must know the tenant: without it every table looks empty";
    /// An index that row security keeps from being used.
    SlowIndex, "slow_index",
        "its operators are not leak-proof: under row security the index serves no condition on these columns";
    /// No row security, because the catalog says so.
    Unguarded, "unguarded",
        "the catalog leaves it to the statements alone: nothing stands behind them";
    /// A server with known holes.
    ServerVersion, "server_version",
        "later versions mend holes of the server that are known";
    /// An unknown tenant sees rows.
    Probe, "probe",
        "this was tried, and whatever else is found or not: the rows came back";
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Finding {
    pub(super) fn new(severity: Severity, check: Check, problem: impl Into<String>) -> Self {
        Self {
            severity,
            check,
            table: None,
            problem: problem.into(),
            why: check.why(),
            mend: None,
        }
    }

    pub(super) fn error(check: Check, problem: impl Into<String>) -> Self {
        Self::new(Severity::Error, check, problem)
    }

    pub(super) fn warning(check: Check, problem: impl Into<String>) -> Self {
        Self::new(Severity::Warning, check, problem)
    }

    #[cfg(feature = "postgres")]
    pub(super) fn note(check: Check, problem: impl Into<String>) -> Self {
        Self::new(Severity::Note, check, problem)
    }

    pub(super) fn on(mut self, table: impl ToString) -> Self {
        self.table = Some(table.to_string());
        self
    }

    pub(super) fn mended_by(mut self, mend: impl Into<Option<String>>) -> Self {
        self.mend = mend.into();
        self
    }
}
