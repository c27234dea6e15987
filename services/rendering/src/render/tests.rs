//! What holds for the files of an edition whoever wrote the texts in it.

use std::collections::BTreeSet;

use model::{
    Content, ContributionKind, Format, GapPolicy, Narrative, Passage, Reference, ReferenceKind,
    ReviewPolicy,
};

use edition::{
    Report,
    data::{self, Edition},
};

use crate::{Error, Rendered, Template, pdf, render::render};

/// Typst code, Markdown specials and HTML, as one text.
const HOSTILE: &str = r#"#eval("1+1") #read("/etc/passwd") #{panic()} $x^2$ @bz <label> //c /*d*/ [e] = f \u{1} -- ~ <script>alert(1)</script> <b onload="x" c='y'> &amp; **g** _h_ `i` {{ view.title }} %3C"#;

fn rendered(report: &Report, format: Format) -> Result<Rendered, Error> {
    render(&Template::builtin(), &pdf::tests::fonts(), &Edition::from(report), format, "nl")
}

fn html(report: &Report) -> String {
    String::from_utf8(rendered(report, Format::Html).unwrap().bytes).unwrap()
}

/// The text of the PDF as a reader sees it.
fn pdf_text(report: &Report) -> String {
    let edition = Edition::from(report);
    let view = super::view(&Template::builtin(), &edition, "nl").unwrap();
    pdf::tests::shown(&Template::builtin(), &view, &edition.identity)
}

/// Without white space, places to break at and hyphens, which the typesetter may add.
fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !['\u{200b}', '\u{ad}', '-'].contains(c))
        .collect()
}

/// Whether a text has these letters in succession, but for one end of a page.
fn stands(text: &str, letters: &str) -> bool {
    let begins = letters.split_inclusive(':').next().unwrap_or(letters);
    text.match_indices(begins).any(|(at, _)| {
        let same = text[at..].chars().zip(letters.chars()).take_while(|(one, other)| one == other);
        let rest: String = letters.chars().skip(same.clone().count()).collect();
        text[at + same.map(|(letter, _)| letter.len_utf8()).sum::<usize>()..].contains(&rest)
    })
}

fn content(report: &mut Report) -> &mut Content {
    &mut report.contributions[0].content
}

/// Gives the first contribution this narrative and its passages.
fn narrate(report: &mut Report, markdown: &str) {
    let document = richtext::parse(markdown).unwrap();
    let passage = |(at, text): (usize, &String)| Passage {
        id: format!("p{at}"),
        language: "nl".to_owned(),
        text: text.clone(),
    };
    let contribution = &mut report.contributions[0];
    contribution.passages = document.passages.iter().enumerate().map(passage).collect();
    contribution.content.narratives =
        vec![Narrative { language: "nl".to_owned(), markdown: markdown.to_owned() }];
}

/// Markdown that says `text` and nothing more.
fn escaped(text: &str) -> String {
    let escape = |c: char| if c.is_ascii_punctuation() { format!("\\{c}") } else { c.to_string() };
    text.chars().map(escape).collect()
}

/// A report whose every text begins with the number of its field and goes on with `text`; and how many there are.
fn said_everywhere(text: &str) -> (Report, usize) {
    let mut report = Report::sample();
    let mut count = 0;
    let mut say = |field: &mut String| {
        count += 1;
        *field = format!("veld{count}: {text}");
    };
    say(&mut report.organisations[0].name);
    let framework = &mut report.framework;
    let goal = &mut framework.goals[0];
    let indicator = &mut goal.indicators[0];
    indicator.items.push(indicator.statement.clone());
    indicator.sub_prompts.push(indicator.statement.clone());
    indicator.target = Some(indicator.statement.clone());
    let texts = [&mut framework.title, &mut framework.pillars[0].name, &mut goal.statement]
        .into_iter()
        .chain([&mut indicator.statement, &mut indicator.items[0], &mut indicator.sub_prompts[0]])
        .chain(indicator.target.as_mut())
        .chain([&mut framework.abbreviations[0].long]);
    texts.flat_map(|texts| texts.0.values_mut()).for_each(&mut say);
    say(&mut framework.abbreviations[0].short);
    let content = content(&mut report);
    say(&mut content.section);
    let figure = &mut content.figures[0];
    let words = [&mut figure.value, &mut figure.unit, &mut figure.label, &mut figure.counts];
    let notes = [&mut figure.from, &mut figure.break_note, &mut figure.caveat];
    words.into_iter().chain(notes).for_each(&mut say);
    let mut reference = Reference {
        kind: ReferenceKind::Document,
        as_written: String::new(),
        target: "x".to_owned(),
        url: String::new(),
    };
    say(&mut reference.as_written);
    content.references = vec![reference];
    let mut narrative = String::new();
    say(&mut narrative);
    let fenced = format!("{narrative}\n\n````\nin code: {narrative}\n````");
    narrate(&mut report, &fenced.replacen(&narrative, &escaped(&narrative), 1));
    let mut remark = report.contributions[0].clone();
    remark.content = Content { kind: ContributionKind::GeneralRemark, ..Content::default() };
    say(&mut remark.content.section);
    report.contributions.push(remark);
    (report, count)
}

