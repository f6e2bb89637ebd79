//! `#[derive(Scoped)]`: who owns the rows of a model's table.

mod declared;
mod fixed_columns;
mod ownership;
pub(crate) mod proof;
pub(crate) mod public_id;
pub(crate) mod text_id;

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{DeriveInput, Error, Ident, Result};

use crate::attributes::{DieselStruct, Ownership, ScopedStruct};
use crate::fields::{Column, columns};
use crate::kept::TextKey;
use declared::declared;
use fixed_columns::fixed_columns;
use ownership::{key_type, owner};

pub(crate) fn expand(input: DeriveInput) -> Result<TokenStream> {
    if !input.generics.params.is_empty() {
        return Err(Error::new_spanned(
            &input.generics,
            "a model of a table has no parameters",
        ));
    }
    let mut scoped = ScopedStruct::parse(&input.attrs, &input.ident)?;
    let diesel = DieselStruct::parse(&input.attrs, &input.ident)?;
    let columns = columns(&input)?;
    scoped
        .kept
        .check(scoped.ownership.column(), &diesel.primary_key)?;
    check_key(&diesel, &scoped)?;
    scoped.kept.text_id = text_id::made(&diesel, &scoped)?.map(|column| TextKey {
        column,
        coin: text_id::coin(&input.ident),
    });
    proof::check(&diesel, &scoped)?;
    public_id::check(&diesel, &scoped)?;
    let model = model(&input.ident, &diesel, &scoped, &columns)?;
    let public_id = public_id::impls(&input.ident, &diesel.table, &scoped);
    let text_id = text_id::impls(&input.ident, &diesel, &scoped, &columns)?;
    let table = table(&diesel, &scoped, &columns);
    Ok(quote! {
        const _: () = {
            use ::tenancy::__private::diesel;

            #model
            #public_id
            #text_id
            #table
        };
    })
}

/// Refuses a key of several columns that is unique across tenants: who names one in a new row
/// learns from the violation which ones other tenants have.
fn check_key(diesel: &DieselStruct, scoped: &ScopedStruct) -> Result<()> {
    let (Some(owner), [first, _, ..]) = (scoped.ownership.column(), &*diesel.primary_key) else {
        return Ok(());
    };
    if scoped.application_key || diesel.primary_key.contains(owner) {
        return Ok(());
    }
    Err(Error::new(
        first.span(),
        format!(
            "a primary key of several columns holds the column that says whose a row is: begin it \
             with `{owner}`, in the database and in `table!`, or a new row would tell which keys \
             other tenants have (`application_key` is for keys that nobody can guess)"
        ),
    ))
}

