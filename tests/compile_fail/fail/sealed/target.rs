#[path = "../../gear.rs"]
mod gear;

use gear::*;

use tenancy::Target;

struct Foreign(i64);

impl<By> Target<Item, i64, By> for Foreign
where
    RowId<Item>: Target<Item, i64, By>,
{
    type Where = <RowId<Item> as Target<Item, i64, By>>::Where;

    fn is_of(&self, _: &i64) -> bool {
        true
    }

    fn into_where(self, _: &i64) -> Self::Where {
        RowId::from_raw(self.0).into_where(&2)
    }
}

fn main() {}