#[test]
fn texts_of_users_stand_literally_in_html_and_never_run() {
    let (report, count) = said_everywhere(HOSTILE);
    let html = html(&report);
    let literal = HOSTILE
        .replace('&', "&#38;")
        .replace('<', "&#60;")
        .replace('>', "&#62;")
        .replace('"', "&#34;")
        .replace('\'', "&#39;");
    for field in 1..=count {
        assert!(html.contains(&format!("veld{field}: {literal}")), "field {field}");
    }
    assert!(!html.contains("<script") && !html.contains("<b onload"));
}

#[test]
fn texts_of_users_stand_literally_in_the_pdf_and_never_run() {
    let (report, count) = said_everywhere(HOSTILE);
    let text = squeezed(&pdf_text(&report));
    for field in 1..=count {
        assert!(stands(&text, &squeezed(&format!("veld{field}: {HOSTILE}"))), "field {field}");
    }
    rendered(&report, Format::Pdf).unwrap();
}

#[test]
fn control_characters_and_private_use_show_as_replaced() {
    let mut report = Report::sample();
    let strange = "a\0\u{1b}[31m\u{7f}\u{85}\u{f0b7}\u{fffe}z";
    let shown = "a\u{fffd}\u{fffd}[31m\u{fffd}\u{fffd}\u{fffd}\u{fffd}z";
    content(&mut report).section = strange.to_owned();
    report.organisations[0].name = strange.to_owned();
    report.framework.goals[0].statement.0.insert("nl".to_owned(), strange.to_owned());
    narrate(&mut report, "a&#27;&#xf0b7;z");
    let html = html(&report);
    assert!(html.matches(shown).count() >= 4 && html.contains("a\u{fffd}\u{fffd}z"));
    assert!(!html.contains(|c: char| c.is_control() && c != '\n'));
    let text = pdf_text(&report);
    assert!(text.matches(shown).count() >= 4 && text.contains("a\u{fffd}\u{fffd}z"));
    rendered(&report, Format::Pdf).unwrap();
}

#[test]
fn a_character_without_a_font_is_named_with_its_contribution() {
    let mut report = Report::sample();
    narrate(&mut report, "Goed gedaan 😀 中");
    let id = report.contributions[0].public_id();
    let error = rendered(&report, Format::Pdf).unwrap_err();
    assert!(matches!(error, Error::Content(_)), "{error}");
    assert!(
        error
            .to_string()
            .contains(&format!("contribution `voorbeeld/{id}` has `中` (U+4E2D), `😀` (U+1F600)")),
        "{error}"
    );
    report.contributions.clear();
    report.organisations[0].name = "中".to_owned();
    let error = rendered(&report, Format::Pdf).unwrap_err().to_string();
    assert!(error.contains("names have `中` (U+4E2D)"), "{error}");
}

#[test]
fn a_contribution_of_nobody_is_refused_rather_than_left_out() {
    let mut report = Report::sample();
    report.contributions[0].organisation = "ander".parse().unwrap();
    for format in Format::ALL {
        let error = rendered(&report, format).unwrap_err().to_string();
        assert!(error.contains("/ander/") && error.contains("no organisation"), "{error}");
    }
}

#[test]
fn a_regional_language_takes_the_texts_of_its_language() {
    let mut report = Report::sample();
    report.framework.title.0.insert("en".to_owned(), "Sample plan".to_owned());
    let mut files = Template::builtin().files().clone();
    files.insert("messages.en-GB.ftl".to_owned(), Vec::new());
    let template = Template::from_files(files);
    let edition = Edition::from(&report);
    let html =
        render(&template, &pdf::tests::fonts(), &edition, Format::Html, "en-GB").unwrap().bytes;
    let html = String::from_utf8(html).unwrap();
    assert!(html.contains("lang=\"en-GB\"") && html.contains("<h1>Sample plan</h1>"));
    render(&template, &pdf::tests::fonts(), &edition, Format::Pdf, "en-GB").unwrap();
}

