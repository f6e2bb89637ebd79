//! `proof = column`: what a credential's row is found by, before its tenant is known.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::meta::ParseNestedMeta;
use syn::{Error, Ident, Path, Result};

use crate::attributes::{DieselStruct, Nobody, Ownership, ScopedStruct};

pub(crate) fn named(meta: &ParseNestedMeta<'_>) -> Result<Ident> {
    let column = meta.value().and_then(syn::parse::ParseBuffer::parse);
    column.map_err(|_| {
        meta.error(
            "write the name of the column that holds the digest, without quotes: \
             `proof = secret_digest`",
        )
    })
}

/// Refuses a column of rows that need not have one tenant, and one that has another use.
pub(super) fn check(diesel: &DieselStruct, scoped: &ScopedStruct) -> Result<()> {
    let Some(column) = &scoped.proof else {
        return Ok(());
    };
    let refused = |reason: &str| Err(Error::new(column.span(), reason));
    match &scoped.ownership {
        Ownership::Tenant {
            column: tenant,
            nobody: Nobody::Never,
        } if tenant == column => {
            refused("the tenant proves nothing: `proof` names a column of its own")
        }
        Ownership::Tenant {
            nobody: Nobody::Never,
            ..
        } if diesel.primary_key.contains(column) => refused(
            "a primary key is told, in links and in other rows: `proof` names a column of its own",
        ),
        Ownership::Tenant {
            nobody: Nobody::Never,
            ..
        } if scoped.kept.columns().contains(&column) => refused(
            "the library keeps something else in this column: `proof` names a column of its own",
        ),
        Ownership::Tenant {
            nobody: Nobody::Never,
            ..
        } => Ok(()),
        Ownership::Tenant { .. } | Ownership::Parent { .. } | Ownership::Global => refused(
            "who proves a credential learns its tenant, so each row has one of its own: `proof` \
             goes with `tenant = ..`, without `nullable` and `global_rows`",
        ),
    }
}

/// Beside `ScopedTable`: which column it is, and that its type fits.
pub(super) fn impls(table: &Path, proof: Option<&Ident>) -> Option<TokenStream> {
    let column = proof?;
    Some(quote_spanned! { column.span() =>
        const _: fn() = ::tenancy::__private::is_column_of::<#table::#column, #table::table>;
        const _: fn() = ::tenancy::__private::is_proof::<#table::#column>;

        impl ::tenancy::HasProof for #table::table {
            type Proof = diesel::dsl::SqlTypeOf<#table::#column>;

            fn is_derived(_: ::tenancy::__private::Seal) {}
        }
    })
}

/// Of `Declared`: the column, its type, and by what a row is deleted.
pub(super) fn declared(table: &Path, column: &Ident, deleted: Option<&Ident>) -> TokenStream {
    let name_of = |column: &Ident| quote!(<#table::#column as diesel::query_source::Column>::NAME);
    let name = name_of(column);
    let deleted = match deleted.map(name_of) {
        Some(name) => quote!(::std::option::Option::Some(#name)),
        None => quote!(::std::option::Option::None),
    };
    quote! {
        ::std::option::Option::Some(::tenancy::__private::Proof {
            column: #name,
            holds: <diesel::dsl::SqlTypeOf<#table::#column> as ::tenancy::ProofColumnType>::HOLDS,
            deleted: #deleted,
        })
    }
}
