//! Whom the tables can be protected for.

use diesel::connection::SimpleConnection;
use tenancy::catalog;

use crate::stage::*;

#[test]
fn a_role_that_row_security_does_not_bind_is_refused() {
    let stage = Stage::new();
    let mut owner = stage.owner();
    let member = format!("kin_of_{}", stage.name());
    let make = format!("CREATE ROLE {member} NOINHERIT; GRANT owner TO {member}");
    stage.raw().batch_execute(&make).unwrap();
    let mut told = Vec::new();
    for role in [
        "public",
        "nobody_at_all",
        "postgres",
        "operator",
        "owner",
        &member,
    ] {
        let refused = tables().protect(&mut owner, role).unwrap_err();
        let pending = tables().pending(&mut owner, role).unwrap_err();
        assert_eq!(refused.to_string(), pending.to_string());
        assert!(
            matches!(refused, tenancy::Error::Catalog { .. }),
            "{refused:?}"
        );
        told.push(refused.to_string());
    }
    let drop = format!("DROP ROLE {member}");
    stage.raw().batch_execute(&drop).unwrap();
    let to_be_served = "the table `categories` is to be served by";
    assert_eq!(
        told,
        [
            format!("{to_be_served} `public`, which is everybody"),
            format!("{to_be_served} the role `nobody_at_all`, which is not there"),
            format!("{to_be_served} the role `postgres`, which is a superuser"),
            format!("{to_be_served} the role `operator`, which bypasses row security"),
            "the table `categories` belongs to the role `owner`, or to one that it can become"
                .to_owned(),
            format!(
                "the table `categories` belongs to the role `{member}`, or to one that it can become"
            ),
        ]
    );
}

#[test]
fn no_text_is_made_for_everybody() {
    let refused = tables().protection("public").unwrap_err().to_string();
    assert!(refused.contains("which is everybody"), "{refused}");
    let refused = catalog![Category, Item, distributed]
        .phases("public")
        .unwrap_err();
    assert!(
        refused.to_string().contains("which is everybody"),
        "{refused}"
    );
}