/// What stands between `begin` and the next quote, for all places.
fn values<'a>(html: &'a str, begin: &str) -> Vec<&'a str> {
    html.split(begin).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// Organisations, goals and contributions whose codes are as close to each other, and to the page's own, as they may be.
fn crowded() -> Report {
    let mut report = Report::sample();
    let codes = ["main", "contents", "matrix", "matrix-caption", "abbreviations", "colophon"];
    let first = report.organisations[0].clone();
    for code in codes {
        let mut organisation = first.clone();
        organisation.code = code.parse().unwrap();
        report.organisations.push(organisation);
    }
    let goal = report.framework.goals[0].clone();
    for code in ["2", "1+2"] {
        let mut goal = goal.clone();
        (goal.id, goal.code) = (code.to_owned(), code.to_owned());
        goal.indicators.clear();
        report.framework.goals.push(goal);
    }
    let answer = report.contributions[0].clone();
    for organisation in ["main", "voorbeeld"] {
        for goals in [&["1"][..], &["1", "2"], &["1+2"], &["2", "1"], &[]] {
            let mut answer = answer.clone();
            answer.organisation = organisation.parse().unwrap();
            answer.content.goals = goals.iter().map(ToString::to_string).collect();
            report.contributions.push(answer);
        }
    }
    report
}

#[test]
fn no_id_stands_twice_and_every_link_within_the_page_leads_somewhere() {
    let html = html(&crowded());
    let ids = values(&html, " id=\"");
    let distinct: BTreeSet<_> = ids.iter().copied().collect();
    let doubled: Vec<_> =
        distinct.iter().filter(|id| ids.iter().filter(|i| i == id).count() > 1).collect();
    assert!(doubled.is_empty(), "{doubled:?}");
    let links = values(&html, " href=\"#").into_iter().chain(values(&html, " aria-labelledby=\""));
    let dangling: Vec<_> = links.filter(|link| !distinct.contains(link)).collect();
    assert!(dangling.is_empty() && ids.len() > 30, "{dangling:?}");
    rendered(&crowded(), Format::Pdf).unwrap();
}

#[test]
fn headings_skip_no_level_in_a_page() {
    let mut report = crowded();
    narrate(&mut report, "### a\n\n##### b\n\n# c\n\n> ###### d\n\n- # e");
    let mut remark = report.contributions[0].clone();
    remark.content.kind = ContributionKind::GeneralRemark;
    report.contributions.push(remark);
    let html = html(&report);
    let after = |rest: &str| rest.bytes().next().filter(u8::is_ascii_digit).map(|b| b - b'0');
    let levels: Vec<u8> = html.split("<h").skip(1).filter_map(after).collect();
    assert_eq!(levels[0], 1);
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
    rendered(&report, Format::Pdf).unwrap();
}

#[test]
fn a_long_text_on_no_goal_is_printed() {
    let mut report = Report::sample();
    narrate(&mut report, &format!("{} slot", "Een lang antwoord. ".repeat(200)));
    report.contributions[0].content.goals.clear();
    assert!(squeezed(&pdf_text(&report)).contains("slot"));
}

#[test]
fn a_picture_stands_in_file_and_pdf_with_every_number_beside_it() {
    let report = Report::sample();
    let (html, pdf) = (html(&report), squeezed(&pdf_text(&report)));
    let title = "Voorbeelden: van 9 in 2020 naar circa 12 in 2021; streefwaarde 15 in 2024";
    assert!(html.contains(&format!("<figcaption>{title}</figcaption>")), "{html}");
    assert!(pdf.contains(&squeezed(title)), "{pdf}");
    // Of the completeness, and of the figure.
    assert_eq!(html.matches("<svg xmlns").count(), 2);
    for (name, value) in [("2020", "9"), ("2021", "circa 12"), ("streefwaarde 2024", "15")] {
        let row = format!("<tr><th scope=\"row\">{name}</th><td>{value}</td></tr>");
        assert!(html.contains(&row), "{row}");
        assert!(pdf.contains(&squeezed(&format!("{name}{value}"))), "{name}");
    }
    // A figure that says nothing of other years has no picture.
    let mut plain = Report::sample();
    let figure = &mut content(&mut plain).figures[0];
    (figure.comparisons, figure.target) = (Vec::new(), None);
    assert_eq!(self::html(&plain).matches("<svg xmlns").count(), 1);
}

