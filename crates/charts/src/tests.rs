use super::*;
use crate::canvas::Area;

fn value(plain: &str) -> Value {
    Value::new(plain, &plain.replace('.', ",")).unwrap()
}

fn point(year: i32, plain: &str) -> Point {
    Point {
        year,
        name: year.to_string(),
        value: Value::new(plain, &format!("{plain}%")),
        is_firm: true,
    }
}

fn series() -> Series {
    let values =
        [(2019, "11"), (2020, "12"), (2021, "14"), (2022, "17"), (2023, "19"), (2024, "21")];
    let target = Target {
        year: 2027,
        name: "streefwaarde".to_owned(),
        value: Value::new("30", "30%").unwrap(),
    };
    Series {
        points: values.map(|(year, plain)| point(year, plain)).to_vec(),
        target: Some(target),
        breaks: vec![Break { year: 2022, label: "trendbreuk: ook huurwoningen geteld".to_owned() }],
    }
}

fn chart(form: Form) -> Chart {
    Chart { title: "Titel".to_owned(), alt: "Wat er te zien is".to_owned(), form }
}

fn svg(form: Form) -> String {
    chart(form).svg(&str::to_owned).unwrap()
}

fn bar(name: &str, plain: &str) -> Bar {
    Bar { name: name.to_owned(), value: Value::new(plain, plain), is_firm: true }
}

fn bars(bars: Vec<Bar>) -> Form {
    Form::Bars(Bars {
        bars,
        missing: "geen opgave".to_owned(),
        more: "en meer in de tabel".to_owned(),
    })
}

fn share(name: &str, parts: &[&str]) -> Share {
    let parts = parts.iter().map(|plain| value(plain)).collect();
    Share { name: name.to_owned(), summary: "12 van 15".to_owned(), parts }
}

fn shares(wholes: Vec<Share>) -> Form {
    let parts = ["beantwoord", "met reden open", "zonder reden open"].map(str::to_owned).to_vec();
    Form::Shares(Shares { parts, wholes })
}

/// What is wrong with the texts of a picture.
fn misplaced(texts: &[Area], height: f64) -> Vec<String> {
    let outside = texts.iter().filter(|text| {
        text.left < -1e-6 || WIDTH + 1e-6 < text.right || text.top < 0.0 || height < text.bottom
    });
    let mut faults: Vec<String> = outside.map(|text| format!("outside: {text:?}")).collect();
    for (at, text) in texts.iter().enumerate() {
        let over = texts[at + 1..].iter().filter(|other| text.touches(other));
        faults.extend(over.map(|other| format!("over each other: {text:?} {other:?}")));
    }
    faults
}

fn height(svg: &str) -> f64 {
    let after = svg.split(" height=\"").nth(1).unwrap();
    after.split('"').next().unwrap().parse().unwrap()
}

/// Draws a chart and holds what always holds.
fn check(chart: &Chart) {
    let canvas = chart.draw(&str::to_owned).unwrap_or_else(|fault| panic!("{fault}: {chart:?}"));
    let texts = canvas.texts.clone();
    let svg = canvas.finish(&chart.title, &chart.alt);
    assert_eq!(misplaced(&texts, height(&svg)), [""; 0], "{chart:?}\n{svg}");
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    assert!(height(&svg) <= 720.0, "higher than a page: {}", height(&svg));
    assert!(svg.len() < 200_000, "{} bytes", svg.len());
    assert_eq!(svg, chart.clone().svg(&str::to_owned).unwrap(), "another time other bytes");
}

struct Random(fastrand::Rng);

impl Random {
    /// A number, or none.
    fn number_or_none(&mut self) -> String {
        if self.0.u8(..8) == 0 { String::new() } else { self.number() }
    }

    fn number(&mut self) -> String {
        let sign = if self.0.u8(..4) == 0 { "-" } else { "" };
        let size = [1, 100, 100_000, 999_999_999][self.0.usize(..4)];
        let fraction = if self.0.bool() { format!(".{}", self.0.u8(..100)) } else { String::new() };
        format!("{sign}{}{fraction}", self.0.u64(..=size))
    }

