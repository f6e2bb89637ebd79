use tenancy::numbers::Series;
use tenancy::series;

fn main() {
    let _: Series = series!(gap_tolerant "", "u{number:3}");
}
