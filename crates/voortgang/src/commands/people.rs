//! `people`: who works with the record, and as what.

use model::Role;
use wire::storage as pb;

use crate::{
    cli::{ChangePersonArgs, MemberArgs, PeopleCommand},
    client::{Client, ask},
    commands::some,
    output::Output,
    results::{MembershipShown, PeopleList, PersonShown},
    stop::Stop,
};

pub(crate) async fn run(
    command: PeopleCommand,
    client: &Client,
    output: Output,
) -> Result<(), Stop> {
    let person = match command {
        PeopleCommand::List { organisation } => return list(organisation, client, output).await,
        PeopleCommand::Add { name, email, subject, language } => {
            let person = pb::Person { name, email, subject, language, ..pb::Person::default() };
            save(person, client).await?
        }
        PeopleCommand::Change(arguments) => change(arguments, client).await?,
        PeopleCommand::Show { id } => get(id, client).await?,
        PeopleCommand::Member(arguments) => member(arguments, client).await?,
        PeopleCommand::End { id, number, until } => {
            let request = pb::EndMembershipRequest { person: id, number, until };
            client.people().end_membership(ask(request)).await?.into_inner().person
        }
        PeopleCommand::Erase { id, reason } => {
            let request = pb::ErasePersonRequest { id, reason };
            client.people().erase_person(ask(request)).await?.into_inner().person
        }
    };
    let person = shown(person.unwrap_or_default());
    output.result(&person, || text(&person))
}

async fn save(person: pb::Person, client: &Client) -> Result<Option<pb::Person>, Stop> {
    let request = pb::SavePersonRequest { person: Some(person) };
    Ok(client.people().save_person(ask(request)).await?.into_inner().person)
}

async fn get(id: String, client: &Client) -> Result<Option<pb::Person>, Stop> {
    Ok(client.people().get_person(ask(pb::GetPersonRequest { id })).await?.into_inner().person)
}

async fn change(arguments: ChangePersonArgs, client: &Client) -> Result<Option<pb::Person>, Stop> {
    let ChangePersonArgs { id, name, email, subject, language } = arguments;
    let before = get(id, client).await?.unwrap_or_default();
    let person = pb::Person {
        name: name.unwrap_or(before.name),
        email: email.unwrap_or(before.email),
        subject: subject.unwrap_or(before.subject),
        language: language.unwrap_or(before.language),
        ..before
    };
    save(person, client).await
}

async fn member(arguments: MemberArgs, client: &Client) -> Result<Option<pb::Person>, Stop> {
    let MemberArgs { id, role, organisation, pillar, goal, from, until } = arguments;
    let role = Role::from_name(&role).map_or(pb::Role::Unspecified, pb::Role::from);
    let grant = pb::Grant { role: role.into(), organisation, pillars: pillar, goals: goal };
    let membership = pb::Membership { number: 0, grant: Some(grant), from, until };
    let request = pb::AddMembershipRequest { person: id, membership: Some(membership) };
    Ok(client.people().add_membership(ask(request)).await?.into_inner().person)
}

async fn list(organisation: String, client: &Client, output: Output) -> Result<(), Stop> {
    let mut request =
        pb::ListPeopleRequest { organisation, page_size: 1_000, page_token: String::new() };
    let mut people = Vec::new();
    loop {
        let page = client.people().list_people(ask(request.clone())).await?.into_inner();
        people.extend(page.people.into_iter().map(shown));
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    let list = PeopleList { people };
    output.result(&list, || match list.people.as_slice() {
        [] => "nobody".to_owned(),
        people => people.iter().map(head).collect::<Vec<_>>().join("\n"),
    })
}

fn shown(person: pb::Person) -> PersonShown {
    let time = |time: Option<prost_types::Timestamp>| {
        time.as_ref().map(|time| wire::instant(time).to_string())
    };
    PersonShown {
        id: person.id,
        subject: some(person.subject),
        name: some(person.name),
        email: some(person.email),
        language: person.language,
        memberships: person.memberships.into_iter().map(membership).collect(),
        create_time: time(person.create_time),
        erase_time: time(person.erase_time),
    }
}

fn membership(membership: pb::Membership) -> MembershipShown {
    let pb::Membership { number, grant, from, until } = membership;
    let grant = grant.unwrap_or_default();
    let role = Role::try_from(grant.role()).map_or("unknown", Role::name).to_owned();
    let pb::Grant { role: _, organisation, pillars, goals } = grant;
    MembershipShown {
        number,
        role,
        organisation: some(organisation),
        pillars,
        goals,
        from: some(from),
        until: some(until),
    }
}

fn head(person: &PersonShown) -> String {
    let PersonShown { id, name, email, erase_time, .. } = person;
    match (name, email, erase_time) {
        (Some(name), Some(email), None) => format!("{id}  {name} <{email}>"),
        (.., Some(time)) => format!("{id}  erased {time}"),
        _ => id.clone(),
    }
}

fn text(person: &PersonShown) -> String {
    let PersonShown { subject, language, memberships, .. } = person;
    let mut lines = vec![head(person)];
    lines.extend(subject.as_ref().map(|subject| format!("subject  {subject}")));
    lines.push(format!("language {language}"));
    lines.extend(memberships.iter().map(line));
    lines.join("\n")
}

fn line(membership: &MembershipShown) -> String {
    let MembershipShown { number, role, organisation, pillars, goals, from, until } = membership;
    let place = organisation.as_deref().unwrap_or("all organisations");
    let limits = [("pillars", pillars), ("goals", goals)];
    let limit = |(what, codes): &(&str, &Vec<String>)| format!(", {what} {}", codes.join(" "));
    let limits: String = limits.iter().filter(|(_, codes)| !codes.is_empty()).map(limit).collect();
    let from = from.as_ref().map_or(String::new(), |from| format!(" from {from}"));
    let until = until.as_ref().map_or(String::new(), |until| format!(" until {until}"));
    format!("{number}  {role} for {place}{limits}{from}{until}")
}
