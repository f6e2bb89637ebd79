//! Which columns an insert and a changeset may name, told by diesel's GROUP BY traits.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

use crate::attributes::DieselStruct;

/// The answer for every column of the table.
///
/// With a primary key of one column, diesel lets that column stand for all others, so
/// the question must be asked from the other side.
pub(super) fn fixed_columns(
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

    // A key that the library makes is asked for as a key, or as a part of one.
    let is_part = |of: &&&Ident| diesel.primary_key.contains(of);
    let beside: Vec<&Ident> = kept.iter().filter(|of| !is_part(of)).copied().collect();
    let parts: Vec<&Ident> = kept.iter().filter(is_part).copied().collect();

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
    if !single {
        in_insert.extend(parts.into_iter().map(asked_by_fixed));
    }
    in_insert.extend(beside.iter().map(|of| asked_by_fixed(of)));
    in_update.extend(beside.iter().map(|of| asked_by_fixed(of)));
    asking.extend(beside);

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