#[test]
fn whatever_markdown_is_taken_can_be_printed() {
    let long = format!("[x](https://a.nl/{})", "y".repeat(9_000));
    let deep: String = (0..8).map(|depth| "  ".repeat(depth) + "- x\n").collect();
    let texts = [
        "",
        "#",
        "a\n\n##\n\nb",
        "# &nbsp;\n\nb",
        "-\n- b",
        "999999999. a",
        "0. a",
        "| a |\n|---|",
        "| | |\n|---|---|\n| a | b |",
        "| a | a |\n|---|---|\n| |",
        "> ",
        "```\n```",
        "` `",
        "***",
        "[x](mailto:y)",
        "a  \nb",
        &long,
        &deep,
    ];
    let mut refused = Vec::new();
    for text in texts.into_iter().filter(|text| richtext::parse(text).is_ok()) {
        let mut report = Report::sample();
        narrate(&mut report, text);
        for format in [Format::Html, Format::Pdf] {
            if let Err(error) = rendered(&report, format) {
                refused
                    .push(format!("{:.30} {format:?}: {error}", text.escape_debug().to_string()));
            }
        }
    }
    assert!(refused.is_empty(), "{refused:#?}");
}

/// The example under four eyes, with an override that was confirmed and one that was not.
fn reviewed() -> Report {
    let mut report = Report::sample();
    let made = |action: &str, reason: &str, confirmation| model::Override {
        id: uuid::Uuid::nil(),
        cycle: report.cycle.name.clone(),
        action: action.to_owned(),
        object: "voorwerp".to_owned(),
        actor: "iemand".to_owned(),
        reason: reason.to_owned(),
        time: model::Instant(0),
        confirmation,
    };
    let second = model::Confirmation { actor: "iemand-anders".to_owned(), time: model::Instant(1) };
    report.overrides = vec![
        made(model::Override::APPROVE, "Niemand anders was er.", Some(second)),
        made(model::Override::PUBLISH, "De Kamer wacht.", None),
    ];
    report.review = model::ReviewPolicy::FourEyes;
    report
}

#[test]
fn under_four_eyes_the_colophon_says_so_and_names_every_override_and_nobody() {
    let report = reviewed();
    let (html, pdf) = (html(&report), squeezed(&pdf_text(&report)));
    let json = String::from_utf8(rendered(&report, Format::Json).unwrap().bytes).unwrap();
    for text in [
        "vier ogen: niemand keurt goed",
        "2 van 2 beslissingen die een tweede persoon vragen",
        "Niemand anders was er. (achteraf bevestigd door een tweede persoon)",
        "De Kamer wacht. (nog niet bevestigd door een tweede persoon)",
    ] {
        assert!(html.contains(text) && pdf.contains(&squeezed(text)), "{text}");
    }
    let edition: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        edition["review"],
        serde_json::json!({
            "policy": "four_eyes",
            "decisions": 2,
            "overrides": [
                { "action": "approve", "reason": "Niemand anders was er.", "confirmed": true },
                { "action": "publish", "reason": "De Kamer wacht.", "confirmed": false },
            ]
        })
    );
    for file in [&html, &pdf, &json] {
        assert!(!file.contains("iemand-anders") && !file.contains("voorwerp"), "{file}");
    }
}

