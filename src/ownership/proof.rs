//! The column that proves a credential: what a row is found by before its tenant is known.

use diesel::Column;
use diesel::dsl::SqlTypeOf;
use diesel::sql_types::{Binary, SingleValue, Text};
use uuid::Uuid;

use super::ScopedTable;
use crate::__private::Seal;
use crate::catalog::ProofType;
use crate::sql_types::Id128;

/// A table whose model names the column that proves a credential, with
/// `#[scoped(.., proof = secret_digest)]`. [`prove`](crate::prove) finds its rows.
#[diagnostic::on_unimplemented(
    message = "no column of `{Self}` proves a credential",
    label = "its rows are found only when their tenant is known",
    note = "write `proof = secret_digest` into `#[scoped(..)]` of the model, with the name of a column that holds a digest"
)]
pub trait HasProof: ScopedTable {
    /// The SQL type of the column.
    type Proof: ProofColumnType;

    #[doc(hidden)]
    fn is_derived(seal: Seal);
}

/// The SQL types that a column can have which proves a credential: `Text`, `Binary` and
/// [`Id128`].
#[diagnostic::on_unimplemented(
    message = "a column of the type `{Self}` cannot prove a credential",
    label = "not the type of a digest",
    note = "`proof` names a column of type `Binary`, `Text` or `tenancy::sql_types::Id128`, and never `Nullable`"
)]
pub trait ProofColumnType: SingleValue {
    /// What such a column is looked up by: `str`, `[u8]` or `Uuid`.
    type Value: ?Sized;

    #[doc(hidden)]
    const HOLDS: ProofType;
}

impl ProofColumnType for Text {
    type Value = str;
    const HOLDS: ProofType = ProofType::Text;
}

impl ProofColumnType for Binary {
    type Value = [u8];
    const HOLDS: ProofType = ProofType::Binary;
}

impl ProofColumnType for Id128 {
    type Value = Uuid;
    const HOLDS: ProofType = ProofType::Id128;
}

/// Compiles for a column that can prove a credential.
#[doc(hidden)]
pub fn is_proof<C: Column>()
where
    SqlTypeOf<C>: ProofColumnType,
{
}
