//! The chart: what version 4 costs as the table grows, and what a public id adds to a row.

use std::error::Error;
use std::path::Path;

use plotters::prelude::*;

use super::figures::{Series, Sum};

type Drawn = Result<(), Box<dyn Error>>;
type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

const SIZE: (u32, u32) = (960, 400);
const COLORS: [RGBColor; 3] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 135, 98),
];
const FONT: (&str, u32) = ("sans-serif", 16);
const TITLE: (&str, u32) = ("sans-serif", 20);

/// What a public id is reckoned to add to a row, in bytes.
const RECKONED: f64 = 38.0;

/// Draws it to a file.
pub(crate) fn draw(path: &Path, rows: usize, series: &[Series]) -> Drawn {
    let root = SVGBackend::new(path, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let (left, right) = root.split_horizontally(SIZE.0 / 2);
    growth(&left, rows, series)?;
    added(&right, series)?;
    root.present()?;
    Ok(())
}

/// A line for each backend.
fn growth(area: &Area<'_>, rows: usize, series: &[Series]) -> Drawn {
    let thousands = f64::from(u32::try_from(rows)?) / 1000.0;
    let all = series.iter().flat_map(|one| &one.growth);
    let highest = all.clone().copied().fold(2.0, f64::max) * 4.0;
    let lowest = all.copied().fold(1.0, f64::min) / 1.2;
    let mut chart = ChartBuilder::on(area)
        .caption("writing a batch: version 4 over version 7", TITLE)
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(45)
        .build_cartesian_2d(0.0..thousands, (lowest..highest).log_scale().base(2.0))?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .label_style(FONT)
        .x_labels(6)
        .x_label_formatter(&|at| format!("{at:.0}"))
        .y_label_formatter(&|at| format!("{at}"))
        .x_desc("thousands of rows that are there")
        .draw()?;
    for (one, color) in series.iter().zip(COLORS) {
        let part = thousands / f64::from(u32::try_from(one.growth.len())?);
        let points = one.growth.iter().enumerate().map(|(at, ratio)| {
            let at = f64::from(u32::try_from(at).unwrap_or(0));
            ((at + 0.5) * part, *ratio)
        });
        let line = LineSeries::new(points, color.stroke_width(2));
        chart
            .draw_series(line)?
            .label(one.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], color.stroke_width(2)));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE)
        .border_style(TRANSPARENT)
        .label_font(FONT)
        .draw()?;
    Ok(())
}

/// Two bars for each backend, with the column below and the index above.
fn added(area: &Area<'_>, series: &[Series]) -> Drawn {
    let highest = series
        .iter()
        .flat_map(|one| one.added)
        .map(all)
        .fold(RECKONED, f64::max)
        * 1.15;
    let width = f64::from(u32::try_from(series.len())?);
    let mut chart = ChartBuilder::on(area)
        .caption("bytes of a row that a public id adds", TITLE)
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(45)
        .build_cartesian_2d(0.0..width, 0.0..highest)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .disable_x_axis()
        .y_label_formatter(&|at| format!("{at:.0}"))
        .light_line_style(TRANSPARENT)
        .label_style(FONT)
        .draw()?;
    for ((at, one), color) in (0_u32..).zip(series).zip(COLORS) {
        for ((nth, sum), version) in (0_u32..).zip(one.added).zip(["v7", "v4"]) {
            let left = f64::from(at) + 0.15 + 0.37 * f64::from(nth);
            let bar = |low: f64, high: f64, strength: f64| {
                let style = color.mix(strength).filled();
                Rectangle::new([(left, low), (left + 0.33, high)], style)
            };
            chart.draw_series([bar(0.0, sum.column, 1.0), bar(sum.column, all(sum), 0.45)])?;
            let place = (left + 0.04, all(sum) + highest * 0.05);
            let text = format!("{version}: {:.0}", all(sum));
            chart.draw_series([Text::new(text, place, FONT)])?;
        }
    }
    let line = [(0.0, RECKONED), (width, RECKONED)];
    chart.draw_series(DashedLineSeries::new(line, 6, 4, BLACK.stroke_width(1)))?;
    names(area, series)
}

/// Below the bars: the backends, and what the shades are.
fn names(area: &Area<'_>, series: &[Series]) -> Drawn {
    let (width, height) = area.dim_in_pixel();
    let (left, right) = (57, i32::try_from(width)? - 12);
    let bottom = i32::try_from(height)?;
    let each = (right - left) / i32::try_from(series.len().max(1))?;
    for (at, one) in (0..).zip(series) {
        let place = (left + each * at + each / 5, bottom - 46);
        area.draw(&Text::new(one.name, place, FONT))?;
    }
    let shades = "dark: the column, light: its index, dashed: 38";
    area.draw(&Text::new(shades, (left, bottom - 24), FONT))?;
    Ok(())
}

fn all(sum: Sum) -> f64 {
    sum.column + sum.index
}
