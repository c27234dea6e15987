//! What an edition says of the policies that it was made under, and how complete it is.

use serde_json::{Value, json};

use crate::{
    fixture,
    sandbox::{Page, Sandbox},
};

async fn page(edition: &Value) -> Page {
    Sandbox::with_edition(edition).await.get("/plan/2021/2").await
}

/// The texts of the cells of each row in the table of counts.
fn counts(page: &Page) -> Vec<Vec<&str>> {
    let table = page.text.split("<table class=\"counts\">").nth(1).unwrap();
    let rows = table.split("</table>").next().unwrap().split("<tr>").skip(2);
    let cells = |row| -> Vec<&str> {
        let cells = str::split(row, "<td>").skip(1);
        cells.map(|cell| cell.split("</td>").next().unwrap()).collect()
    };
    rows.map(cells).collect()
}

/// What the page says beside `name`.
fn beside<'a>(page: &'a Page, name: &str) -> &'a str {
    let begin = format!("<dt>{name}</dt><dd>");
    let rest = page.text.split(&begin).nth(1).unwrap_or_else(|| panic!("no {name}"));
    rest.split("</dd>").next().unwrap()
}

#[tokio::test]
async fn the_colophon_has_both_policies_and_every_override() {
    let page = page(&fixture::accounted()).await;
    page.is(200);
    assert!(beside(&page, "Beoordeling").starts_with("vier ogen: niemand keurt goed"));
    assert_eq!(beside(&page, "Onderdelen die open bleven"), "alleen na aanvaarding met een reden");
    let rate = beside(&page, "Afwijkingen van het vierogenprincipe");
    assert!(rate.starts_with("2 van 6 beslissingen die een tweede persoon vragen"), "{rate}");
    assert_eq!(
        beside(&page, "Gepubliceerd zonder tweede persoon"),
        "De Kamer wacht. (nog niet bevestigd door een tweede persoon)"
    );
    let approved = beside(&page, "Goedgekeurd zonder tweede persoon");
    assert!(approved.ends_with("(achteraf bevestigd door een tweede persoon)"), "{approved}");
    assert!(
        approved.contains("Niemand was er. &#60;script&#62;alert(1)&#60;/script&#62;"),
        "{approved}"
    );
    page.has_no("<script");
}

#[tokio::test]
async fn completeness_and_timeliness_stand_by_organisation_and_in_the_overview() {
    let page = page(&fixture::accounted()).await;
    assert_eq!(
        counts(&page),
        [
            ["3", "2", "1", "0", "1"],
            ["1.200", "1", "1", "1.000", "199"],
            ["0", "0", "0", "0", "0"],
            ["1.203", "3", "2", "1.000", "200"],
        ]
    );
    for cell in [
        "2 van 2 beantwoord; 1 te laat<",
        ">0 van 1 beantwoord; 1 open<",
        ">1 van 1.200 beantwoord; 1.000 met reden open; 199 open<",
    ] {
        page.has(cell);
    }
    assert_eq!(beside(&page, "Beantwoord met “niets te melden”"), "1");
    assert_eq!(beside(&page, "Beantwoord met “niet van toepassing”"), "0");
    page.has("<li><a href=\"#_completeness\">Volledigheid en tijdigheid</a></li>");
    let headers = page.text.matches("<th").count() - page.text.matches("<thead").count();
    assert_eq!(headers, page.text.matches(" scope=\"").count(), "every header says what it heads");
    assert_eq!(page.text.matches("<table class=").count(), page.text.matches("<caption").count());
}

#[tokio::test]
async fn accepted_gaps_stand_with_their_reasons() {
    let page = page(&fixture::accounted()).await;
    let reason = beside(&page, "Ministerie van Defensie, Indicator 1-a");
    assert!(
        reason.starts_with("Volgt later. &#60;script&#62;alert(1)&#60;/script&#62;"),
        "{reason}"
    );
    assert_eq!(beside(&page, "OCW, Subdoel 1.1"), "Pas opgericht.");
    page.has_no("Geen onderdeel is met een reden open gelaten");
}

#[tokio::test]
async fn where_nothing_was_overridden_or_accepted_the_page_says_so() {
    let mut edition = fixture::accounted();
    edition["review"]["overrides"] = json!([]);
    edition["obligations"]["accepted"] = json!([]);
    edition["cycle"]["gaps"] = json!("print");
    let page = page(&edition).await;
    let rate = beside(&page, "Afwijkingen van het vierogenprincipe");
    assert!(rate.starts_with("0 van 6 beslissingen"), "{rate}");
    assert_eq!(beside(&page, "Onderdelen die open bleven"), "staan als open in deze editie");
    page.has("Geen onderdeel is met een reden open gelaten")
        .has_no("zonder tweede persoon")
        .has_no("Voor deze ronde is niet vastgelegd");
}

#[tokio::test]
async fn a_file_from_before_is_one_without_review_in_which_nothing_was_owed() {
    let page = page(&fixture::edition()).await;
    page.is(200);
    assert!(beside(&page, "Beoordeling").starts_with("geen: bijdragen zijn gepubliceerd"));
    assert_eq!(beside(&page, "Afwijkingen van het vierogenprincipe"), "geen");
    assert_eq!(beside(&page, "Onderdelen die open bleven"), "staan als open in deze editie");
    page.has("Voor deze ronde is niet vastgelegd wat organisaties moesten beantwoorden")
        .has_no("class=\"counts\"");
    // Files of then hold the overrides, and not of how many decisions.
    let mut edition = fixture::accounted();
    edition["review"].as_object_mut().unwrap().remove("decisions");
    let page = self::page(&edition).await;
    assert_eq!(beside(&page, "Afwijkingen van het vierogenprincipe"), "2");
}

#[tokio::test]
async fn a_policy_of_a_later_version_is_not_taken_for_one_that_is_known() {
    let mut edition = fixture::accounted();
    edition["review"]["policy"] = json!("six_eyes");
    edition["review"]["overrides"][0]["action"] = json!("sign");
    edition["cycle"]["gaps"] = json!("hide");
    // Counts that cannot be.
    edition["obligations"]["cells"][0]["answered"] = json!(u32::MAX);
    edition["obligations"]["cells"][1]["answered"] = json!(u32::MAX);
    let page = page(&edition).await;
    page.is(200).has("<dt>Gedaan zonder tweede persoon</dt>");
    for name in ["Beoordeling", "Onderdelen die open bleven"] {
        assert_eq!(beside(&page, name), "zie het gegevensbestand van deze editie");
    }
}

#[tokio::test]
async fn in_english_the_reasons_are_marked_as_dutch() {
    let sandbox = Sandbox::with_edition(&fixture::accounted()).await;
    let page = sandbox.get("/plan/2021/2?lang=en").await;
    page.has("four eyes: nobody approves")
        .has("2 of 6 decisions that need a second person")
        .has("<span lang=\"nl\" dir=\"auto\">De Kamer wacht.</span> (not yet confirmed by a second person)")
        .has("only when accepted with a reason")
        .has("1 of 1,200 answered; 1,000 open with a reason; 199 open")
        .has("<span lang=\"nl\" dir=\"auto\">OCW</span>, Subgoal 1.1");
}
