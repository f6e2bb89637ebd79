#[path = "../../gear.rs"]
mod gear;

use gear::*;

fn change(_: &Repo<Item>) {}

fn main() {
    run(|scope, _| {
        change(&Repo::<Item>::new(&scope.read_only()));
    });
}
