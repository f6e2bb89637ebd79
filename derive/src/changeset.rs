//! `#[derive(ScopedChangeset)]`: changes that render themselves, and that cannot name
//! the tenant column nor the primary key.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, GenericParam, Generics, Member, Result};

use crate::fields::{Column, Written};

pub(crate) fn expand(input: DeriveInput) -> Result<TokenStream> {
    let Written { diesel, columns } = Written::parse(&input)?;
    let name = &input.ident;
    let table = &diesel.table;
    let written: Vec<&Column> = columns.iter().filter(|c| !c.diesel.skip_update).collect();

    // A field that may leave its column alone.
    let optional = |column: &Column| {
        let as_null = column
            .diesel
            .treat_none_as_null
            .unwrap_or(diesel.treat_none_as_null);
        !as_null && column.inside_option().is_some()
    };

    let checks = written.iter().map(|column| {
        let path = column.path(table);
        let tenant = format!(
            "`{}` is the tenant column: a row stays with its tenant, remove the field",
            column.name
        );
        let key = format!(
            "`{}` is the primary key: the target of the update says which row, remove the field",
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
                    <#table::table as ::tenancy::ScopedTable>::PRIMARY_KEY,
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

    let assignments = written.iter().map(|column| {
        let path = column.path(table);
        let member = &column.member;
        let assign = |value: TokenStream| {
            quote! {
                if !first {
                    out.push_sql(", ");
                }
                first = false;
                out.push_identifier(<#path as diesel::query_source::Column>::NAME)?;
                out.push_sql(" = ");
                stamp.value::<#path, _>(#value, out.reborrow())?;
            }
        };
        if optional(column) {
            let assign = assign(quote!(value));
            quote! {
                if let ::std::option::Option::Some(value) = &self.#member {
                    #assign
                }
            }
        } else {
            assign(quote!(&self.#member))
        }
    });

    let shape = shape(&input, "AsChanges", table, &written, optional);
    let (_, ty_generics, _) = input.generics.split_for_impl();
    let predicates = where_predicates(&input.generics);
    let with_backend = with_parameter(
        &input.generics,
        syn::parse_quote!(__DB: diesel::backend::Backend),
    );
    let (backend_generics, _, _) = with_backend.split_for_impl();
    let with_key = with_parameter(&input.generics, syn::parse_quote!(__K));
    let (key_generics, _, _) = with_key.split_for_impl();
    let mut borrowed = with_key.clone();
    borrowed.params.insert(0, syn::parse_quote!('__r));
    let (borrowed_generics, _, _) = borrowed.split_for_impl();
    let into_changes = [
        into_changes(
            table,
            &quote!(#key_generics),
            &predicates,
            &quote!(#name #ty_generics),
        ),
        into_changes(
            table,
            &quote!(#borrowed_generics),
            &predicates,
            &quote!(&'__r #name #ty_generics),
        ),
    ];

    Ok(quote! {
        const _: () = {
            use ::tenancy::__private::diesel;

            #(#checks)*
            #shape

            impl #backend_generics ::tenancy::__private::ChangesSql<__DB> for #name #ty_generics
            where
                #predicates
                #(#bounds)*
            {
                fn assignments<'__b, __S: ::tenancy::__private::RowStamp<__DB>>(
                    &'__b self,
                    stamp: &'__b __S,
                    mut out: diesel::query_builder::AstPass<'_, '__b, __DB>,
                ) -> diesel::result::QueryResult<()> {
                    let mut first = true;
                    #(#assignments)*
                    let _ = first;
                    ::std::result::Result::Ok(())
                }
            }

            #(#into_changes)*
        };
    })
}

/// The ways in which a changeset, owned or borrowed, is set.
fn into_changes(
    table: &syn::Path,
    generics: &TokenStream,
    predicates: &TokenStream,
    changes: &TokenStream,
) -> TokenStream {
    quote! {
        impl #generics ::tenancy::IntoChanges<#table::table, __K> for #changes
        where
            #predicates
            #table::table: ::tenancy::WritableBy<__K, RowStamp: diesel::query_builder::QueryId>,
        {
            type Changes = ::tenancy::__private::DerivedChanges<
                Self,
                <#table::table as ::tenancy::WritableBy<__K>>::RowStamp,
            >;

            fn into_changes(
                self,
                key: &__K,
                seal: ::tenancy::__private::Seal,
            ) -> Self::Changes {
                ::tenancy::__private::derived_changes::<#table::table, __K, _>(self, key, seal)
            }
        }
    }
}

/// What the struct's SQL text depends on: the optional fields.
pub(crate) fn shape(
    input: &DeriveInput,
    stands_as: &str,
    table: &syn::Path,
    columns: &[&Column],
    is_optional: impl Fn(&Column) -> bool,
) -> TokenStream {
    let name_of = |column: &&Column| {
        let path = column.path(table);
        quote!(<#path as diesel::query_source::Column>::NAME)
    };
    let names: Vec<_> = columns.iter().map(name_of).collect();
    let always: Vec<_> = columns
        .iter()
        .filter(|column| !is_optional(column))
        .map(name_of)
        .collect();
    let optional: Vec<&Member> = columns
        .iter()
        .filter(|column| is_optional(column))
        .map(|column| &column.member)
        .collect();
    let columns = columns.len();
    let name = &input.ident;
    let stands_as = syn::Ident::new(stands_as, proc_macro2::Span::call_site());
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    let lifetimes = input.generics.lifetimes().map(|_| quote!('static));
    let constants = input.generics.const_params().map(|parameter| {
        let name = &parameter.ident;
        quote!(#name)
    });
    let is_static = optional.is_empty();
    let nothing_else = optional.len() == columns;
    quote! {
        impl #impl_generics ::tenancy::__private::RowShape<::tenancy::__private::#stands_as>
            for #name #ty_generics
            #where_clause
        {
            type Shape = #name<#(#lifetimes,)* #(#constants,)*>;
            const STATIC: bool = #is_static;
            const COLUMNS: usize = #columns;
            const NAMES: &'static [&'static str] = &[#(#names),*];
            const ALWAYS: &'static [&'static str] = &[#(#always),*];

            fn same_columns(&self, other: &Self) -> bool {
                let _ = other;
                true #(&& self.#optional.is_some() == other.#optional.is_some())*
            }

            fn is_empty(&self) -> bool {
                #nothing_else #(&& self.#optional.is_none())*
            }
        }
    }
}

/// The generics with one more type parameter, behind the lifetimes.
pub(crate) fn with_parameter(generics: &Generics, parameter: GenericParam) -> Generics {
    let mut generics = generics.clone();
    generics.params.push(parameter);
    generics
}

/// What the struct's own `where` clause says, to stand in another one.
pub(crate) fn where_predicates(generics: &Generics) -> TokenStream {
    let predicates = generics
        .where_clause
        .iter()
        .flat_map(|clause| &clause.predicates);
    quote!(#(#predicates,)*)
}
