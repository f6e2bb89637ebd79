#[path = "../../gear.rs"]
mod gear;

use gear::*;

use std::marker::PhantomData;

fn main() {
    let _ = TenantScope::<i64> {
        key: 2,
        expires_at: None,
        access: PhantomData,
    };
}
