//! The server's own UUIDs, filters that it does not have, and a setting that is empty.

use super::*;

/// Before 10.11.5 the server's own UUIDs were in another order, and inspection says so.
#[test]
fn the_servers_own_uuids_of_version_7_are_in_the_order_of_time() {
    let stage = Stage::new();
    let mut owner = stage.owner();
    let mut sql = "CREATE TABLE timed (id UUID PRIMARY KEY, nr INT NOT NULL)".to_owned();
    // A step in each byte of the time. What comes behind the time goes the other way.
    let times = [
        1,
        2,
        1 << 8,
        1 << 16,
        1 << 24,
        1 << 32,
        1 << 40,
        (1 << 48) - 1,
    ];
    for (nr, time) in (0_u8..8).zip(times).rev() {
        let id = uuid::Builder::from_unix_timestamp_millis(time, &[255 - nr; 10]).into_uuid();
        sql += &format!("; INSERT INTO timed VALUES ('{id}', {nr})");
    }
    owner.batch_execute(&sql).unwrap();
    let by_id: Vec<i32> = diesel::sql_query("SELECT nr FROM timed ORDER BY id")
        .load::<Nr>(&mut owner)
        .unwrap()
        .into_iter()
        .map(|row| row.nr)
        .collect();
    assert_eq!(by_id, [0, 1, 2, 3, 4, 5, 6, 7]);
    let findings = tables().inspect(&mut owner).unwrap().findings().to_vec();
    assert!(findings.iter().all(|found| found.check != ServerVersion));
}

#[derive(QueryableByName)]
struct Nr {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    nr: i32,
}

diesel::define_sql_function! {
    #[aggregate]
    #[window]
    fn json_arrayagg(id: diesel::sql_types::BigInt) -> diesel::sql_types::Text;
}

/// Without FILTER the condition makes the argument NULL, which this one would not leave out.
#[test]
fn a_filter_that_would_give_another_result_is_refused() {
    let stage = Stage::new();
    let (db, scope) = stage.anna();
    let mut session = db.session(&scope).unwrap();
    let refused = Repo::<Log>::new(&scope)
        .query()
        .select(filtered(json_arrayagg(logs::id), logs::id.gt(1)))
        .get_result::<String>(&mut session);
    assert!(
        matches!(refused, Err(Error::Unsupported { .. })),
        "{refused:?}"
    );
}

/// The client library reads behind the end of an empty text.
#[test]
fn an_empty_setting_is_none() {
    let stage = Stage::new();
    let builder = Database::<MysqlConnection>::builder().on_connect("");
    assert!(builder.open(&address("serving", &stage.name)).is_ok());
}