    fn name(&mut self) -> String {
        let words = [
            "Ministerie",
            "van",
            "Buitenlandse",
            "Zaken",
            "wapenbeheersingsonderhandelingen",
            "€\u{a0}35",
            "漢字",
            "é",
        ];
        (0..self.0.usize(..12))
            .map(|_| words[self.0.usize(..words.len())])
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn series(&mut self) -> Series {
        let mut year = self.0.i32(1990..2020);
        let points: Vec<Point> = (0..self.0.usize(1..30))
            .map(|_| {
                year += self.0.i32(1..4);
                let plain = self.number_or_none();
                Point { is_firm: self.0.bool(), ..point(year, &plain) }
            })
            .collect();
        let name = self.name();
        let target = self.0.bool().then(|| Target {
            year: year + self.0.i32(-3..6),
            name,
            value: value(&self.number()),
        });
        let breaks = (0..self.0.usize(..6))
            .map(|_| Break { year: year - self.0.i32(0..9), label: self.name() });
        Series { breaks: breaks.collect(), points, target }
    }

    fn form(&mut self) -> Form {
        let many = self.0.usize(1..45);
        match self.0.u8(..4) {
            0 => Form::Series(self.series()),
            1 => bars(
                (0..many)
                    .map(|_| Bar {
                        is_firm: self.0.bool(),
                        ..bar(&self.name(), &self.number_or_none())
                    })
                    .collect(),
            ),
            2 => shares(
                (0..many.min(MAX_SHARES))
                    .map(|_| {
                        let parts: Vec<String> =
                            (0..3).map(|_| self.0.u32(..50).to_string()).collect();
                        share(&self.name(), &parts.iter().map(String::as_str).collect::<Vec<_>>())
                    })
                    .collect(),
            ),
            _ => Form::Multiples(
                (0..many.min(MAX_PANELS))
                    .map(|_| Panel { name: self.name(), series: self.series() })
                    .collect(),
            ),
        }
    }
}

#[test]
fn every_text_of_any_chart_stands_inside_and_over_no_other() {
    for seed in 0..400 {
        let form = Random(fastrand::Rng::with_seed(seed)).form();
        let chart = chart(form);
        match chart.check() {
            Ok(()) => check(&chart),
            Err(fault) => assert_eq!(fault, Fault::Empty, "seed {seed}"),
        }
    }
}

#[test]
fn a_text_outside_or_over_another_is_found() {
    let area = |left: f64| Area { left, top: 10.0, right: left + 20.0, bottom: 20.0 };
    assert_eq!(misplaced(&[area(0.0), area(21.0)], 20.0), [""; 0]);
    assert_eq!(misplaced(&[area(0.0), area(19.0)], 20.0).len(), 1);
    assert_eq!(misplaced(&[area(WIDTH - 10.0)], 20.0).len(), 1);
    assert_eq!(misplaced(&[area(0.0)], 19.0).len(), 1);
}

#[test]
fn every_value_is_in_the_table_and_what_has_none_says_so() {
    let rows = chart(Form::Series(series())).rows();
    let of = |rows: &[Row]| {
        rows.iter().map(|row| format!("{}: {}", row.name, row.value)).collect::<Vec<_>>()
    };
    assert_eq!(of(&rows)[..2], ["2019: 11%", "2020: 12%"]);
    assert_eq!(of(&rows)[6..], ["streefwaarde 2027: 30%"]);
    let missing = chart(bars(vec![bar("A", "1"), bar("B", "")])).rows();
    assert_eq!(of(&missing), ["A: 1", "B: geen opgave"]);
    let parts = chart(shares(vec![share("BZ", &["5", "1", "0"])])).rows();
    assert_eq!(
        of(&parts),
        ["BZ, beantwoord: 5", "BZ, met reden open: 1", "BZ, zonder reden open: 0"]
    );
    let panels =
        chart(Form::Multiples(vec![Panel { name: "A".to_owned(), series: series() }])).rows();
    assert_eq!((panels.len(), of(&panels)[0].as_str()), (7, "A, 2019: 11%"));
}

#[test]
fn a_line_is_not_drawn_over_a_break_or_a_year_without_a_value() {
    let lines = |series: Series| svg(Form::Series(series)).matches("stroke-width=\"2.5\"").count();
    assert_eq!(lines(series()), 2);
    assert_eq!(lines(Series { breaks: Vec::new(), ..series() }), 1);
    let mut gap = Series { breaks: Vec::new(), ..series() };
    gap.points[2].value = None;
    assert_eq!(lines(gap), 2);
}

#[test]
fn no_value_stands_over_a_line_or_a_point() {
    use crate::series::Obstacles;
    let area = Area { left: 10.0, top: 10.0, right: 30.0, bottom: 20.0 };
    let meets =
        |line: &[(f64, f64)], floor| Obstacles { lines: vec![line.to_vec()], floor }.meet(&area);
    assert!(meets(&[(0.0, 15.0), (40.0, 15.0)], 99.0), "through it");
    assert!(meets(&[(0.0, 0.0), (40.0, 30.0)], 99.0), "aslant");
    assert!(meets(&[(33.0, 22.0)], 99.0), "a point beside it");
    assert!(meets(&[(0.0, 90.0)], 19.0), "among the years");
    assert!(!meets(&[(0.0, 5.0), (40.0, 5.0)], 99.0) && !meets(&[(0.0, 0.0), (9.0, 40.0)], 99.0));
}

#[test]
fn a_target_a_break_and_what_is_not_firm_differ_in_shape() {
    let drawn = svg(Form::Series(series()));
    assert!(
        drawn.contains("stroke-dasharray=\"6 4\"") && drawn.contains("stroke-dasharray=\"1.5 3\""),
        "{drawn}"
    );
    let mut without = Series { target: None, breaks: Vec::new(), ..series() };
    let plain = svg(Form::Series(without.clone()));
    assert!(!plain.contains("dasharray") && !plain.contains("chart-hollow"), "{plain}");
    without.points[5].is_firm = false;
    assert!(svg(Form::Series(without)).contains("chart-hollow"));
    let firm = svg(bars(vec![bar("A", "1")]));
    let open = svg(bars(vec![Bar { is_firm: false, ..bar("A", "1") }]));
    assert!(!firm.contains("chart-open") && open.contains("chart-open"));
}

#[test]
fn edges_are_drawn() {
    for plain in ["0", "-5", "7", "1000000000000000", "0.000001"] {
        check(&chart(Form::Series(Series {
            points: vec![point(2024, plain)],
            ..Series::default()
        })));
        check(&chart(bars(vec![bar("A", plain), bar("B", "-3"), bar("C", "")])));
    }
    check(&chart(shares(vec![share("", &["0", "0", "0"])])));
    let gap = Break { year: 2022, label: "gesplitst, samengevoegd en verbreed ".repeat(9) };
    check(&chart(Form::Series(Series { breaks: vec![gap; 40], ..series() })));
    let years: Vec<Point> = (0..900).map(|at| point(1000 + at, "5")).collect();
    check(&chart(Form::Series(Series { points: years, ..Series::default() })));
    check(&chart(bars((0..1000).map(|at| bar(&at.to_string(), "5")).collect())));
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    let refused = |form| chart(form).svg(&str::to_owned).unwrap_err();
    assert_eq!(refused(Form::Series(Series::default())), Fault::Empty);
    assert_eq!(
        refused(Form::Series(Series { points: vec![point(1, "")], ..Series::default() })),
        Fault::Empty
    );
    assert_eq!(
        refused(Form::Series(Series { points: vec![point(2, "1"), point(1, "1")], ..series() })),
        Fault::Years
    );
    assert_eq!(refused(bars(vec![bar("A", "1"); MAX_VALUES + 1])), Fault::TooMany);
    let many = vec![share("A", &["1", "2", "3"]); MAX_SHARES + 1];
    assert_eq!(refused(shares(many)), Fault::TooMany);
    let panel = Panel { name: "A".to_owned(), series: series() };
    assert_eq!(refused(Form::Multiples(vec![panel; MAX_PANELS + 1])), Fault::TooMany);
    assert_eq!(refused(shares(vec![share("A", &["1", "2"])])), Fault::Parts);
    assert_eq!(refused(shares(vec![share("A", &["1", "2", "-1"])])), Fault::Parts);
    for plain in ["", "abc", "1e300", "NaN", "inf"] {
        assert_eq!(Value::new(plain, plain), None, "{plain}");
    }
}

#[test]
fn texts_appear_literally_and_the_picture_has_a_name() {
    let hostile = "<script>alert('1')</script> & \"\u{0}\u{1b}";
    let drawn = chart(bars(vec![bar(hostile, "1")])).svg(&str::to_owned).unwrap();
    assert!(
        !drawn.contains("<script") && !drawn.contains('\u{0}') && !drawn.contains('\u{1b}'),
        "{drawn}"
    );
    assert!(drawn.contains("role=\"img\" aria-label=\"Wat er te zien is\""), "{drawn}");
    assert!(drawn.contains("<title>Titel</title>"), "{drawn}");
    assert!(
        !drawn.contains("style=") && !drawn.contains("href") && !drawn.contains("url("),
        "{drawn}"
    );
}

#[test]
fn colours_can_be_seen_on_white() {
    use crate::canvas::Ink;
    let luminance = |colour: &str| -> f64 {
        let part = |at: usize| {
            let part = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    };
    let contrast = |ink: Ink| 1.05 / (luminance(ink.colour()) + 0.05);
    for ink in [Ink::Text, Ink::Quiet, Ink::Two] {
        assert!(4.5 <= contrast(ink), "{ink:?} is the colour of texts");
    }
    for ink in [Ink::One, Ink::Three] {
        assert!(3.0 <= contrast(ink), "{ink:?} is the colour of data");
    }
    assert!(contrast(Ink::Rule) < 3.0, "a decoration, which the measure finds");
}
