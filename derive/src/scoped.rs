//! `#[derive(Scoped)]`: who owns the rows of a model's table.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{DeriveInput, Error, Ident, Path, Result};

use crate::attributes::{DieselStruct, Ownership, ScopedStruct};
use crate::fields::{Column, columns};

pub(crate) fn expand(input: DeriveInput) -> Result<TokenStream> {
    if !input.generics.params.is_empty() {
        return Err(Error::new_spanned(
            &input.generics,
            "a model of a table has no parameters",
        ));
    }
    let scoped = ScopedStruct::parse(&input.attrs, &input.ident)?;
    let diesel = DieselStruct::parse(&input.attrs, &input.ident)?;
    let columns = columns(&input)?;
    let model = model(&input.ident, &diesel, &scoped, &columns)?;
    let table = table(&diesel, &scoped, &columns);
    Ok(quote! {
        const _: () = {
            use ::tenancy::__private::diesel;

            #model
            #table
        };
    })
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
    let bound = parts.iter().zip(&paths).map(|(part, path)| {
        let ty = &part.ty;
        quote!(::tenancy::__private::Bound<diesel::dsl::SqlTypeOf<#path>, #ty>)
    });
    let predicates: Vec<_> = bound
        .zip(&paths)
        .map(|(bound, path)| quote!(::tenancy::__private::Is<#path, #bound>))
        .collect();
    let values: Vec<_> = (0..parts.len())
        .map(|at| quote::format_ident!("part_{at}"))
        .collect();
    let tests: Vec<_> = paths
        .iter()
        .zip(&values)
        .map(|(path, value)| {
            quote! {
                ::tenancy::__private::Is::new(
                    #path,
                    ::tenancy::__private::Bound::new(#value),
                )
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
    let table = &diesel.table;
    let primary_key = &diesel.primary_key;
    let primary_key_names = quote! {
        &[#(<#table::#primary_key as diesel::query_source::Column>::NAME),*]
    };
    match &scoped.ownership {
        Ownership::Tenant { column } => owned(
            diesel,
            scoped,
            column,
            &primary_key_names,
            made_by_the_database(diesel, scoped, column, columns),
        ),
        Ownership::Global => quote! {
            impl ::tenancy::__private::SealedTable for #table::table {}

            impl ::tenancy::ScopedTable for #table::table {
                const TENANT: &'static str = "";
                const PRIMARY_KEY: &'static [&'static str] = #primary_key_names;
                const MADE_BY_THE_DATABASE: &'static [&'static str] = &[];
            }

            impl<__K: ::tenancy::TenantKey> ::tenancy::ReadableBy<__K> for #table::table {
                type ReadPredicate = ::tenancy::__private::Everyone;
                type Visible = <#table::table as diesel::query_builder::AsQuery>::Query;

                fn read_predicate(_: &__K, _: ::tenancy::__private::Seal) -> Self::ReadPredicate {
                    ::tenancy::__private::Everyone
                }

                fn visible(_: &__K, _: ::tenancy::__private::Seal) -> Self::Visible {
                    diesel::query_builder::AsQuery::as_query(#table::table)
                }
            }
        },
    }
}

fn owned(
    diesel: &DieselStruct,
    scoped: &ScopedStruct,
    column: &Ident,
    primary_key_names: &TokenStream,
    made_by_the_database: Option<&Ident>,
) -> TokenStream {
    let table = &diesel.table;
    let key = key_type(table, scoped);
    let tenant = quote_spanned!(column.span() => #table::#column);
    let sql_type = quote!(diesel::dsl::SqlTypeOf<#tenant>);
    let stamp_value = quote!(::tenancy::__private::KeyBind<#sql_type, #key>);
    let predicate = quote!(::tenancy::__private::Is<#tenant, #stamp_value>);
    let fixed = fixed_columns(diesel, column, made_by_the_database.is_some());
    let made = match made_by_the_database {
        Some(key) => quote!(&[<#table::#key as diesel::query_source::Column>::NAME]),
        None => quote!(&[]),
    };
    let key_fits = quote_spanned! { column.span() =>
        const _: fn() = || {
            fn key_fits<__K: ::tenancy::__private::BindsAs<__ST>, __ST>() {}
            key_fits::<#key, #sql_type>();
        };
    };
    let own = quote_spanned! { column.span() =>
        const _: fn() = ::tenancy::__private::is_column_of::<#tenant, #table::table>;
    };
    quote! {
        #key_fits
        #own

        impl ::tenancy::__private::SealedTable for #table::table {}

        impl ::tenancy::ScopedTable for #table::table {
            const TENANT: &'static str = <#tenant as diesel::query_source::Column>::NAME;
            const PRIMARY_KEY: &'static [&'static str] = #primary_key_names;
            const MADE_BY_THE_DATABASE: &'static [&'static str] = #made;
        }

        impl ::tenancy::ReadableBy<#key> for #table::table {
            type ReadPredicate = #predicate;
            type Visible = diesel::dsl::Filter<#table::table, #predicate>;

            fn read_predicate(key: &#key, seal: ::tenancy::__private::Seal) -> Self::ReadPredicate {
                ::tenancy::__private::Is::new(
                    #tenant,
                    <Self as ::tenancy::WritableBy<#key>>::stamp_value(key, seal),
                )
            }

            fn visible(key: &#key, seal: ::tenancy::__private::Seal) -> Self::Visible {
                diesel::query_dsl::methods::FilterDsl::filter(
                    #table::table,
                    <Self as ::tenancy::ReadableBy<#key>>::read_predicate(key, seal),
                )
            }
        }

        impl ::tenancy::WritableBy<#key> for #table::table {
            type WritePredicate = #predicate;
            type StampValue = #stamp_value;
            type Stamp = diesel::dsl::Eq<#tenant, #stamp_value>;

            fn write_predicate(key: &#key, seal: ::tenancy::__private::Seal) -> Self::WritePredicate {
                <Self as ::tenancy::ReadableBy<#key>>::read_predicate(key, seal)
            }

            fn stamp_value(key: &#key, _: ::tenancy::__private::Seal) -> Self::StampValue {
                ::tenancy::__private::KeyBind::new(key)
            }

            fn stamp(key: &#key, seal: ::tenancy::__private::Seal) -> Self::Stamp {
                diesel::ExpressionMethods::eq(
                    #tenant,
                    <Self as ::tenancy::WritableBy<#key>>::stamp_value(key, seal),
                )
            }
        }

        #fixed
    }
}

/// Which columns an insert and a changeset may name, told by diesel's GROUP BY traits.
///
/// With a primary key of one column, diesel lets that column stand for all others, so
/// the question must be asked from the other side.
fn fixed_columns(diesel: &DieselStruct, tenant: &Ident, key_is_made: bool) -> TokenStream {
    let table = &diesel.table;
    let contained = quote!(diesel::expression::IsContainedInGroupBy);
    let invert = quote!(::tenancy::__private::Invert);
    let is_primary = diesel.primary_key.contains(tenant);
    let single = diesel.primary_key.len() == 1;

    let asked_by_column = |of: &Ident| quote!(<__C as #contained<#table::#of>>::Output);
    let asked_by_fixed = |of: &Ident| quote!(<#table::#of as #contained<__C>>::Output);

    let in_insert = if single && (is_primary || key_is_made) {
        asked_by_column(tenant)
    } else {
        asked_by_fixed(tenant)
    };
    let in_update = if single {
        vec![asked_by_column(tenant)]
    } else {
        let mut fixed: Vec<&Ident> = diesel.primary_key.iter().collect();
        if !is_primary {
            fixed.push(tenant);
        }
        fixed.into_iter().map(asked_by_fixed).collect()
    };
    let column_bound = single.then(|| quote!(+ #contained<#table::#tenant>));
    let fixed_bounds: Vec<&Ident> = if single {
        if is_primary || key_is_made {
            Vec::new()
        } else {
            vec![tenant]
        }
    } else {
        let mut fixed: Vec<&Ident> = diesel.primary_key.iter().collect();
        if !is_primary {
            fixed.push(tenant);
        }
        fixed
    };
    let either = both(
        &in_update,
        |a, b| quote!(<#a as diesel::expression::is_contained_in_group_by::IsAny<#b>>::Output),
    );
    let mut wheres: Vec<TokenStream> = fixed_bounds
        .iter()
        .map(|of| quote!(#table::#of: #contained<__C>))
        .collect();
    wheres.push(quote!(#in_insert: #invert));
    // Each partial answer must be one that can be combined with the next.
    let mut so_far: Option<TokenStream> = None;
    for next in in_update.iter().rev() {
        so_far = Some(match so_far {
            None => next.clone(),
            Some(rest) => {
                let any = quote!(diesel::expression::is_contained_in_group_by::IsAny<#rest>);
                wheres.push(quote!(#next: #any));
                quote!(<#next as #any>::Output)
            }
        });
    }
    wheres.push(quote!(#either: #invert));
    quote! {
        impl<__C> ::tenancy::__private::FixedColumns<__C> for #table::table
        where
            __C: diesel::query_source::Column<Table = #table::table> #column_bound,
            #(#wheres,)*
        {
            type MayInsert = <#in_insert as #invert>::Output;
            type MayUpdate = <#either as #invert>::Output;
        }
    }
}

/// The primary key, if it is unique across tenants and the database makes it: any key of
/// one column, but for texts, UUIDs and what the model says the application makes.
fn made_by_the_database<'a>(
    diesel: &'a DieselStruct,
    scoped: &ScopedStruct,
    tenant: &Ident,
    columns: &[Column],
) -> Option<&'a Ident> {
    let [key] = diesel.primary_key.as_slice() else {
        return None;
    };
    let column = columns.iter().find(|column| column.name == *key)?;
    let spelled = |name: &str| match &column.ty {
        syn::Type::Path(path) => path.path.segments.last().is_some_and(|s| s.ident == name),
        _ => false,
    };
    let hard_to_guess = spelled("String") || spelled("Uuid");
    let made = key != tenant && !scoped.application_key && !hard_to_guess;
    made.then_some(key)
}

/// The columns that tell rows of one tenant apart: the primary key without the tenant
/// column, unless that is all of it.
fn id_columns<'a>(diesel: &'a DieselStruct, scoped: &ScopedStruct) -> Vec<&'a Ident> {
    let rest: Vec<&Ident> = diesel
        .primary_key
        .iter()
        .filter(|part| match &scoped.ownership {
            Ownership::Tenant { column } => *part != column,
            Ownership::Global => true,
        })
        .collect();
    if rest.is_empty() {
        diesel.primary_key.iter().collect()
    } else {
        rest
    }
}

fn key_type(table: &Path, scoped: &ScopedStruct) -> TokenStream {
    match (&scoped.key, &scoped.ownership) {
        (Some(key), _) => quote!(#key),
        (None, Ownership::Tenant { column }) => quote_spanned! { column.span() =>
            <diesel::dsl::SqlTypeOf<#table::#column> as ::tenancy::TenantColumnType>::Key
        },
        (None, Ownership::Global) => quote!(::std::primitive::i64),
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