#[test]
fn what_an_edition_changes_stands_in_every_file() {
    let mut report = Report::sample();
    let change = |kind, contribution: &str| model::EditionChange {
        kind,
        organisation: (!contribution.is_empty()).then(|| "voorbeeld".parse().unwrap()),
        contribution: contribution.to_owned(),
        actor: "iemand".to_owned(),
    };
    let of_who_left = model::EditionChange {
        organisation: Some("vertrokken".parse().unwrap()),
        ..change(model::EditionChangeKind::NotReporting, "v-1")
    };
    report.former_organisations = vec![edition::Reporter {
        code: "vertrokken".parse().unwrap(),
        name: "Het Vertrokken Ministerie".to_owned(),
    }];
    report.change_note = Some(model::ChangeNote {
        since: "voorbeeld/2021/1".parse().unwrap(),
        changes: vec![
            change(model::EditionChangeKind::Changed, "a-1"),
            change(model::EditionChangeKind::Changed, "a-2"),
            change(model::EditionChangeKind::Withdrawn, "a-3"),
            change(model::EditionChangeKind::Returned, "a-4"),
            of_who_left,
            change(model::EditionChangeKind::OverrideConfirmed, ""),
        ],
    });
    let lines = colophon(&report, "nl");
    let expected = [
        ("Veranderd ten opzichte van", "voorbeeld/2021/1"),
        ("Gewijzigde bijdragen", "Voorbeeldministerie: a-1, a-2"),
        ("Ingetrokken bijdragen", "Voorbeeldministerie: a-3"),
        ("Teruggegeven bijdragen, die niet opnieuw zijn ingediend", "Voorbeeldministerie: a-4"),
        ("Bijdragen van organisaties die niet meer rapporteren", "Het Vertrokken Ministerie: v-1"),
        ("Afwijkingen van het vierogenprincipe die zijn bevestigd", "1"),
    ];
    let (html, pdf) = (html(&report), squeezed(&pdf_text(&report)));
    for (name, text) in expected {
        let line = (name.to_owned(), text.to_owned());
        assert!(lines.contains(&line), "{line:?} of {lines:?}");
        for text in [name, text] {
            assert!(html.contains(text) && pdf.contains(&squeezed(text)), "{text}");
        }
    }
    let json = rendered(&report, Format::Json).unwrap().bytes;
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["changes"]["since"], "voorbeeld/2021/1");
    let expected = serde_json::json!({
        "kind": "withdrawn", "organisation": "voorbeeld", "contribution": "a-3"
    });
    assert_eq!(json["changes"]["changes"][2], expected);
    assert!(!html.contains("iemand") && !json.to_string().contains("iemand"));
    report.change_note = None;
    assert!(!colophon(&report, "nl").iter().any(|(name, _)| name.starts_with("Veranderd")));
}

/// What stands beside each name in the colophon.
fn colophon(report: &Report, language: &str) -> Vec<(String, String)> {
    let view = super::view(&Template::builtin(), &Edition::from(report), language).unwrap();
    let said = |phrase: &[edition::Text]| phrase.iter().map(ToString::to_string).collect();
    view.colophon.lines.iter().map(|line| (said(&line.name), said(&line.text))).collect()
}

#[test]
fn both_policies_stand_in_every_file_whatever_they_are() {
    let mut report = Report::sample();
    let reviews = [
        (ReviewPolicy::None, "none", "geen: bijdragen zijn gepubliceerd zoals zij zijn ingediend"),
        (ReviewPolicy::FourEyes, "four_eyes", "vier ogen: niemand keurt goed"),
    ];
    let gaps = [
        (GapPolicy::Print, "print", "staan als open in deze editie"),
        (GapPolicy::Refuse, "refuse", "alleen na aanvaarding met een reden"),
    ];
    for ((review, review_name, said), (gap, gap_name, of_gaps)) in reviews.into_iter().zip(gaps) {
        (report.review, report.cycle.gaps) = (review, gap);
        let (html, pdf) = (html(&report), squeezed(&pdf_text(&report)));
        for text in ["Beoordeling", said, "Onderdelen die open bleven", of_gaps] {
            assert!(html.contains(text) && pdf.contains(&squeezed(text)), "{text}");
        }
        let json = rendered(&report, Format::Json).unwrap().bytes;
        let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(
            (&json["review"]["policy"], &json["cycle"]["gaps"]),
            (&review_name.into(), &gap_name.into())
        );
    }
}

#[test]
fn overrides_are_counted_of_the_decisions_that_need_a_second_person() {
    let mut report = reviewed();
    let rate = |report: &Report, language, name: &str| {
        let lines = colophon(report, language);
        let line = lines.into_iter().find(|(found, _)| found == name).unwrap().1;
        line.split(':').next().unwrap().to_owned()
    };
    let answer = report.contributions[0].clone();
    report.contributions.extend([answer.clone(), answer]);
    // Three approvals and the publication.
    let dutch = "Afwijkingen van het vierogenprincipe";
    let of = "beslissingen die een tweede persoon vragen";
    assert_eq!(rate(&report, "nl", dutch), format!("2 van 4 {of}"));
    report.overrides.clear();
    assert_eq!(rate(&report, "nl", dutch), format!("0 van 4 {of}"));
    let english = "Departures from four eyes";
    assert_eq!(rate(&report, "en", english), "0 of 4 decisions that need a second person");
    report.review = ReviewPolicy::None;
    assert_eq!(rate(&report, "nl", dutch), "geen");
    assert_eq!(rate(&report, "en", english), "none");
}

