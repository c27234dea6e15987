use messages::Messages;

use super::*;
use crate::{Report, View, data::Edition};

fn figure(kind: FigureKind, label: &str, value: &str, unit: &str) -> data::Figure {
    data::Figure {
        kind,
        label: label.to_owned(),
        value: value.to_owned(),
        unit: unit.to_owned(),
        ..data::Figure::from(&model::Figure::default())
    }
}

fn women() -> data::Figure {
    let earlier = [("10.9", 2020), ("10", 2019)];
    data::Figure {
        comparisons: earlier
            .map(|(value, year)| Comparison { value: value.to_owned(), year })
            .to_vec(),
        target: Some(Comparison { value: "30".to_owned(), year: 2024 }),
        ..figure(FigureKind::Percentage, "Vrouwen", "11.5", "")
    }
}

fn euros(label: &str, value: &str) -> data::Figure {
    figure(FigureKind::Amount, label, value, "EUR")
}

fn pictures_in(figures: &[data::Figure], language: &str) -> Vec<Picture> {
    let edition = Edition::from(&Report::sample());
    let messages = Messages::for_language(language);
    Layout::new(&edition, language, messages).pictures(figures, "nl")
}

fn pictures(figures: &[data::Figure]) -> Vec<Picture> {
    pictures_in(figures, "nl")
}

fn only(pictures: Vec<Picture>) -> Picture {
    assert_eq!(pictures.len(), 1, "{pictures:?}");
    pictures.into_iter().next().unwrap()
}

fn rows(picture: &Picture) -> Vec<String> {
    picture.rows.iter().map(|row| format!("{}: {}", row.name, row.value)).collect()
}

#[test]
fn a_figure_with_other_years_is_a_series_in_their_order_with_its_target() {
    let drawn = only(pictures(&[women()]));
    assert_eq!(
        drawn.title.as_str(),
        "Vrouwen: van 10% in 2019 naar 11,5% in 2021; streefwaarde 30% in 2024"
    );
    let expected = ["2019: 10%", "2020: 10,9%", "2021: 11,5%", "streefwaarde 2024: 30%"];
    assert_eq!(rows(&drawn), expected);
    assert!(drawn.alt.contains("Lijngrafiek. Vrouwen: van 10%"), "{}", drawn.alt);
    // An id in it would have to be an XML name, which an anchor is not.
    assert!(!drawn.svg.contains(" id="), "{}", drawn.svg);
    let english = only(pictures_in(&[women()], "en"));
    assert!(english.title.as_str().contains("from 10% in 2019 to 11.5% in 2021; target 30%"));
}

#[test]
fn a_break_is_said_and_its_line_is_not_joined() {
    let broken = data::Figure { break_note: "andere telling".to_owned(), ..women() };
    let drawn = only(pictures(&[broken]));
    assert!(drawn.svg.contains("Trendbreuk:"), "{}", drawn.svg);
    assert!(!pictures(&[women()])[0].svg.contains("Trendbreuk"));
}

#[test]
fn what_says_two_things_of_one_year_is_not_drawn() {
    let mut twice = women();
    twice.comparisons.push(Comparison { value: "9".to_owned(), year: 2021 });
    assert!(pictures(&[twice]).is_empty());
    assert_eq!(pictures(&[women()]).len(), 1);
}

#[test]
fn series_of_one_unit_share_a_scale_and_others_do_not() {
    let men = data::Figure { label: "Mannen".to_owned(), ..women() };
    let together = pictures(&[women(), men]);
    assert_eq!(together.len(), 1);
    assert_eq!(rows(&together[0])[0], "Vrouwen, 2019: 10%");
    assert_eq!(together[0].note, "Een ruit is een streefwaarde.");
    assert_eq!(only(pictures(&[women()])).note, "", "beside one alone stands its name");
    let count = data::Figure { kind: FigureKind::Count, ..women() };
    assert_eq!(pictures(&[women(), count]).len(), 2);
}

#[test]
fn amounts_stand_beside_each_other_by_currency_and_are_not_summed() {
    let about = data::Figure { precision: Precision::About, ..euros("Budget", "35000000") };
    let dollars = figure(FigureKind::Amount, "Fonds", "1", "USD");
    let drawn = only(pictures(&[about, euros("Bijdrage", "20000000"), dollars]));
    assert_eq!(drawn.title.as_str(), "Bedragen in deze bijdrage, in EUR");
    let expected = ["Budget: circa €\u{a0}35.000.000", "Bijdrage: €\u{a0}20.000.000"];
    assert_eq!(rows(&drawn), expected);
    assert!(!drawn.note.is_empty() && drawn.svg.contains("chart-open"));
    assert!(pictures(&[euros("Bijdrage", "20000000")]).is_empty(), "one has nothing beside it");
}

#[test]
fn a_share_is_drawn_with_the_rest_unless_it_is_more_than_all() {
    let share = |value| figure(FigureKind::Percentage, "Deel", value, "");
    let drawn = only(pictures(&[share("47.5")]));
    assert_eq!(drawn.title.as_str(), "Deel: 47,5%");
    assert_eq!(rows(&drawn), ["Deel, aandeel: 47,5%", "Deel, overige: 52,5%"]);
    assert!(pictures(&[share("101")]).is_empty() && pictures(&[share("veel")]).is_empty());
}

#[test]
fn an_alternative_text_is_bounded_and_hostile_words_appear_literally() {
    let mut long = women();
    long.label = "<b>lang \u{e000}</b> ".repeat(100);
    let drawn = only(pictures(&[long]));
    assert!(drawn.alt.chars().count() <= MAX_ALT && drawn.alt.ends_with('…'), "{}", drawn.alt);
    assert!(!drawn.svg.contains("<b>") && !drawn.svg.contains('\u{e000}'), "{}", drawn.svg);
}

#[test]
fn large_numbers_beside_an_axis_are_in_millions() {
    for (plain, expected) in [
        ("20000000", Some("20")),
        ("500000", Some("0.5")),
        ("-1200000", Some("-1.2")),
        ("0", None),
        ("50000", None),
        ("0.5", None),
    ] {
        assert_eq!(millions(plain).as_deref(), expected, "{plain}");
    }
}

#[test]
fn completeness_is_a_picture_beside_its_table() {
    let edition = Edition::from(&Report::sample());
    let view = View::of(&edition, "nl", Messages::for_language("nl"));
    let counts = view.overview.completeness.counts.clone().unwrap();
    let drawn = only(counts.pictures);
    assert_eq!(drawn.title.as_str(), "Beantwoord: 1 van 2 verplichte onderdelen");
    assert!(drawn.rows.is_empty() && drawn.svg.contains("Voorbeeldministerie"), "{}", drawn.svg);
    let html = crate::html::body(&view);
    let of_entries: usize = view.entries().map(|entry| entry.pictures.len()).sum();
    assert_eq!((of_entries, html.matches("<figure class=\"picture\">").count()), (1, 2));
    assert_eq!(html.matches("<svg xmlns").count(), 2);
}
