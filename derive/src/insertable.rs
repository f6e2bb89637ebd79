//! `#[derive(ScopedInsertable)]`: a new row that renders itself, and that cannot name
//! the tenant column.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, Result};

use crate::fields::{Column, Written};

pub(crate) fn expand(input: DeriveInput) -> Result<TokenStream> {
    let Written { diesel, columns } = Written::parse(&input)?;
    let name = &input.ident;
    let table = &diesel.table;
    let written: Vec<&Column> = columns
        .iter()
        .filter(|c| !c.diesel.skip_insertion)
        .collect();

    // A field that may be left to the column's default.
    let optional = |column: &Column| {
        let by_default = column
            .diesel
            .treat_none_as_default
            .unwrap_or(diesel.treat_none_as_default);
        by_default && column.inside_option().is_some()
    };

    let tenant_checks = written.iter().map(|column| {
        let path = column.path(table);
        let tenant = format!(
            "`{}` is the tenant column: it comes from the scope, remove the field",
            column.name
        );
        let key = format!(
            "`{}` is a primary key that the database makes: remove the field (a key of the \
             application's own would tell which keys other tenants have)",
            column.name
        );
        let not_kept = crate::kept::not_kept(table, column);
        quote_spanned! { column.ty.span() =>
            #not_kept
            const _: fn() = ::tenancy::__private::is_column_of::<#path, #table::table>;
            const _: () = ::std::assert!(
                !::tenancy::__private::same_name(
                    <#path as diesel::query_source::Column>::NAME,
                    <#table::table as ::tenancy::ScopedTable>::TENANT,
                ),
                #tenant
            );
            const _: () = ::std::assert!(
                !::tenancy::__private::is_among(
                    <#path as diesel::query_source::Column>::NAME,
                    <#table::table as ::tenancy::ScopedTable>::MADE_BY_THE_DATABASE,
                ),
                #key
            );
        }
    });

    let bounds = written.iter().map(|column| {
        let path = column.path(table);
        let ty = &column.ty;
        let bound = if optional(column) {
            column.inside_option().unwrap_or(ty)
        } else {
            ty
        };
        let bound = crate::fields::behind_reference(bound);
        quote_spanned! { ty.span() =>
            #bound: diesel::serialize::ToSql<diesel::dsl::SqlTypeOf<#path>, __DB>,
            __DB: diesel::sql_types::HasSqlType<diesel::dsl::SqlTypeOf<#path>>,
        }
    });

    let push_columns = written.iter().map(|column| {
        let path = column.path(table);
        let member = &column.member;
        let push = quote! {
            if begun {
                out.push_sql(", ");
            }
            begun = true;
            out.push_identifier(<#path as diesel::query_source::Column>::NAME)?;
        };
        if optional(column) {
            quote! { if self.#member.is_some() { #push } }
        } else {
            push
        }
    });

    let push_values = written.iter().map(|column| {
        let path = column.path(table);
        let member = &column.member;
        let push = |value: TokenStream| {
            quote! {
                if begun {
                    out.push_sql(", ");
                }
                begun = true;
                stamp.value::<#path, _>(#value, out.reborrow())?;
            }
        };
        if optional(column) {
            let push = push(quote!(value));
            quote! { if let ::std::option::Option::Some(value) = &self.#member { #push } }
        } else {
            push(quote!(&self.#member))
        }
    });

    let named: Vec<TokenStream> = written
        .iter()
        .filter(|column| !optional(column))
        .map(|column| {
            let path = column.path(table);
            quote!(<#path as diesel::query_source::Column>::NAME)
        })
        .collect();

    let shape = crate::changeset::shape(&input, "AsRow", table, &written, optional);
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    let predicates = crate::changeset::where_predicates(&input.generics);
    let with_backend = crate::changeset::with_parameter(
        &input.generics,
        syn::parse_quote!(__DB: diesel::backend::Backend),
    );
    let (backend_generics, _, _) = with_backend.split_for_impl();
    let with_key = crate::changeset::with_parameter(&input.generics, syn::parse_quote!(__K));
    let (key_generics, _, _) = with_key.split_for_impl();
    let mut borrowed = with_key.clone();
    borrowed.params.insert(0, syn::parse_quote!('__r));
    let (borrowed_generics, _, _) = borrowed.split_for_impl();
    let new_rows = [
        new_row(
            table,
            &quote!(#key_generics),
            &predicates,
            &quote!(#name #ty_generics),
        ),
        new_row(
            table,
            &quote!(#borrowed_generics),
            &predicates,
            &quote!(&'__r #name #ty_generics),
        ),
    ];

    Ok(quote! {
        const _: () = {
            use ::tenancy::__private::diesel;

            #(#tenant_checks)*
            const _: () = ::std::assert!(
                <#table::table as ::tenancy::ScopedTable>::PARENT.is_empty()
                    || ::tenancy::__private::is_among(
                        <#table::table as ::tenancy::ScopedTable>::PARENT,
                        &[#(#named),*],
                    ),
                "rows of this table belong through their parent: the struct needs a field for the \
                 column that leads to it, and not an optional one"
            );
            #shape

            impl #impl_generics ::tenancy::__private::DerivedRow<#table::table> for #name #ty_generics #where_clause {}

            impl #backend_generics ::tenancy::__private::RowSql<__DB> for #name #ty_generics
            where
                #predicates
                #(#bounds)*
            {
                fn columns(
                    &self,
                    mut begun: bool,
                    mut out: diesel::query_builder::AstPass<'_, '_, __DB>,
                ) -> diesel::result::QueryResult<()> {
                    #(#push_columns)*
                    let _ = begun;
                    ::std::result::Result::Ok(())
                }

                fn values<'__b, __S: ::tenancy::__private::RowStamp<__DB>>(
                    &'__b self,
                    stamp: &'__b __S,
                    mut begun: bool,
                    mut out: diesel::query_builder::AstPass<'_, '__b, __DB>,
                ) -> diesel::result::QueryResult<()> {
                    #(#push_values)*
                    let _ = begun;
                    ::std::result::Result::Ok(())
                }
            }

            #(#new_rows)*
        };
    })
}

/// The ways in which a row, owned or borrowed, is inserted.
fn new_row(
    table: &syn::Path,
    generics: &TokenStream,
    predicates: &TokenStream,
    row: &TokenStream,
) -> TokenStream {
    let stamped = |what: &str| {
        let what = syn::Ident::new(what, proc_macro2::Span::call_site());
        quote! {
            ::tenancy::__private::#what<
                #table::table,
                <#table::table as ::tenancy::WritableBy<__K>>::RowStamp,
                #row,
            >
        }
    };
    let (one, many) = (stamped("StampedRow"), stamped("RowsChunk"));
    quote! {
        impl #generics ::tenancy::__private::NewRow<#table::table, __K> for #row
        where
            #predicates
            #table::table: ::tenancy::WritableBy<__K>,
        {
            type One = #one;
            type Many = #many;

            fn one(self, key: &__K, seal: ::tenancy::__private::Seal) -> Self::One {
                ::tenancy::__private::derived_one::<#table::table, __K, _>(self, key, seal)
            }

            fn many(
                rows: ::std::vec::Vec<Self>,
                key: &__K,
                seal: ::tenancy::__private::Seal,
            ) -> ::std::vec::Vec<Self::Many> {
                ::tenancy::__private::derived_many::<#table::table, __K, _>(rows, key, seal)
            }
        }

        impl #generics ::tenancy::InsertRows<#table::table, __K> for #row
        where
            #predicates
            #table::table: ::tenancy::WritableBy<__K>,
        {
            type Insert = ::tenancy::ScopedInsert<#table::table, #one, __K>;

            fn into_insert(self, key: __K, seal: ::tenancy::__private::Seal) -> Self::Insert {
                ::tenancy::__private::derived_insert::<#table::table, __K, _>(self, key, seal)
            }
        }
    }
}
