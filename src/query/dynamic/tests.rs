//! What is accepted, and what is refused.

use super::*;

const ANY: Reads = Reads {
    quotes: "'\"`",
    numbered: false,
};
const PG: Reads = Reads {
    quotes: "'\"",
    numbered: true,
};

fn refused(sql: &str) -> String {
    match check(sql, sql.matches('?').count(), ANY) {
        Ok(()) => panic!("accepted: {sql}"),
        Err(Refused(why)) => why,
    }
}

#[test]
fn conditions_are_accepted() {
    for sql in [
        "name = 'a' OR 1 = 1",
        "`items`.`name` IN (?, ?, ?)",
        "lower(name) LIKE ? AND (weight > 3 OR NOT (weight IS NULL))",
        "name = 'it''s (not; a -- comment'",
        "coalesce(weight, 0) + 1 > round(2.5)",
        "tags[1] = 'x'",
        "größe = 3",
        "weight IS NOT DISTINCT FROM 3",
        "weight > 1e3 AND weight < 0x1F AND weight <> 1. AND weight <> .5",
        "weight > 1.5e10 AND weight - 1 < 2",
        "weight * 2 / 3 = ?",
        "",
    ] {
        assert_eq!(check(sql, sql.matches('?').count(), ANY), Ok(()), "{sql}");
    }
    for sql in [
        "\"items\".\"id\" = ANY($1)",
        "tags @> $1 AND tags ? 'a'",
        "weight::int = $1 AND tags[$2] = tags[$3:$4]",
    ] {
        let bound = sql.matches('$').count();
        assert_eq!(check(sql, bound, PG), Ok(()), "{sql}");
    }
}

#[test]
fn parentheses_must_balance() {
    assert!(refused("1 = 1) OR (1 = 1").contains("parenthesis"));
    assert!(refused("(1 = 1").contains("parenthesis"));
    assert!(refused("')' = ')') OR (('(' = '('").contains("parenthesis"));
}

#[test]
fn comments_are_refused() {
    for sql in ["1 = 1 -- x", "1 /* x", "1 = 1 # x", "x */ y"] {
        assert!(refused(sql).contains("comment"), "{sql}");
    }
}

#[test]
fn quotes_must_end_and_hide_nothing() {
    assert!(refused("name = 'a").contains("quote"));
    assert!(refused("name = 'a\\' OR 1 = 1").contains("backslash"));
    assert!(refused("name = E'a\\'b'").contains("backslash"));
    assert!(refused("name = $$a$$").contains("dollar"));
    assert!(refused("name = $q$a$q$").contains("dollar"));
    assert!(refused("[a'b] = 'c'").contains("bracket"));
    assert!(refused("[a").contains("bracket"));
}

#[test]
fn statements_cannot_be_chained() {
    assert!(refused("1 = 1; DROP TABLE items").contains("semicolon"));
    assert!(refused("1 = 1\0").contains("NUL"));
}

#[test]
fn subqueries_are_refused() {
    for sql in [
        "id IN (SELECT id FROM notes)",
        "id in (sElEcT 1)",
        "id IN (VALUES (1))",
        "id IN (TABLE notes)",
        "id IN (WITH x AS (y) z)",
        "true UNION true",
        "id IN notes",
        "id NOT IN \"notes\"",
        "id IN main.notes",
        "1. in notes",
        "id + 4710. in main.notes",
        "0.\nin \"notes\"",
        ".5 in notes",
        "1.e3 in notes",
        "x . in notes",
        "1 = 1 FROM notes",
        "weight IS DISTINCT TABLE notes",
    ] {
        assert!(refused(sql).contains("subquery"), "{sql}");
    }
}

#[test]
fn a_quote_is_one_only_where_the_backend_has_it() {
    let hidden = "x ` (SELECT 1) ` y";
    assert_eq!(check(hidden, 0, ANY), Ok(()));
    assert!(check(hidden, 0, PG).is_err());
}

#[test]
fn what_is_not_known_is_refused() {
    for sql in [
        "{fn lower('x')}",
        "lower \u{feff}('x')",
        "?2in t",
        "2in t",
        "NEXT VALUE FOR s > 1",
        "PREVIOUS VALUE FOR s > 1",
        "s.currval > 1",
        "s.NextVal > 1",
        "LASTVAL(s) > 1",
        "@x := 1",
    ] {
        refused(sql);
    }
}

#[test]
fn what_is_refused_is_named() {
    assert!(refused("a \\ b").contains("backslash"));
    assert!(refused("a = :b").contains("parameter"));
    assert!(refused("a = @b").contains("parameter"));
    assert!(refused("a = ?1").contains("parameter"));
    assert!(refused("a = :::b").contains("parameter"));
}

#[test]
fn only_known_functions_are_called() {
    for sql in [
        "query_to_xml('select 1', true, true, '') IS NOT NULL",
        "pg_catalog.pg_read_file('x') = ''",
        "load_extension ('x')",
        "\"pg_read_file\"('x') = ''",
        "`load_file`('x') = ''",
        "exists (x)",
        "main.lower ('x')",
        "lower . ('x')",
        "x :: ('y')",
        "'name' (x)",
        "(lower) ('x')",
    ] {
        assert!(
            refused(sql).contains("call of") || refused(sql).contains("a call by"),
            "{sql}"
        );
    }
}

/// With as many values as each is tried with.
fn taken(sql: &str, bound: usize, reads: Reads) {
    let refused = check(sql, bound, reads);
    let Err(Refused(why)) = refused else {
        panic!("accepted with {bound} values: {sql}");
    };
    assert!(
        why.contains("placeholder") || why.contains("parameter"),
        "{sql}: {why}"
    );
}

#[test]
fn a_place_is_a_value_of_diesel() {
    taken("?", 0, ANY);
    taken("id = ? OR id = ?", 1, ANY);
    for sql in [
        "id = $1",
        "id = :a",
        "id = @a",
        "id = @ 'a'",
        "id = @`a`",
        "id = ?1",
    ] {
        taken(sql, 0, ANY);
        taken(sql, 1, ANY);
    }
    taken("id = $1", 0, PG);
    taken("id = $1 OR id = $2", 1, PG);
    taken("id = $1 OR id = $1", 2, PG);
    taken("id = $2 OR id = $1", 2, PG);
    taken("id = $10", 1, PG);
    taken("tags[$1] = 1", 0, PG);
    taken("tags[$2] = $1", 2, PG);
}

#[test]
fn a_place_is_not_in_quotes() {
    for sql in ["'?' = ?", "`?` = ?", "\"?\" = ?", "'?' = 'a'", "[?] = ?"] {
        assert!(check(sql, 1, ANY).is_err(), "{sql}");
    }
    for sql in [
        "'$1' = $1",
        "\"$1\" = $1",
        "x$1 = $1",
        "tags[x$1] = 1",
        "'$10' = $1",
        "'$1' = 'a'",
    ] {
        taken(sql, 1, PG);
    }
    assert_eq!(check("name = 'why?' OR name = '???'", 0, ANY), Ok(()));
    assert_eq!(check("name = '$5' OR name = '?'", 0, PG), Ok(()));
    assert_eq!(check("name = '$ and ?' OR name = $1", 1, PG), Ok(()));
}
