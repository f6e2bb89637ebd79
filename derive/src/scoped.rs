//! `#[derive(Scoped)]`: who owns the rows of a model's table.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, Error, Ident, Path, Result};

use crate::attributes::{DieselStruct, Nobody, Ownership, ScopedStruct};
use crate::fields::{Column, columns};
use crate::kept::Kept;

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
    scoped
        .kept
        .check(scoped.ownership.column(), &diesel.primary_key)?;
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
    let described = described(diesel, scoped, columns);
    let owned = match &scoped.ownership {
        Ownership::Tenant { column, nobody } => owned(diesel, scoped, column, *nobody),
        Ownership::Parent { model, column } => inherited(diesel, &scoped.kept, model, column),
        Ownership::Global => global(diesel, scoped.kept.soft_delete.is_some()),
    };
    let fixed = scoped.ownership.column().map(|column| {
        let made = made_by_the_database(diesel, scoped, columns).is_some();
        fixed_columns(diesel, column, &scoped.kept.columns(), made)
    });
    let owner = scoped.ownership.column().map(|column| {
        let table = &diesel.table;
        quote!(impl ::tenancy::__private::OwnerColumn for #table::#column {})
    });
    let kept = scoped.kept.impls(&diesel.table);
    quote!(#described #kept #owned #fixed #owner)
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
    let key = match primary_key.as_slice() {
        [one] => quote_spanned!(one.span() => #table::#one),
        several => quote!((#(#table::#several,)*)),
    };
    let called = table
        .segments
        .last()
        .map(|segment| segment.ident.to_string());
    let called = called.unwrap_or_default();
    quote! {
        impl ::tenancy::__private::SealedTable for #table::table {}

        const _: fn() = ::tenancy::__private::has_primary_key::<#table::table, #key>;

        const _: () = ::std::assert!(
            !::tenancy::__private::is_reserved(#called),
            "names that begin with `tenancy_` are the library's own: give the table another name"
        );
        const _: () = ::std::assert!(
            !::tenancy::__private::is_reserved(::tenancy::__private::TableName::<
                <#table::table as diesel::internal::table_macro::StaticQueryFragment>::Component,
            >::of(
                <#table::table as diesel::internal::table_macro::StaticQueryFragment>::STATIC_COMPONENT,
            )),
            "names that begin with `tenancy_` are the library's own: give the table another name"
        );

        impl ::tenancy::ScopedTable for #table::table {
            const TENANT: &'static str = #tenant;
            const PRIMARY_KEY: &'static [&'static str] = &[#(#primary_names),*];
            const MADE_BY_THE_DATABASE: &'static [&'static str] = &[#(#made),*];
            const PARENT: &'static str = #parent;
            type IdColumn = #id_column;
            #kept
        }
    }
}

fn global(diesel: &DieselStruct, hides_deleted: bool) -> TokenStream {
    let table = &diesel.table;
    let shown = quote!(::tenancy::__private::Shown<#table::table, __K, ::tenancy::__private::Home>);
    // A query over all rows has no where clause.
    let (visible_type, visible) = if hides_deleted {
        (
            quote!(diesel::dsl::Filter<#table::table, #shown>),
            quote! {
                diesel::query_dsl::methods::FilterDsl::filter(
                    #table::table,
                    ::tenancy::__private::shown::<Self, __K, ::tenancy::__private::Home>(key, seal),
                )
            },
        )
    } else {
        (
            quote!(<#table::table as diesel::query_builder::AsQuery>::Query),
            quote!(diesel::query_builder::AsQuery::as_query(#table::table)),
        )
    };
    let joined = joined(table, &quote!(<__K: ::tenancy::TenantKey>), &quote!(__K));
    quote! {
        impl<__K: ::tenancy::TenantKey> ::tenancy::ReadableBy<__K> for #table::table {
            type ReadPredicate<__P: ::tenancy::__private::Place> = ::tenancy::__private::Everyone;
            type Visible = #visible_type;

            fn read_predicate<__P: ::tenancy::__private::Place>(
                _: &__K,
                _: ::tenancy::__private::Seal,
            ) -> Self::ReadPredicate<__P> {
                ::tenancy::__private::Everyone
            }

            #[allow(unused_variables)]
            fn visible(key: &__K, seal: ::tenancy::__private::Seal) -> Self::Visible {
                #visible
            }
        }

        #joined
    }
}

fn owned(
    diesel: &DieselStruct,
    scoped: &ScopedStruct,
    column: &Ident,
    nobody: Nobody,
) -> TokenStream {
    let table = &diesel.table;
    let key = key_type(table, scoped);
    let tenant = quote_spanned!(column.span() => #table::#column);
    let sql_type = owner_type(table, column, nobody);
    let bind = quote!(::tenancy::__private::KeyBind<#sql_type, #key>);
    let at = quote!(::tenancy::__private::At<#tenant, __P>);
    let own_type = quote!(::tenancy::__private::Is<#at, #bind>);
    let own = quote! {
        ::tenancy::__private::Is::new(
            ::tenancy::__private::At::new(),
            ::tenancy::__private::KeyBind::new(key),
        )
    };
    let (read_type, read) = if nobody == Nobody::Everybodys {
        (
            quote!(::tenancy::__private::Either<#own_type, ::tenancy::__private::IsNobodys<#at>>),
            quote! {
                ::tenancy::__private::Either::new(
                    #own,
                    ::tenancy::__private::IsNobodys::new(::tenancy::__private::At::new()),
                )
            },
        )
    } else {
        (own_type.clone(), own.clone())
    };
    let readable = readable(diesel, &key, &read_type, &read);
    let joined = joined(table, &quote!(), &key);
    let reads_more = nobody == Nobody::Everybodys;
    let (stamp_type, stamp) = if nobody == Nobody::Never {
        (
            bind.clone(),
            quote!(::tenancy::__private::KeyBind::new(key)),
        )
    } else {
        (
            quote!(diesel::dsl::Nullable<#bind>),
            quote! {
                diesel::NullableExpressionMethods::nullable(
                    ::tenancy::__private::KeyBind::<#sql_type, #key>::new(key),
                )
            },
        )
    };
    let key_fits = quote_spanned! { column.span() =>
        const _: fn() = || {
            fn key_fits<__K: ::tenancy::__private::BindsAs<__ST>, __ST>() {}
            key_fits::<#key, #sql_type>();
        };
    };
    let of_the_table = quote_spanned! { column.span() =>
        const _: fn() = ::tenancy::__private::is_column_of::<#tenant, #table::table>;
    };
    let row_stamp = quote!(::tenancy::__private::TenantStamp<Self, #bind>);
    let (kept_types, kept_stamps): (Vec<_>, Vec<_>) = scoped.kept.stamps(table).into_iter().unzip();
    let (stamp_type, stamp) = if kept_types.is_empty() {
        (
            quote!(diesel::dsl::Eq<#tenant, #stamp_type>),
            quote!(diesel::ExpressionMethods::eq(#tenant, #stamp)),
        )
    } else {
        (
            quote!((diesel::dsl::Eq<#tenant, #stamp_type>, #(#kept_types,)*)),
            quote!((diesel::ExpressionMethods::eq(#tenant, #stamp), #(#kept_stamps,)*)),
        )
    };
    quote! {
        #key_fits
        #of_the_table
        #readable
        #joined

        impl ::tenancy::WritableBy<#key> for #table::table {
            const READS_MORE: bool = #reads_more;
            type WritePredicate<__P: ::tenancy::__private::Place> = #own_type;
            type RowStamp = #row_stamp;
            type Stamp = #stamp_type;

            fn write_predicate<__P: ::tenancy::__private::Place>(
                key: &#key,
                _: ::tenancy::__private::Seal,
            ) -> Self::WritePredicate<__P> {
                #own
            }

            fn row_stamp(key: &#key, _: ::tenancy::__private::Seal) -> Self::RowStamp {
                ::tenancy::__private::TenantStamp::new(::tenancy::__private::KeyBind::new(key))
            }

            #[allow(unused_variables)]
            fn stamp(
                key: &#key,
                now: ::tenancy::__private::Now,
                _: ::tenancy::__private::Seal,
            ) -> Self::Stamp {
                #stamp
            }
        }
    }
}

/// Rows that belong through their parent: its predicates, one subquery deeper.
fn inherited(diesel: &DieselStruct, kept: &Kept, model: &Path, column: &Ident) -> TokenStream {
    let table = &diesel.table;
    let (kept_types, kept_stamps): (Vec<_>, Vec<_>) = kept.stamps(table).into_iter().unzip();
    let (with_kept_type, with_kept) = if kept_types.is_empty() {
        (quote!(__E), quote!(stamp))
    } else {
        (
            quote!((__E, #(#kept_types,)*)),
            quote!((stamp, #(#kept_stamps,)*)),
        )
    };
    let key = quote_spanned!(model.span() => <#model as ::tenancy::Scoped>::Key);
    let parent = quote!(<#model as ::tenancy::Scoped>::Table);
    let id = quote!(<#parent as ::tenancy::ScopedTable>::IdColumn);
    let child = quote_spanned!(column.span() => #table::#column);
    let under = quote!(::tenancy::__private::Under<__P>);
    let related = |predicate: &TokenStream| quote!(::tenancy::__private::RelatedTo<#parent, #id, #child, __P, #predicate>);
    let parent_reads = quote!(<#parent as ::tenancy::ReadableBy<#key>>::ReadPredicate<#under>);
    let parent_writes = quote!(<#parent as ::tenancy::WritableBy<#key>>::WritePredicate<#under>);
    let stamp_under = quote! {
        <#parent as ::tenancy::WritableBy<#key>>::WritePredicate<
            ::tenancy::__private::Under<::tenancy::__private::Home>,
        >
    };
    let readable = readable(
        diesel,
        &key,
        &related(&parent_reads),
        &quote! {
            ::tenancy::__private::RelatedTo::new(
                <#parent as ::tenancy::ReadableBy<#key>>::read_predicate::<#under>(key, seal),
            )
        },
    );
    let joined = joined(table, &quote!(), &key);
    let write_type = related(&parent_writes);
    let leads = quote_spanned! { column.span() =>
        const _: fn() = ::tenancy::__private::leads_to::<#child, #id>;
        const _: fn() = ::tenancy::__private::is_column_of::<#child, #table::table>;
    };
    let unique = quote_spanned! { model.span() =>
        const _: () = ::std::assert!(
            <#parent as ::tenancy::ScopedTable>::PRIMARY_KEY.len() == 1,
            "the parent's primary key has several columns, and one of them does not tell whose \
             row it is: give this table a tenant column of its own"
        );
    };
    quote! {
        #leads
        #unique
        #readable
        #joined

        impl ::tenancy::Inherits for #table::table {
            type Parent = #model;
            type ParentColumn = #child;
            type WithKept<__E> = #with_kept_type;

            #[allow(unused_variables)]
            fn with_kept<__E>(
                stamp: __E,
                now: ::tenancy::__private::Now,
                _: ::tenancy::__private::Seal,
            ) -> Self::WithKept<__E> {
                #with_kept
            }
        }

        impl ::tenancy::WritableBy<#key> for #table::table {
            const READS_MORE: bool = <#parent as ::tenancy::WritableBy<#key>>::READS_MORE;
            type WritePredicate<__P: ::tenancy::__private::Place> = #write_type;
            type RowStamp = ::tenancy::__private::StampUnder<#parent, #id, #child, #stamp_under>;
            type Stamp = ::tenancy::__private::NeedsItsParent;

            fn write_predicate<__P: ::tenancy::__private::Place>(
                key: &#key,
                seal: ::tenancy::__private::Seal,
            ) -> Self::WritePredicate<__P> {
                ::tenancy::__private::RelatedTo::new(
                    <#parent as ::tenancy::WritableBy<#key>>::write_predicate::<#under>(key, seal),
                )
            }

            fn row_stamp(key: &#key, seal: ::tenancy::__private::Seal) -> Self::RowStamp {
                ::tenancy::__private::StampUnder::new(
                    <#parent as ::tenancy::WritableBy<#key>>::write_predicate::<
                        ::tenancy::__private::Under<::tenancy::__private::Home>,
                    >(key, seal),
                )
            }

            fn stamp(
                _: &#key,
                _: ::tenancy::__private::Now,
                _: ::tenancy::__private::Seal,
            ) -> Self::Stamp {
                ::tenancy::__private::NeedsItsParent
            }
        }
    }
}

/// `ReadableBy`, with a predicate for a table that stands in `__P`.
fn readable(
    diesel: &DieselStruct,
    key: &TokenStream,
    predicate_type: &TokenStream,
    predicate: &TokenStream,
) -> TokenStream {
    let table = &diesel.table;
    let shown = quote! {
        ::tenancy::__private::Shown<#table::table, #key, ::tenancy::__private::Home>
    };
    quote! {
        impl ::tenancy::ReadableBy<#key> for #table::table {
            type ReadPredicate<__P: ::tenancy::__private::Place> = #predicate_type;
            type Visible = diesel::dsl::Filter<#table::table, #shown>;

            #[allow(unused_variables)]
            fn read_predicate<__P: ::tenancy::__private::Place>(
                key: &#key,
                seal: ::tenancy::__private::Seal,
            ) -> Self::ReadPredicate<__P> {
                #predicate
            }

            fn visible(key: &#key, seal: ::tenancy::__private::Seal) -> Self::Visible {
                diesel::query_dsl::methods::FilterDsl::filter(
                    #table::table,
                    ::tenancy::__private::shown::<Self, #key, ::tenancy::__private::Home>(key, seal),
                )
            }
        }
    }
}

fn joined(table: &Path, generics: &TokenStream, key: &TokenStream) -> TokenStream {
    quote! {
        impl #generics ::tenancy::JoinSource<#key> for #table::table {
            type Joined = ::tenancy::__private::Shown<Self, #key, ::tenancy::__private::Home>;

            fn joined(key: &#key, seal: ::tenancy::__private::Seal) -> Self::Joined {
                ::tenancy::__private::shown::<Self, #key, ::tenancy::__private::Home>(key, seal)
            }
        }
    }
}

/// The SQL type that the owner's key has in its column.
fn owner_type(table: &Path, column: &Ident, nobody: Nobody) -> TokenStream {
    let sql_type = quote_spanned!(column.span() => diesel::dsl::SqlTypeOf<#table::#column>);
    if nobody == Nobody::Never {
        sql_type
    } else {
        quote_spanned! { column.span() =>
            <#sql_type as ::tenancy::__private::OwnerOrNobody>::Owner
        }
    }
}

/// Which columns an insert and a changeset may name, told by diesel's GROUP BY traits.
///
/// With a primary key of one column, diesel lets that column stand for all others, so
/// the question must be asked from the other side.
fn fixed_columns(
    diesel: &DieselStruct,
    tenant: &Ident,
    kept: &[&Ident],
    key_is_made: bool,
) -> TokenStream {
    let table = &diesel.table;
    let contained = quote!(diesel::expression::IsContainedInGroupBy);
    let invert = quote!(::tenancy::__private::Invert);
    let is_primary = diesel.primary_key.contains(tenant);
    let single = diesel.primary_key.len() == 1;

    let asked_by_column = |of: &Ident| quote!(<__C as #contained<#table::#of>>::Output);
    let asked_by_fixed = |of: &Ident| quote!(<#table::#of as #contained<__C>>::Output);

    // The key and the tenant column, if the question can be asked from their side.
    let mut asking: Vec<&Ident> = Vec::new();
    let mut in_insert = if single && (is_primary || key_is_made) {
        vec![asked_by_column(tenant)]
    } else {
        asking.push(tenant);
        vec![asked_by_fixed(tenant)]
    };
    let mut in_update = if single {
        vec![asked_by_column(tenant)]
    } else {
        let mut fixed: Vec<&Ident> = diesel.primary_key.iter().collect();
        if !is_primary {
            fixed.push(tenant);
        }
        asking = fixed.clone();
        fixed.into_iter().map(asked_by_fixed).collect()
    };
    let column_bound = single.then(|| quote!(+ #contained<#table::#tenant>));
    asking.extend(kept);
    in_insert.extend(kept.iter().map(|of| asked_by_fixed(of)));
    in_update.extend(kept.iter().map(|of| asked_by_fixed(of)));

    let mut wheres: Vec<TokenStream> = asking
        .iter()
        .map(|of| quote!(#table::#of: #contained<__C>))
        .collect();
    let in_insert = any_of(&in_insert, &mut wheres);
    let in_update = any_of(&in_update, &mut wheres);
    wheres.push(quote!(#in_insert: #invert));
    wheres.push(quote!(#in_update: #invert));
    quote! {
        impl<__C> ::tenancy::__private::FixedColumns<__C> for #table::table
        where
            __C: diesel::query_source::Column<Table = #table::table> #column_bound,
            #(#wheres,)*
        {
            type MayInsert = <#in_insert as #invert>::Output;
            type MayUpdate = <#in_update as #invert>::Output;
        }
    }
}

/// Whether any of the answers is yes. Each partial answer must be one that can be combined
/// with the next, which the bounds say.
fn any_of(answers: &[TokenStream], wheres: &mut Vec<TokenStream>) -> TokenStream {
    let mut answers = answers.iter().rev();
    let last = answers.next().cloned().unwrap_or_default();
    answers.fold(last, |rest, next| {
        let any = quote!(diesel::expression::is_contained_in_group_by::IsAny<#rest>);
        wheres.push(quote!(#next: #any));
        quote!(<#next as #any>::Output)
    })
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
    let spelled = |name: &str| match &column.ty {
        syn::Type::Path(path) => path.path.segments.last().is_some_and(|s| s.ident == name),
        _ => false,
    };
    let hard_to_guess = spelled("String") || spelled("Uuid");
    let made = key != owner && !scoped.application_key && !hard_to_guess;
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

fn key_type(table: &Path, scoped: &ScopedStruct) -> TokenStream {
    match (&scoped.key, &scoped.ownership) {
        (Some(key), _) => quote!(#key),
        (None, Ownership::Tenant { column, nobody }) => {
            let owner = owner_type(table, column, *nobody);
            quote_spanned!(column.span() => <#owner as ::tenancy::TenantColumnType>::Key)
        }
        (None, Ownership::Parent { model, .. }) => {
            quote_spanned!(model.span() => <#model as ::tenancy::Scoped>::Key)
        }
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
