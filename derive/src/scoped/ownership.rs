//! The kinds of ownership: by a tenant column, through a parent, or everybody's.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, Path};

use crate::attributes::{DieselStruct, Nobody, Ownership, ScopedStruct, Writers};
use crate::kept::Kept;

/// What reads and writes ask of the table, as its model's kind of ownership has it.
pub(super) fn owner(diesel: &DieselStruct, scoped: &ScopedStruct) -> TokenStream {
    match &scoped.ownership {
        Ownership::Tenant { column, nobody } => owned(diesel, scoped, column, *nobody),
        Ownership::Parent { model, column } => inherited(diesel, &scoped.kept, model, column),
        Ownership::Global => global(diesel, scoped.kept.soft_delete.is_some()),
    }
}

/// The type of the tenants' keys.
pub(super) fn key_type(table: &Path, scoped: &ScopedStruct) -> TokenStream {
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

fn global(diesel: &DieselStruct, hides_deleted: bool) -> TokenStream {
    let table = &diesel.table;
    let shown = quote!(::tenancy::__private::Shown<#table::table, __K, ::tenancy::__private::Home>);
    // A query over all rows has no where clause.
    let visible = if hides_deleted {
        quote! {
            type Visible = diesel::dsl::Filter<#table::table, #shown>;

            fn visible(key: &__K, seal: ::tenancy::__private::Seal) -> Self::Visible {
                diesel::query_dsl::methods::FilterDsl::filter(
                    #table::table,
                    ::tenancy::__private::shown::<Self, __K, ::tenancy::__private::Home>(key, seal),
                )
            }
        }
    } else {
        quote! {
            type Visible = <#table::table as diesel::query_builder::AsQuery>::Query;

            fn visible(_: &__K, _: ::tenancy::__private::Seal) -> Self::Visible {
                diesel::query_builder::AsQuery::as_query(#table::table)
            }
        }
    };
    let quiet = quote!(#[diagnostic::do_not_recommend]);
    let bound = quote!(<__K: ::tenancy::TenantKey>);
    let joined = joined(table, &bound, &quote!(__K), Some(&quiet));
    quote! {
        impl<__K: ::tenancy::TenantKey> ::tenancy::ReadableBy<__K> for #table::table {
            type ReadPredicate<__P: ::tenancy::__private::Place> = ::tenancy::__private::Everyone;

            fn read_predicate<__P: ::tenancy::__private::Place>(
                _: &__K,
                _: ::tenancy::__private::Seal,
            ) -> Self::ReadPredicate<__P> {
                ::tenancy::__private::Everyone
            }

            #visible
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
    let readers = match (scoped.writers, &scoped.key) {
        (Writers::Migrations(_), _) => Readers::operators(&key),
        (Writers::Hidden(_), _) => Readers::directory(&key),
        (_, Some(_)) => Readers::named(&key),
        (_, None) => Readers::told(&key),
    };
    let readable = readable(diesel, &key, &readers, &quote!(_), &read_type, &read);
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
    let birth = scoped.kept.birth_of_stamps();
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
    let writable = writer(scoped.writers, &key).map(|Writer { of, key, attribute }| {
        quote! {
            #attribute
            impl ::tenancy::WritableBy<#of> for #table::table {
                const READS_MORE: bool = #reads_more;
                type WritePredicate<__P: ::tenancy::__private::Place> = #own_type;
                type RowStamp = #row_stamp;
                type Stamp = #stamp_type;

                fn write_predicate<__P: ::tenancy::__private::Place>(
                    key: &#of,
                    _: ::tenancy::__private::Seal,
                ) -> Self::WritePredicate<__P> {
                    #key
                    #own
                }

                fn row_stamp(key: &#of, _: ::tenancy::__private::Seal) -> Self::RowStamp {
                    #key
                    ::tenancy::__private::TenantStamp::new(::tenancy::__private::KeyBind::new(key))
                }

                fn stamp(
                    key: &#of,
                    #birth: ::tenancy::__private::Birth<'_>,
                    _: ::tenancy::__private::Seal,
                ) -> Self::Stamp {
                    #key
                    #stamp
                }
            }
        }
    });
    quote! {
        #key_fits
        #of_the_table
        #readable
        #writable
    }
}

/// The key that writes the rows.
struct Writer {
    of: TokenStream,
    /// Makes the tenant's key of it.
    key: TokenStream,
    attribute: TokenStream,
}

fn writer(writers: Writers, key: &TokenStream) -> Option<Writer> {
    match writers {
        Writers::Tenants => Some(Writer {
            of: key.clone(),
            key: quote!(),
            attribute: quote!(),
        }),
        Writers::Directory(_) | Writers::Hidden(_) => Some(Writer {
            of: quote!(::tenancy::__private::Clerk),
            key: quote!(let key = ::tenancy::__private::Clerk::tenant(key);),
            attribute: quote!(#[diagnostic::do_not_recommend]),
        }),
        Writers::Migrations(_) => None,
    }
}

/// Rows that belong through their parent: its predicates, one subquery deeper.
fn inherited(diesel: &DieselStruct, kept: &Kept, model: &Path, column: &Ident) -> TokenStream {
    let table = &diesel.table;
    let (kept_types, kept_stamps): (Vec<_>, Vec<_>) = kept.stamps(table).into_iter().unzip();
    let birth = kept.birth_of_stamps();
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
        &Readers::told(&key),
        &quote!(seal),
        &related(&parent_reads),
        &quote! {
            ::tenancy::__private::RelatedTo::new(
                <#parent as ::tenancy::ReadableBy<#key>>::read_predicate::<#under>(key, seal),
            )
        },
    );
    let write_type = related(&parent_writes);
    let leads = quote_spanned! { column.span() =>
        const _: fn() = ::tenancy::__private::leads_to::<#child, #id>;
        const _: fn() = ::tenancy::__private::is_column_of::<#child, #table::table>;
    };
    let unique = quote_spanned! { model.span() =>
        const _: () = ::tenancy::__private::may_be_parent(
            <#parent as ::tenancy::ScopedTable>::PRIMARY_KEY,
        );
    };
    quote! {
        #leads
        #unique
        #readable

        impl ::tenancy::Inherits for #table::table {
            type Parent = #model;
            type ParentColumn = #child;
            type WithKept<__E> = #with_kept_type;

            fn with_kept<__E>(
                stamp: __E,
                #birth: ::tenancy::__private::Birth<'_>,
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
                _: ::tenancy::__private::Birth<'_>,
                _: ::tenancy::__private::Seal,
            ) -> Self::Stamp {
                ::tenancy::__private::NeedsItsParent
            }
        }
    }
}

/// Who reads the rows: the keys of their owners, and that of all tenants.
struct Readers {
    /// Each as the parameters of an impl, and the type.
    each: Vec<(TokenStream, TokenStream)>,
    /// Whether the bound on the parameter says who reads the rows, and not the trait.
    says_who: bool,
}

impl Readers {
    /// One impl for both. rustc does not know that a key type which a column's SQL type tells is
    /// another one than that of all tenants.
    fn told(key: &TokenStream) -> Self {
        let bound = quote!(<__K: ::tenancy::__private::ReadsOf<#key>>);
        Self {
            each: vec![(bound, quote!(__K))],
            says_who: false,
        }
    }

    /// An operator, across all tenants, and no tenant.
    fn operators(key: &TokenStream) -> Self {
        let bound = quote!(<__K: ::tenancy::__private::ReadsAcross<#key>>);
        Self {
            each: vec![(bound, quote!(__K))],
            says_who: true,
        }
    }

    /// The directory, for one of its functions, and an operator across all tenants.
    fn directory(key: &TokenStream) -> Self {
        let clerk = quote!(::tenancy::__private::Clerk);
        let mut readers = Self::operators(key);
        readers.each.push((quote!(), clerk));
        readers
    }

    /// One impl for each, so that the key type may be private.
    fn named(key: &TokenStream) -> Self {
        let everyone = quote!(::tenancy::EveryTenant<#key>);
        Self {
            each: vec![(quote!(), key.clone()), (quote!(), everyone)],
            says_who: false,
        }
    }
}

/// `ReadableBy` and `JoinSource`, with a predicate for a table that stands in `__P`. `seal` is
/// what the predicate calls the seal, or `_`.
fn readable(
    diesel: &DieselStruct,
    key: &TokenStream,
    readers: &Readers,
    seal: &TokenStream,
    predicate_type: &TokenStream,
    predicate: &TokenStream,
) -> TokenStream {
    let table = &diesel.table;
    let quiet = (!readers.says_who).then(|| quote!(#[diagnostic::do_not_recommend]));
    let impls = readers.each.iter().map(|(generics, reader)| {
        let joined = joined(table, generics, reader, quiet.as_ref());
        quote! {
            #quiet
            impl #generics ::tenancy::ReadableBy<#reader> for #table::table {
                type ReadPredicate<__P: ::tenancy::__private::Place> =
                    <#reader as ::tenancy::__private::ReadsOf<#key>>::Sees<#predicate_type>;
                type Visible = diesel::dsl::Filter<
                    #table::table,
                    ::tenancy::__private::Shown<#table::table, #reader, ::tenancy::__private::Home>,
                >;

                fn read_predicate<__P: ::tenancy::__private::Place>(
                    key: &#reader,
                    #seal: ::tenancy::__private::Seal,
                ) -> Self::ReadPredicate<__P> {
                    ::tenancy::__private::ReadsOf::<#key>::sees::<#predicate_type>(key, |key| #predicate)
                }

                fn visible(key: &#reader, seal: ::tenancy::__private::Seal) -> Self::Visible {
                    diesel::query_dsl::methods::FilterDsl::filter(
                        #table::table,
                        ::tenancy::__private::shown::<Self, #reader, ::tenancy::__private::Home>(
                            key, seal,
                        ),
                    )
                }
            }

            #joined
        }
    });
    quote!(#(#impls)*)
}

fn joined(
    table: &Path,
    generics: &TokenStream,
    key: &TokenStream,
    quiet: Option<&TokenStream>,
) -> TokenStream {
    quote! {
        #quiet
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
