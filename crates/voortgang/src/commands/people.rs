//! `people`: who works with the record, and as what.

use model::{NoticeChoice, Role};
use rpc::all_pages;
use wire::v1 as pb;

use crate::{
    cli::{ChangePersonArgs, MemberArgs, PeopleCommand},
    client::{Client, PAGE_SIZE, ask},
    commands::{lines, some, time},
    error::Error,
    output::Output,
};

pub(crate) async fn run(
    command: PeopleCommand,
    client: &Client,
    output: Output,
) -> Result<(), Error> {
    let person = match command {
        PeopleCommand::List { organisation } => return list(organisation, client, output).await,
        PeopleCommand::Add { name, email, subject, language, notices } => {
            let notices = notice_choice(&notices);
            let person =
                pb::Person { name, email, subject, language, notices, ..pb::Person::default() };
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
    output.message(person.unwrap_or_default(), text)
}

async fn save(person: pb::Person, client: &Client) -> Result<Option<pb::Person>, Error> {
    let request = pb::SavePersonRequest { person: Some(person) };
    Ok(client.people().save_person(ask(request)).await?.into_inner().person)
}

async fn get(id: String, client: &Client) -> Result<Option<pb::Person>, Error> {
    Ok(client.people().get_person(ask(pb::GetPersonRequest { id })).await?.into_inner().person)
}

async fn change(arguments: ChangePersonArgs, client: &Client) -> Result<Option<pb::Person>, Error> {
    let ChangePersonArgs { id, name, email, subject, language, notices } = arguments;
    let before = get(id, client).await?.unwrap_or_default();
    let person = pb::Person {
        name: name.unwrap_or(before.name),
        email: email.unwrap_or(before.email),
        subject: subject.unwrap_or(before.subject),
        language: language.unwrap_or(before.language),
        notices: notices.map_or(before.notices, |notices| notice_choice(&notices)),
        ..before
    };
    save(person, client).await
}

/// A choice as the protocol has it; the command line takes known names alone.
fn notice_choice(name: &str) -> i32 {
    NoticeChoice::from_name(name)
        .map_or(pb::NoticeChoice::Unspecified, pb::NoticeChoice::from)
        .into()
}

async fn member(arguments: MemberArgs, client: &Client) -> Result<Option<pb::Person>, Error> {
    let MemberArgs { id, role, organisation, pillar, goal, from, until } = arguments;
    let role = Role::from_name(&role).map_or(pb::Role::Unspecified, pb::Role::from);
    let grant = pb::Grant { role: role.into(), organisation, pillars: pillar, goals: goal };
    let membership = pb::Membership { number: 0, grant: Some(grant), from, until };
    let request = pb::AddMembershipRequest { person: id, membership: Some(membership) };
    Ok(client.people().add_membership(ask(request)).await?.into_inner().person)
}

async fn list(organisation: String, client: &Client, output: Output) -> Result<(), Error> {
    let people = all_pages(|page_token| {
        let organisation = organisation.clone();
        let request = pb::ListPeopleRequest { organisation, page_size: PAGE_SIZE, page_token };
        async move {
            let page = client.people().list_people(ask(request)).await?.into_inner();
            Ok((page.people, page.next_page_token))
        }
    })
    .await?;
    let list = pb::ListPeopleResponse { people, ..Default::default() };
    output.message(list, |list| lines(&list.people, head, "nobody"))
}

fn head(person: &pb::Person) -> String {
    let pb::Person { id, name, email, erase_time, .. } = person;
    match erase_time {
        Some(erased) => format!("{id}  erased {}", time(Some(erased))),
        None => format!("{id}  {name} <{email}>"),
    }
}

fn text(person: &pb::Person) -> String {
    let pb::Person { subject, language, memberships, .. } = person;
    let mut lines = vec![head(person)];
    lines.extend(some(subject).map(|subject| format!("subject  {subject}")));
    lines.push(format!("language {language}"));
    let notices = NoticeChoice::try_from(person.notices()).map_or("unknown", NoticeChoice::name);
    lines.push(format!("notices  {notices}"));
    lines.extend(memberships.iter().map(line));
    lines.join("\n")
}

fn line(membership: &pb::Membership) -> String {
    let pb::Membership { number, grant, from, until } = membership;
    let grant = grant.clone().unwrap_or_default();
    let role = Role::try_from(grant.role()).map_or("unknown", Role::name);
    let place = some(&grant.organisation).unwrap_or("all organisations");
    let limits = [("pillars", &grant.pillars), ("goals", &grant.goals)];
    let limit = |(what, codes): &(&str, &Vec<String>)| format!(", {what} {}", codes.join(" "));
    let limits: String = limits.iter().filter(|(_, codes)| !codes.is_empty()).map(limit).collect();
    let from = some(from).map_or(String::new(), |from| format!(" from {from}"));
    let until = some(until).map_or(String::new(), |until| format!(" until {until}"));
    format!("{number}  {role} for {place}{limits}{from}{until}")
}