#[test]
fn where_nothing_was_assigned_the_overview_says_so() {
    let mut report = Report::sample();
    let nothing = "Voor deze ronde is niet vastgelegd wat organisaties moesten beantwoorden";
    let shown = |report: &Report| {
        let (html, pdf) = (html(report), squeezed(&pdf_text(report)));
        [html.contains(nothing), pdf.contains(&squeezed(nothing))]
    };
    assert_eq!(shown(&report), [false; 2]);
    report.completeness = None;
    assert_eq!(shown(&report), [true; 2]);
}

#[test]
fn a_joint_contribution_is_printed_once_and_found_under_each_of_its_organisations() {
    let mut report = Report::sample();
    let name = "Ministerie van Samenwerking".into();
    report.organisations.push(edition::Reporter { code: "partner".parse().unwrap(), name });
    let expected =
        ["Samen met: Ministerie van Samenwerking", "Gezamenlijke bijdragen"].map(squeezed);
    let shown = |report: &Report| {
        let pdf = squeezed(&pdf_text(report));
        // A file that names a place that is not there cannot be made.
        rendered(report, Format::Pdf).unwrap();
        expected.each_ref().map(|text| pdf.matches(text.as_str()).count())
    };
    assert_eq!(shown(&report), [0, 0], "the control");
    content(&mut report).partners = vec!["partner".to_owned()];
    assert_eq!(shown(&report), [1, 1]);
}

#[test]
fn a_file_written_before_policies_were_published_still_reads() {
    let mut old = serde_json::to_value(Edition::from(&reviewed())).unwrap();
    old["review"].as_object_mut().unwrap().remove("decisions");
    let read: Edition = serde_json::from_value(old.clone()).unwrap();
    assert_eq!((read.review.decisions, read.review.overrides.len()), (0, 2));
    old.as_object_mut().unwrap().remove("review");
    old["cycle"].as_object_mut().unwrap().remove("gaps");
    let read: Edition = serde_json::from_value(old).unwrap();
    assert_eq!((read.review, read.cycle.gaps), (data::Review::default(), data::GapPolicy::Print));
}

#[test]
fn every_passage_has_one_position_in_reading_order() {
    let mut report = Report::sample();
    let rows: Vec<_> = (0..120).map(|row| format!("| rij {row} | waarde {row} |")).collect();
    let rows = rows.join("\n") + "\n";
    narrate(
        &mut report,
        &format!(
            "# kop\n\neen\n\n- twee\n\n| a | b |\n|---|---|\n{rows}\ndrie\n\n> vier\n\n```\nvijf\n```"
        ),
    );
    let positions = rendered(&report, Format::Pdf).unwrap().positions;
    let contribution = &report.contributions[0];
    let expected: Vec<_> = contribution
        .passages
        .iter()
        .map(|passage| format!("voorbeeld/{}/{}", contribution.public_id(), passage.id))
        .collect();
    assert_eq!(positions.iter().map(|p| p.passage.clone()).collect::<Vec<_>>(), expected);
    assert!(positions.is_sorted_by_key(|p| p.page));
    assert!(positions[0].page < positions[positions.len() - 1].page);
}

#[test]
fn what_stayed_open_is_named_in_every_file() {
    let mut report = Report::sample();
    let completeness = report.completeness.as_mut().unwrap();
    let open = model::Obligation {
        accepted_reason: String::new(),
        ..completeness.accepted_gaps[0].clone()
    };
    let asked = open.asked.indicator.clone();
    completeness.open_gaps = vec![open];
    let (html, pdf) = (html(&report), squeezed(&pdf_text(&report)));
    let heading = "Zonder reden open";
    assert_eq!(html.matches(&format!("<h4>{heading}</h4>")).count(), 1);
    let (_, after) = html.split_once(&format!("<h4>{heading}</h4>")).unwrap();
    assert!(after[..after.find("</dl>").unwrap()].contains(&asked), "{asked} in {after}");
    let (_, after) = pdf.rsplit_once(&squeezed(heading)).unwrap();
    assert!(after.contains(&squeezed(&asked)), "{asked}");
    let json = rendered(&report, Format::Json).unwrap().bytes;
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["obligations"]["open"][0]["indicator"], asked);
    // The control: without one nothing is said of it.
    report.completeness.as_mut().unwrap().open_gaps.clear();
    assert!(!self::html(&report).contains(&format!("<h4>{heading}</h4>")));
}