/// The impls on the struct: its table, and what its rows are found by.
fn model(
    name: &Ident,
    diesel: &DieselStruct,
    scoped: &ScopedStruct,
    columns: &[Column],
) -> Result<TokenStream> {
    let table = &diesel.table;
    let key = key_type(table, scoped);
    let parts: Vec<&Column> = id_columns(diesel, scoped)
        .iter()
        .map(|part| {
            columns.iter().find(|column| column.name == **part).ok_or_else(|| {
                Error::new(
                    name.span(),
                    format!(
                        "the model needs a field for `{part}` of its primary key, so that its rows \
                         can be found by it (`#[diesel(primary_key(..))]` says what the key is)"
                    ),
                )
            })
        })
        .collect::<Result<_>>()?;

    let types: Vec<_> = parts.iter().map(|part| &part.ty).collect();
    let paths: Vec<_> = parts.iter().map(|part| part.path(table)).collect();
    let bound: Vec<_> = parts.iter().zip(&paths).map(|(part, path)| {
        let ty = &part.ty;
        if is_spelled(ty, "RowId") {
            quote! {
                <#ty as diesel::expression::AsExpression<diesel::dsl::SqlTypeOf<#path>>>::Expression
            }
        } else {
            quote!(::tenancy::__private::Bound<diesel::dsl::SqlTypeOf<#path>, #ty>)
        }
    }).collect();
    let predicates: Vec<_> = bound
        .iter()
        .zip(&paths)
        .map(|(bound, path)| quote!(::tenancy::__private::Is<#path, #bound>))
        .collect();
    let values: Vec<_> = (0..parts.len())
        .map(|at| quote::format_ident!("part_{at}"))
        .collect();
    let tests: Vec<_> = paths
        .iter()
        .zip(&bound)
        .zip(&values)
        .map(|((path, bound), value)| {
            quote! {
                ::tenancy::__private::Is::new(#path, <#bound>::new(#value))
            }
        })
        .collect();
    let (id_type, id_pattern) = match (types.as_slice(), values.as_slice()) {
        ([ty], [value]) => (quote!(#ty), quote!(#value)),
        _ => (quote!((#(#types,)*)), quote!((#(#values,)*))),
    };
    let predicate_type = both(
        &predicates,
        |a, b| quote!(::tenancy::__private::Both<#a, #b>),
    );
    let predicate = both(
        &tests,
        |a, b| quote!(::tenancy::__private::Both::new(#a, #b)),
    );

    Ok(quote! {
        #(const _: fn() = ::tenancy::__private::is_column_of::<#paths, #table::table>;)*

        impl ::tenancy::__private::SealedModel for #name {}

        impl ::tenancy::Scoped for #name {
            type Table = #table::table;
            type Id = #id_type;
            type Key = #key;
            type IdPredicate = #predicate_type;

            fn id_predicate(id: Self::Id, _: ::tenancy::__private::Seal) -> Self::IdPredicate {
                let #id_pattern = id;
                #predicate
            }
        }
    })
}

/// The impls on the table: whose its rows are.
fn table(diesel: &DieselStruct, scoped: &ScopedStruct, columns: &[Column]) -> TokenStream {
    let described = described(diesel, scoped, columns);
    let owner = owner(diesel, scoped);
    let fixed = scoped.ownership.column().map(|column| {
        let made = made_by_the_database(diesel, scoped, columns).is_some()
            || scoped.kept.text_id.is_some();
        fixed_columns(diesel, column, &scoped.kept.columns(), made)
    });
    let owner_column = scoped.ownership.column().map(|column| {
        let table = &diesel.table;
        quote!(impl ::tenancy::__private::OwnerColumn for #table::#column {})
    });
    let table = &diesel.table;
    let kept = scoped.kept.impls(table);
    let proof = proof::impls(&diesel.table, scoped.proof.as_ref());
    let own_table = scoped.writers.said().map(|span| {
        quote_spanned! { span =>
            const _: () = ::tenancy::__private::is_of_the_library(
                <#table::table as ::tenancy::ScopedTable>::NAME,
            );
        }
    });
    quote!(#own_table #described #kept #proof #owner #fixed #owner_column)
}

/// What is said of the table, whoever reads it.
fn described(diesel: &DieselStruct, scoped: &ScopedStruct, columns: &[Column]) -> TokenStream {
    let table = &diesel.table;
    let primary_key = &diesel.primary_key;
    let name_of = |column: &Ident| quote!(<#table::#column as diesel::query_source::Column>::NAME);
    let primary_names = primary_key.iter().map(name_of);
    let made = made_by_the_database(diesel, scoped, columns)
        .into_iter()
        .map(name_of);
    let (tenant, parent) = match &scoped.ownership {
        Ownership::Tenant { column, .. } => (name_of(column), quote!("")),
        Ownership::Parent { column, .. } => (quote!(""), name_of(column)),
        Ownership::Global => (quote!(""), quote!("")),
    };
    let id_column = match id_columns(diesel, scoped).as_slice() {
        [one] => quote!(#table::#one),
        several => quote!((#(#table::#several,)*)),
    };
    let kept = scoped.kept.items(table);
    let declared = declared(diesel, scoped);
    let key = match primary_key.as_slice() {
        [one] => quote_spanned!(one.span() => #table::#one),
        several => quote!((#(#table::#several,)*)),
    };
    let called = table
        .segments
        .last()
        .map(|segment| segment.ident.to_string());
    let called = called.unwrap_or_default();
    let sql_name = quote! {
        ::tenancy::__private::TableName::<
            <#table::table as diesel::internal::table_macro::StaticQueryFragment>::Component,
        >::of(<#table::table as diesel::internal::table_macro::StaticQueryFragment>::STATIC_COMPONENT)
    };
    quote! {
        impl ::tenancy::__private::SealedTable for #table::table {}

        const _: fn() = ::tenancy::__private::has_primary_key::<#table::table, #key>;

        const _: () = ::tenancy::__private::may_be_named(#called);
        const _: () = ::tenancy::__private::may_be_named(#sql_name);

        impl ::tenancy::ScopedTable for #table::table {
            const NAME: &'static str = ::tenancy::__private::first_said(#sql_name, #called);
            const TENANT: &'static str = #tenant;
            const PRIMARY_KEY: &'static [&'static str] = &[#(#primary_names),*];
            const MADE_BY_THE_DATABASE: &'static [&'static str] = &[#(#made),*];
            const PARENT: &'static str = #parent;
            type IdColumn = #id_column;
            #kept
            #declared
        }
    }
}

/// The primary key, if it is unique across tenants and the database makes it: any key of
/// one column, but for texts, UUIDs and what the model says the application makes.
fn made_by_the_database<'a>(
    diesel: &'a DieselStruct,
    scoped: &ScopedStruct,
    columns: &[Column],
) -> Option<&'a Ident> {
    let owner = scoped.ownership.column()?;
    let [key] = diesel.primary_key.as_slice() else {
        return None;
    };
    let column = columns.iter().find(|column| column.name == *key)?;
    let hard_to_guess = is_spelled(&column.ty, "String") || is_spelled(&column.ty, "Uuid");
    let made =
        key != owner && !scoped.application_key && !hard_to_guess && scoped.kept.text_id.is_none();
    made.then_some(key)
}

/// The columns that tell rows of one tenant apart: the primary key without the tenant
/// column, unless that is all of it.
fn id_columns<'a>(diesel: &'a DieselStruct, scoped: &ScopedStruct) -> Vec<&'a Ident> {
    let rest: Vec<&Ident> = diesel
        .primary_key
        .iter()
        .filter(|part| match &scoped.ownership {
            Ownership::Tenant { column, .. } => *part != column,
            Ownership::Parent { .. } | Ownership::Global => true,
        })
        .collect();
    if rest.is_empty() {
        diesel.primary_key.iter().collect()
    } else {
        rest
    }
}

/// Combines from the right: `both(a, both(b, c))`.
fn both(
    parts: &[TokenStream],
    combine: impl Fn(&TokenStream, TokenStream) -> TokenStream,
) -> TokenStream {
    let mut parts = parts.iter().rev();
    let last = parts.next().cloned().unwrap_or_default();
    parts.fold(last, |rest, part| combine(part, rest))
}

/// Whether a type is called so, wherever it is.
fn is_spelled(ty: &syn::Type, name: &str) -> bool {
    match ty {
        syn::Type::Path(path) => path.path.segments.last().is_some_and(|s| s.ident == name),
        _ => false,
    }
}
