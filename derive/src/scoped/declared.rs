//! What the model says of its table, as data for the catalog.

use proc_macro2::TokenStream;
use quote::quote;

use super::{key_type, proof};
use crate::attributes::{DieselStruct, Nobody, Ownership, ScopedStruct, Writers};

pub(super) fn declared(diesel: &DieselStruct, scoped: &ScopedStruct) -> TokenStream {
    let table = &diesel.table;
    let name_of =
        |column: &syn::Ident| quote!(<#table::#column as diesel::query_source::Column>::NAME);
    let reference = |model: &syn::Path, column: &syn::Ident| {
        let column = name_of(column);
        quote!(::tenancy::__private::Reference::to::<#model>(#column))
    };
    let owner = match &scoped.ownership {
        Ownership::Global => quote!(::tenancy::__private::Owner::Global),
        Ownership::Tenant { column, nobody } => {
            let name = name_of(column);
            let kind = key_type(table, scoped);
            let without = match nobody {
                Nobody::Never => quote!(Impossible),
                Nobody::Hidden => quote!(Hidden),
                Nobody::Everybodys => quote!(Shown),
            };
            quote!(::tenancy::__private::Owner::Tenant {
                column: #name,
                key: <diesel::dsl::SqlTypeOf<#table::#column> as ::tenancy::__private::KeyColumn>::KEY,
                kind: ::tenancy::__private::KeyKind::of::<#kind>(),
                without: ::tenancy::__private::WithoutOwner::#without,
            })
        }
        Ownership::Parent { model, column } => {
            let parent = reference(model, column);
            quote!(::tenancy::__private::Owner::Parent(#parent))
        }
    };
    let references = scoped
        .references
        .iter()
        .map(|(model, column)| reference(model, column));
    let proof = match &scoped.proof {
        Some(column) => proof::declared(table, column, scoped.kept.soft_delete.as_ref()),
        None => quote!(::std::option::Option::None),
    };
    let writers = match scoped.writers {
        // It writes as the service's role.
        Writers::Tenants | Writers::Directory(_) | Writers::Hidden(_) => quote!(Tenants),
        Writers::Migrations(_) => quote!(Operators(&["SELECT"])),
    };
    let public_id = match &scoped.kept.public_id {
        Some(column) => {
            let name = name_of(column);
            quote!(::std::option::Option::Some(#name))
        }
        None => quote!(::std::option::Option::None),
    };
    let text_id = match &scoped.kept.text_id {
        Some(key) => {
            let name = name_of(&key.column);
            quote!(::std::option::Option::Some(#name))
        }
        None => quote!(::std::option::Option::None),
    };
    quote! {
        fn declared(_: ::tenancy::__private::Seal) -> ::tenancy::__private::Declared {
            ::tenancy::__private::Declared {
                name: ::tenancy::__private::Named::name(
                    <#table::table as diesel::internal::table_macro::StaticQueryFragment>::STATIC_COMPONENT,
                ),
                primary_key: <Self as ::tenancy::ScopedTable>::PRIMARY_KEY,
                owner: #owner,
                writers: ::tenancy::__private::Writers::#writers,
                references: ::std::vec![#(#references),*],
                proof: #proof,
                public_id: #public_id,
                text_id: #text_id,
            }
        }
    }
}
