//! The generated traits of people onto the verbs: convert, call, convert; nothing else.

use model::NoticeChoice;
use rpc::Page;
use tonic::{Request, Response};
use wire::v1::{self as pb, person_service_server::PersonService};

use crate::{
    Error,
    audit::reads::Shown,
    grpc::{
        Grpc, Reply,
        convert::{field, next_token, parse_or_none, uuid},
    },
    verbs::PersonOrder,
};

#[tonic::async_trait]
impl PersonService for Grpc {
    async fn save_person(
        &self,
        request: Request<pb::SavePersonRequest>,
    ) -> Reply<pb::SavePersonResponse> {
        let person = self.0.save_person(order(request.into_inner().person)?).await?;
        Ok(Response::new(pb::SavePersonResponse { person: Some(person.into()) }))
    }

    async fn get_person(
        &self,
        request: Request<pb::GetPersonRequest>,
    ) -> Reply<pb::GetPersonResponse> {
        let person = self.0.person(uuid(&request.into_inner().id, "id")?).await?;
        let shown = Shown::unpublished(person.id, "");
        Ok(shown.by(pb::GetPersonResponse { person: Some(person.into()) }))
    }

    async fn list_people(
        &self,
        request: Request<pb::ListPeopleRequest>,
    ) -> Reply<pb::ListPeopleResponse> {
        let pb::ListPeopleRequest { organisation, page_size, page_token } = request.into_inner();
        parse_or_none::<model::Slug>(&organisation, "organisation")?;
        let question = format!("people {organisation}");
        let page = Page::read(page_size, &page_token, &question).map_err(Error::from)?;
        let asked = if page_size <= 0 { 100 } else { page_size };
        let page = Page { size: rpc::page_size(asked, 1_000), ..page };
        let people = self.0.people(&organisation, &page).await?;
        let ids: Vec<String> = people.iter().map(|person| person.id.to_string()).collect();
        let next_page_token = next_token(&people, &page, &question, |person| person.id.to_string());
        let people = people.into_iter().map(Into::into).collect();
        let object = if organisation.is_empty() { "people" } else { &organisation };
        let shown = Shown::unpublished(object, ids.join("\n"));
        Ok(shown.by(pb::ListPeopleResponse { people, next_page_token }))
    }

    async fn add_membership(
        &self,
        request: Request<pb::AddMembershipRequest>,
    ) -> Reply<pb::AddMembershipResponse> {
        let pb::AddMembershipRequest { person, membership } = request.into_inner();
        let person = uuid(&person, "person")?;
        let person = self.0.add_membership(person, field(membership, "membership")?).await?;
        Ok(Response::new(pb::AddMembershipResponse { person: Some(person.into()) }))
    }

    async fn end_membership(
        &self,
        request: Request<pb::EndMembershipRequest>,
    ) -> Reply<pb::EndMembershipResponse> {
        let pb::EndMembershipRequest { person, number, until } = request.into_inner();
        let until = wire::date_or_none(&until, "until").map_err(Error::from)?;
        let person = uuid(&person, "person")?;
        let person = self.0.end_membership(person, number, until).await?;
        Ok(Response::new(pb::EndMembershipResponse { person: Some(person.into()) }))
    }

    async fn erase_person(
        &self,
        request: Request<pb::ErasePersonRequest>,
    ) -> Reply<pb::ErasePersonResponse> {
        let pb::ErasePersonRequest { id, reason } = request.into_inner();
        let person = self.0.erase_person(uuid(&id, "id")?, &reason).await?;
        Ok(Response::new(pb::ErasePersonResponse { person: Some(person.into()) }))
    }
}

/// What a caller gives; memberships and times are storage's.
fn order(person: Option<pb::Person>) -> Result<PersonOrder, Error> {
    let person = person.ok_or_else(|| Error::invalid("person", "NOT_GIVEN", "is not given"))?;
    let pb::Person { id, subject, name, email, language, notices, .. } = person;
    let id = if id.is_empty() { None } else { Some(uuid(&id, "person.id")?) };
    Ok(PersonOrder { id, subject, name, email, language, notices: notice_choice(notices)? })
}

/// How a person is mailed about what happened, where that is given.
fn notice_choice(number: i32) -> Result<Option<NoticeChoice>, Error> {
    let field = "person.notices";
    let unknown =
        |_| Error::invalid(field, "UNKNOWN_VALUE", format!("value {number} is not known here"));
    match pb::NoticeChoice::try_from(number).map_err(unknown)? {
        pb::NoticeChoice::Unspecified => Ok(None),
        choice => Ok(Some(NoticeChoice::try_from(choice)?)),
    }
}
