//! The derive macros of the `tenancy` crate. Use them through it.

#![forbid(unsafe_code)]
#![warn(
    missing_copy_implementations,
    missing_debug_implementations,
    missing_docs,
    unreachable_pub,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used
)]

mod attributes;
mod changeset;
mod fields;
mod insertable;
mod kept;
mod scoped;
mod tenant_key;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Says who owns the rows of a model. See the trait `tenancy::Scoped`.
///
/// One struct of each table derives it. Further structs that are loaded from the table derive
/// diesel's `Queryable` and `Selectable` only, and are read through the repo of the first:
/// `repo.query().select(Short::as_select())`. A second `Scoped` is rustc's E0119, several times:
/// "conflicting implementations of trait" for the table.
#[proc_macro_derive(Scoped, attributes(scoped, diesel))]
pub fn scoped(input: TokenStream) -> TokenStream {
    expand(parse_macro_input!(input as DeriveInput), scoped::expand)
}

/// Makes a struct a new row of a tenant's table.
///
/// Each field is a column of the table in `#[diesel(table_name = ..)]`, with the
/// attributes `column_name`, `skip_insertion` and, on the struct,
/// `treat_none_as_default_value` read as diesel's `Insertable` reads them: a field
/// that is `None` is left to the column's default. The tenant column is not among the
/// fields: it comes from the scope. Nor are those that the library keeps.
#[proc_macro_derive(ScopedInsertable, attributes(diesel))]
pub fn scoped_insertable(input: TokenStream) -> TokenStream {
    expand(parse_macro_input!(input as DeriveInput), insertable::expand)
}

/// Makes a struct a set of changes to a tenant's table.
///
/// Each field is a column of the table in `#[diesel(table_name = ..)]`, with the
/// attributes `column_name`, `skip_update` and `treat_none_as_null` read as diesel's
/// `AsChangeset` reads them: a field that is `None` leaves its column alone. The
/// tenant column and the primary key are not among the fields, nor are the columns that the
/// library keeps.
#[proc_macro_derive(ScopedChangeset, attributes(diesel))]
pub fn scoped_changeset(input: TokenStream) -> TokenStream {
    expand(parse_macro_input!(input as DeriveInput), changeset::expand)
}

/// Makes a newtype over `i32`, `i64`, `Uuid` or `String` a tenant key.
///
/// The newtype derives `Debug`, `Clone`, `PartialEq`, `Eq` and `Hash` beside it (`Copy` too, but
/// for a `String`): the trait asks for them.
///
/// `#[tenant_key(kind = "customer")]` says what the kind of key is called where it is written down
/// for good. Without it, that is the name of the type.
#[proc_macro_derive(TenantKey, attributes(tenant_key))]
pub fn tenant_key(input: TokenStream) -> TokenStream {
    expand(parse_macro_input!(input as DeriveInput), tenant_key::expand)
}

fn expand(
    input: DeriveInput,
    with: fn(DeriveInput) -> syn::Result<proc_macro2::TokenStream>,
) -> TokenStream {
    with(input)
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}
