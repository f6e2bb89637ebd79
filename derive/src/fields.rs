//! The fields of a struct, as columns.

use syn::{Data, DeriveInput, Error, Fields, Ident, Index, Member, Path, Result, Type};

use crate::attributes::{DieselField, DieselStruct};

pub(crate) struct Column {
    pub(crate) member: Member,
    pub(crate) name: Ident,
    pub(crate) ty: Type,
    pub(crate) diesel: DieselField,
}

impl Column {
    /// The path of the column's type.
    pub(crate) fn path(&self, table: &Path) -> proc_macro2::TokenStream {
        let name = &self.name;
        quote::quote!(#table::#name)
    }

    /// The type inside of an `Option`, as diesel's derives see it: by its name.
    pub(crate) fn inside_option(&self) -> Option<&Type> {
        inside_option(&self.ty)
    }
}

/// The columns of the struct's fields.
pub(crate) fn columns(input: &DeriveInput) -> Result<Vec<Column>> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new(
            input.ident.span(),
            "only a struct stands for a row",
        ));
    };
    let fields = match &data.fields {
        Fields::Named(fields) => &fields.named,
        Fields::Unnamed(fields) => &fields.unnamed,
        Fields::Unit => {
            return Err(Error::new(
                input.ident.span(),
                "a struct without fields stands for no row",
            ));
        }
    };
    fields
        .iter()
        .enumerate()
        .map(|(at, field)| {
            let diesel = DieselField::parse(&field.attrs)?;
            let name = match (&diesel.column_name, &field.ident) {
                (Some(name), _) => name.clone(),
                (None, Some(name)) => name.clone(),
                (None, None) => {
                    return Err(Error::new_spanned(
                        field,
                        "a field without a name needs `#[diesel(column_name = ..)]`",
                    ));
                }
            };
            Ok(Column {
                member: match &field.ident {
                    Some(name) => Member::Named(name.clone()),
                    None => Member::Unnamed(Index::from(at)),
                },
                name,
                ty: field.ty.clone(),
                diesel,
            })
        })
        .collect()
}

/// Refuses what the derives for writes cannot see through.
pub(crate) fn check_written(input: &DeriveInput, columns: &[Column]) -> Result<()> {
    if let Some(parameter) = input.generics.type_params().next() {
        return Err(Error::new(
            parameter.ident.span(),
            "a written struct has no type parameters: each could bring a subquery in; write the type out",
        ));
    }
    for column in columns {
        if let Some(at) = column.diesel.embed {
            return Err(Error::new(
                at,
                "an embedded struct could name the tenant column: write its fields here",
            ));
        }
        if let Some(at) = column.diesel.serialize_as {
            return Err(Error::new(
                at,
                "`serialize_as` could turn a value into a subquery: convert the value before, and let the field have its type",
            ));
        }
    }
    Ok(())
}

/// The struct, its table and its columns.
pub(crate) struct Written {
    pub(crate) diesel: DieselStruct,
    pub(crate) columns: Vec<Column>,
}

impl Written {
    pub(crate) fn parse(input: &DeriveInput) -> Result<Self> {
        let diesel = DieselStruct::parse(&input.attrs, &input.ident)?;
        let columns = columns(input)?;
        check_written(input, &columns)?;
        Ok(Self { diesel, columns })
    }
}

fn inside_option(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    if last.ident != "Option" {
        return None;
    }
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        syn::GenericArgument::Type(inside) => Some(inside),
        _ => None,
    }
}

/// What a reference leads to. Bounds on `&'a str` and on `&'b str` would be one too many
/// for the compiler; `str` says the same.
pub(crate) fn behind_reference(ty: &Type) -> &Type {
    match ty {
        Type::Reference(reference) => behind_reference(&reference.elem),
        _ => ty,
    }
}
