#[path = "../../gear.rs"]
mod gear;

use gear::*;

use diesel::dsl::{count_star, frame};

fn main() {
    run_on_items(|items, _| {
        let _ = items
            .query()
            .select(count_star().frame_by(frame::Rows.frame_start_with(frame::UnboundedPreceding)));
    });
}
