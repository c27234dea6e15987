use super::*;
use crate::{Report, data::Comparison};

/// The sample in the cycle of a year, whose contributions have these figures: organisation, fact and value.
fn edition(year: i32, figures: &[(&str, &str, &str)]) -> Edition {
    let mut edition = Edition::from(&Report::sample());
    edition.identity.name = format!("voorbeeld/{year}/1");
    (edition.cycle.from, edition.cycle.until) = (format!("{year}-01-01"), format!("{year}-12-31"));
    let sample = edition.contributions.remove(0);
    for (at, (organisation, fact, value)) in figures.iter().enumerate() {
        let mut one = sample.clone();
        one.id = format!("{year}-{at}");
        one.organisation = (*organisation).to_owned();
        let figure = &mut one.figures[0];
        (figure.comparisons, figure.target) = (Vec::new(), None);
        figure.break_note = String::new();
        (figure.fact, figure.value) = ((*fact).to_owned(), (*value).to_owned());
        figure.label = format!("Voorbeelden van {organisation} in {year}");
        edition.contributions.push(one);
    }
    edition
}

fn mentions<'a>(editions: &'a [Edition], kinds: &'a [&'a [LinkKind]]) -> Vec<Mention<'a>> {
    let of = |(edition, kinds): (&'a Edition, &&'a [LinkKind])| {
        let figures = |contribution: &'a Contribution| {
            let mention = |figure| Mention { edition, contribution, figure, kinds };
            contribution.figures.iter().map(mention).collect::<Vec<_>>()
        };
        edition.contributions.iter().flat_map(figures).collect::<Vec<_>>()
    };
    editions.iter().zip(kinds).flat_map(of).collect()
}

fn all(editions: &[Edition], kinds: &[&[LinkKind]]) -> Vec<Series> {
    Series::all(&mentions(editions, kinds), "nl", Messages::for_language("nl"))
}

fn rows(series: &Series) -> Vec<String> {
    series
        .rows
        .iter()
        .map(|row| format!("{}: {} ({})", row.period, row.value, row.anchor))
        .collect()
}

#[test]
fn the_one_value_of_an_organisation_is_joined_whatever_it_is_called() {
    let editions = [
        edition(2021, &[("voorbeeld", "een", "45")]),
        edition(2023, &[("voorbeeld", "twee", "96")]),
    ];
    let series = all(&editions, &[&[], &[]]);
    assert_eq!(series.len(), 1);
    assert_eq!(
        rows(&series[0]),
        ["2021: circa 45 (voorbeeld/2021-0)", "2023: circa 96 (voorbeeld/2023-0)"]
    );
    let picture = series[0].picture.as_ref().unwrap();
    assert!(picture.title.as_str().contains("van circa 45 in 2021 naar circa 96 in 2023"));
}

#[test]
fn what_nobody_declared_is_not_joined() {
    let editions = [
        edition(2021, &[("voorbeeld", "een", "45")]),
        edition(2022, &[("voorbeeld", "twee", "7"), ("voorbeeld", "drie", "8")]),
        edition(2023, &[("ander", "vier", "9")]),
    ];
    let series = all(&editions, &[&[], &[], &[]]);
    let lengths: Vec<usize> = series.iter().map(|one| one.rows.len()).collect();
    assert_eq!(lengths, [1, 1, 1, 1]);
    assert!(series.iter().all(|one| one.picture.is_none()));
    // The same fact is one, however many others there are.
    let editions = [
        edition(2021, &[("voorbeeld", "een", "45")]),
        edition(2022, &[("voorbeeld", "een", "46"), ("voorbeeld", "drie", "8")]),
    ];
    let lengths: Vec<usize> =
        all(&editions, &[&[], &[]]).iter().map(|one| one.rows.len()).collect();
    assert_eq!(lengths, [2, 1]);
}

#[test]
fn a_fact_of_two_organisations_is_one_value_with_both_named() {
    let editions = [edition(2021, &[("voorbeeld", "een", "45"), ("ander", "een", "45")])];
    let series = all(&editions, &[&[]]);
    assert_eq!((series.len(), series[0].rows.len()), (1, 1));
    let names: Vec<&str> = series[0].organisations.iter().map(Text::as_str).collect();
    assert_eq!(names, ["Voorbeeldministerie", "ander"]);
}

#[test]
fn a_link_that_is_not_the_same_is_a_break() {
    let editions = [
        edition(2021, &[("voorbeeld", "", "45")]),
        edition(2022, &[("voorbeeld", "", "50")]),
        edition(2023, &[("voorbeeld", "", "96")]),
    ];
    let split = [LinkKind::Split];
    let series = all(&editions, &[&split, &split, &[]]);
    let picture = series[0].picture.as_ref().unwrap();
    assert!(picture.svg.contains("gesplitst"), "{}", picture.svg);
    let whole = all(&editions, &[&[], &[], &[]]);
    assert!(!whole[0].picture.as_ref().unwrap().svg.contains("gesplitst"));
}

#[test]
fn an_earlier_value_is_that_of_its_own_edition() {
    let mut editions =
        [edition(2021, &[("voorbeeld", "", "45")]), edition(2022, &[("voorbeeld", "", "50")])];
    editions[1].contributions[0].figures[0].comparisons = vec![
        Comparison { value: "30".to_owned(), year: 2019 },
        Comparison { value: "44".to_owned(), year: 2021 },
    ];
    let series = all(&editions, &[&[], &[]]);
    let values: Vec<&str> = series[0].rows.iter().map(|row| row.value.as_str()).collect();
    assert_eq!(values, ["30", "circa 45", "circa 50"]);
}
