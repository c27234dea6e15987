//! Every operation that reads what is published.

use crate::api::{
    contributions, cycles, editions, frameworks, indicators, operation::Operation, organisations,
    paging, parameter::Parameter, search,
};

/// Filters of what an edition holds.
const FILTERS: [Parameter; 3] = [
    Parameter::filter("organisation", "portal-api-organisations"),
    Parameter::filter("goal", "portal-api-goals"),
    Parameter::filter("indicator", "portal-api-indicators"),
];

/// In the order of the document.
pub(crate) fn operations() -> Vec<Operation> {
    let mut all = plans();
    all.extend(of_an_edition());
    all.extend(across());
    all
}

fn plans() -> Vec<Operation> {
    vec![
        Operation::new(
            "/frameworks",
            "listFrameworks",
            "portal-api-list-frameworks",
            frameworks::list,
        )
        .with(&paging::PARAMETERS),
        Operation::new(
            "/frameworks/{framework}",
            "getFramework",
            "portal-api-get-framework",
            frameworks::get,
        ),
        Operation::new(
            "/frameworks/{framework}/indicators",
            "listIndicators",
            "portal-api-list-indicators",
            indicators::list,
        )
        .with(&paging::PARAMETERS),
        Operation::new(
            "/frameworks/{framework}/indicators/{indicator}",
            "getIndicator",
            "portal-api-get-indicator",
            indicators::get,
        )
        .with(&indicators::PARAMETERS),
        Operation::new(
            "/frameworks/{framework}/cycles",
            "listCycles",
            "portal-api-list-cycles",
            cycles::list,
        )
        .with(&paging::PARAMETERS),
        Operation::new(
            "/frameworks/{framework}/cycles/{period}",
            "getCycle",
            "portal-api-get-cycle",
            cycles::get,
        ),
        Operation::new(
            "/frameworks/{framework}/cycles/{period}/editions",
            "listEditions",
            "portal-api-list-editions",
            editions::list,
        )
        .with(&paging::PARAMETERS),
    ]
}

fn of_an_edition() -> Vec<Operation> {
    vec![
        Operation::new(
            "/frameworks/{framework}/cycles/{period}/editions/{number}",
            "getEdition",
            "portal-api-get-edition",
            editions::get,
        ),
        Operation::new(
            "/frameworks/{framework}/cycles/{period}/editions/{number}/contributions",
            "listContributions",
            "portal-api-list-contributions",
            contributions::list,
        )
        .with(&paging::PARAMETERS)
        .with(&FILTERS),
        Operation::new(
            "/frameworks/{framework}/cycles/{period}/editions/{number}/contributions/{organisation}/{contribution}",
            "getContribution",
            "portal-api-get-contribution",
            contributions::get,
        ),
        Operation::new(
            "/frameworks/{framework}/cycles/{period}/editions/{number}/passages",
            "listPassages",
            "portal-api-list-passages",
            contributions::passages,
        )
        .with(&paging::PARAMETERS)
        .with(&FILTERS),
        Operation::new(
            "/frameworks/{framework}/cycles/{period}/editions/{number}/figures",
            "listFigures",
            "portal-api-list-figures",
            contributions::figures,
        )
        .with(&paging::PARAMETERS)
        .with(&FILTERS),
    ]
}

fn across() -> Vec<Operation> {
    vec![
        Operation::new(
            "/organisations",
            "listOrganisations",
            "portal-api-list-organisations",
            organisations::list,
        )
        .with(&paging::PARAMETERS),
        Operation::new(
            "/organisations/{organisation}",
            "getOrganisation",
            "portal-api-get-organisation",
            organisations::get,
        ),
        Operation::new("/search", "search", "portal-api-search", search::search)
            .with(&search::PARAMETERS)
            .example("query=vrouwen&pageSize=5"),
        Operation::new("/suggestions", "listSuggestions", "portal-api-suggest", search::suggest)
            .with(&search::SUGGEST_PARAMETERS)
            .example("beginning=vro"),
    ]
}
