//! `obligations`: what is owed, and how much of it is there.

use std::path::Path;

use model::ObligationState;
use rpc::all_pages;
use wire::v1 as pb;

use crate::{
    cli::{AskedWithReason, AssignArgs, ListArgs, ObligationsCommand},
    client::{Client, PAGE_SIZE, ask},
    commands::{lines, moment, read, refuse_file, some},
    error::Error,
    files::{
        Fault, Syntax,
        obligations::{self, Assignments},
    },
    output::Output,
    results::{CellShown, MatrixShown},
};

pub(crate) async fn run(
    command: ObligationsCommand,
    client: &Client,
    output: Output,
) -> Result<(), Error> {
    match command {
        ObligationsCommand::Assign(arguments) => assign(arguments, client, output).await,
        ObligationsCommand::Remove(arguments) => remove(arguments, client, output).await,
        ObligationsCommand::List(arguments) => list(arguments, client, output).await,
        ObligationsCommand::Matrix { cycle, as_of } => {
            let as_of = moment(&as_of)?;
            let request = pb::GetObligationMatrixRequest { cycle: cycle.clone(), as_of };
            let answer = client.obligations().get_obligation_matrix(ask(request)).await?;
            let request = pb::ListObligationsRequest {
                cycle,
                as_of,
                page_size: PAGE_SIZE,
                ..pb::ListObligationsRequest::default()
            };
            let owed = all(request, client).await?;
            let matrix = matrix_shown(answer.into_inner().matrix.unwrap_or_default(), &owed);
            output.result(&matrix, || matrix_text(&matrix))
        }
        ObligationsCommand::Accept(arguments) => {
            let accepted = accept(arguments, client).await?;
            output.message(accepted, |accepted| format!("accepted as open: {}", line(accepted)))
        }
        ObligationsCommand::Deadline { cycle, organisation, deadline, reason } => {
            let request = pb::SetDeadlineRequest { cycle, organisation, deadline, reason };
            set_deadline(request, client, output).await
        }
        ObligationsCommand::RollForward { cycle, from, dry_run } => {
            let request = pb::RollForwardRequest { cycle, from, validate_only: dry_run };
            let rolled = roll_forward(request, client).await?;
            let dry = if dry_run { "dry run: nothing was kept\n" } else { "" };
            output.message(rolled, |rolled| format!("{dry}{}", rolled_text(rolled)))
        }
    }
}

async fn assign(arguments: AssignArgs, client: &Client, output: Output) -> Result<(), Error> {
    let AssignArgs { cycle, file, organisation, goal, indicator, optional, dry_run } = arguments;
    let assigned = if let Some(file) = file {
        assign_file(cycle, &file, dry_run, client, output).await?
    } else {
        let obligation = pb::Obligation {
            organisation: organisation.unwrap_or_default(),
            goal: goal.unwrap_or_default(),
            indicator,
            optional,
            ..pb::Obligation::default()
        };
        assign_all(cycle, vec![obligation], dry_run, client).await?
    };
    output.message(assigned, |assigned| assigned_text(assigned, dry_run))
}

async fn assign_file(
    cycle: String,
    file: &Path,
    dry_run: bool,
    client: &Client,
    output: Output,
) -> Result<pb::AssignObligationsResponse, Error> {
    let (assignments, faults) = obligations::read(read(file)?, Syntax::of(file));
    let Some(assignments) = assignments else { return Err(refuse_file(file, &faults, output)) };
    if let Some(framework) = &assignments.framework
        && !cycle.starts_with(&format!("{framework}/"))
    {
        let message = format!("the file is for framework `{framework}`, not for cycle `{cycle}`");
        return Err(Error::failed(message));
    }
    let all = assignments.items.iter().map(|item| item.obligation.clone()).collect();
    assign_all(cycle, all, dry_run, client).await.map_err(|error| {
        let faults = placed(&error, &assignments);
        if faults.is_empty() { error } else { refuse_file(file, &faults, output) }
    })
}

/// What storage refused, each at its place in the file.
fn placed(error: &Error, assignments: &Assignments) -> Vec<Fault> {
    let fault = |(field, reason, message): &(String, String, String)| {
        let (index, rest) = field.strip_prefix("obligations[")?.split_once(']')?;
        let item = assignments.items.get(index.parse::<usize>().ok()?)?;
        Some(item.fault(rest.trim_start_matches('.'), reason, message))
    };
    error.fields.iter().filter_map(fault).collect()
}

/// Assigns obligations, all or none.
pub(crate) async fn assign_all(
    cycle: String,
    obligations: Vec<pb::Obligation>,
    dry_run: bool,
    client: &Client,
) -> Result<pb::AssignObligationsResponse, Error> {
    let request = pb::AssignObligationsRequest { cycle, obligations, validate_only: dry_run };
    Ok(client.obligations().assign_obligations(ask(request)).await?.into_inner())
}

fn assigned_text(result: &pb::AssignObligationsResponse, dry_run: bool) -> String {
    let pb::AssignObligationsResponse { assigned, changed, unchanged } = result;
    let dry = if dry_run { "dry run: nothing was kept\n" } else { "" };
    format!("{dry}{assigned} assigned, {changed} changed, {unchanged} unchanged")
}

async fn remove(arguments: AskedWithReason, client: &Client, output: Output) -> Result<(), Error> {
    let AskedWithReason { cycle, organisation, goal, indicator, reason } = arguments;
    let what = some(&indicator).unwrap_or(&goal);
    let text = format!("{organisation} does not owe {what} any more");
    let request = pb::RemoveObligationRequest { cycle, organisation, goal, indicator, reason };
    let answer = client.obligations().remove_obligation(ask(request)).await?.into_inner();
    output.message(answer, |_| text)
}

async fn list(arguments: ListArgs, client: &Client, output: Output) -> Result<(), Error> {
    let ListArgs { cycle, organisation, state, as_of, removed } = arguments;
    let state = state.as_deref().and_then(ObligationState::from_name);
    let request = pb::ListObligationsRequest {
        cycle,
        organisation,
        state: state.map_or(0, |state| pb::ObligationState::from(state).into()),
        page_size: PAGE_SIZE,
        page_token: String::new(),
        as_of: moment(&as_of)?,
        show_removed: removed,
    };
    let obligations = all(request, client).await?;
    let list = pb::ListObligationsResponse { obligations, ..Default::default() };
    output.message(list, |list| lines(&list.obligations, line, "no such obligation"))
}

/// Every obligation that a request lists, page by page.
async fn all(
    request: pb::ListObligationsRequest,
    client: &Client,
) -> Result<Vec<pb::Obligation>, Error> {
    let obligations = all_pages(|page_token| {
        let request = pb::ListObligationsRequest { page_token, ..request.clone() };
        async move {
            let page = client.obligations().list_obligations(ask(request)).await?.into_inner();
            Ok((page.obligations, page.next_page_token))
        }
    });
    Ok(obligations.await?)
}

/// Accepts that an obligation stays open.
pub(crate) async fn accept(
    arguments: AskedWithReason,
    client: &Client,
) -> Result<pb::Obligation, Error> {
    let AskedWithReason { cycle, organisation, goal, indicator, reason } = arguments;
    let request = pb::AcceptGapRequest { cycle, organisation, goal, indicator, reason };
    let answer = client.obligations().accept_gap(ask(request)).await?.into_inner();
    Ok(answer.obligation.unwrap_or_default())
}

async fn set_deadline(
    request: pb::SetDeadlineRequest,
    client: &Client,
    output: Output,
) -> Result<(), Error> {
    let organisation = request.organisation.clone();
    let answer = client.obligations().set_deadline(ask(request)).await?.into_inner();
    output.message(answer, |answer| match some(&answer.deadline) {
        Some(deadline) => format!("{organisation} has until {deadline}"),
        None => format!("{organisation} has no deadline"),
    })
}

/// Takes over what was owed and written in the cycle before.
pub(crate) async fn roll_forward(
    request: pb::RollForwardRequest,
    client: &Client,
) -> Result<pb::RollForwardResponse, Error> {
    Ok(client.obligations().roll_forward(ask(request)).await?.into_inner())
}

fn rolled_text(rolled: &pb::RollForwardResponse) -> String {
    let pb::RollForwardResponse { from, obligations, drafts, left_behind, offered } = rolled;
    let mut text = format!("{obligations} obligations and {drafts} drafts taken over from {from}");
    for offer in offered {
        text.push_str("\nto be looked at: ");
        text.push_str(offer);
    }
    for left in left_behind {
        text.push_str("\nleft behind: ");
        text.push_str(left);
    }
    text
}

fn state_name(number: i32) -> String {
    let state = pb::ObligationState::try_from(number).unwrap_or_default();
    ObligationState::try_from(state).map_or("unknown", ObligationState::name).to_owned()
}

fn line(obligation: &pb::Obligation) -> String {
    let pb::Obligation { organisation, goal, indicator, optional, late, .. } = obligation;
    let state = state_name(obligation.state);
    let part = some(indicator).map_or(String::new(), |code| format!(" {code}"));
    let marks = [
        (*optional, ", optional"),
        (*late, ", late"),
        (obligation.unedited, ", text of an earlier cycle, not edited"),
        (obligation.removed, ", taken back"),
    ];
    let marks: String = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect();
    let one_line = |reason: &str| reason.replace('\n', " ");
    let why = [&obligation.removed_reason, &obligation.reason, &obligation.accepted_reason];
    let why = why.into_iter().find_map(|why| some(why));
    let why = why.map_or(String::new(), |why| format!(": {}", one_line(why)));
    let moved = some(&obligation.deadline).zip(some(&obligation.deadline_reason));
    let moved = moved
        .map_or(String::new(), |(deadline, why)| format!(" (until {deadline}: {})", one_line(why)));
    format!("{organisation} {goal}{part}  {state}{marks}{why}{moved}")
}

/// The matrix, with how many of its obligations are answered by texts that nobody edited.
fn matrix_shown(matrix: pb::ObligationMatrix, owed: &[pb::Obligation]) -> MatrixShown {
    let unedited = |cell: &pb::MatrixCell| {
        let is_of = |one: &&pb::Obligation| {
            one.unedited && (&one.organisation, &one.goal) == (&cell.organisation, &cell.goal)
        };
        owed.iter().filter(is_of).count() as u64
    };
    let cell = |cell: pb::MatrixCell| CellShown {
        unedited: unedited(&cell),
        organisation: cell.organisation,
        goal: cell.goal,
        states: cell.states.into_iter().map(|(state, n)| (state_name(state), n)).collect(),
        required: cell.required,
        answered: cell.answered,
        in_time: cell.in_time,
        accepted: cell.accepted,
    };
    MatrixShown {
        cycle: matrix.cycle,
        obligations: matrix.obligations,
        required: matrix.required,
        answered: matrix.answered,
        in_time: matrix.in_time,
        gaps: matrix.gaps,
        cells: matrix.cells.into_iter().map(cell).collect(),
    }
}

fn matrix_text(matrix: &MatrixShown) -> String {
    let row = |cell: &CellShown| {
        let CellShown {
            organisation,
            goal,
            states,
            required,
            answered,
            in_time,
            accepted,
            unedited,
        } = cell;
        let states: Vec<String> =
            states.iter().map(|(state, count)| format!("{count} {state}")).collect();
        let mark = match unedited {
            0 => String::new(),
            number => format!("  {number} by a text of an earlier cycle, not edited"),
        };
        format!(
            "{organisation} {goal}  {answered} of {required} answered, {in_time} in time, {accepted} accepted as open  ({}){mark}\n",
            states.join(", ")
        )
    };
    let cells: String = matrix.cells.iter().map(row).collect();
    let MatrixShown { cycle, obligations, required, answered, in_time, gaps, .. } = matrix;
    format!(
        "{cells}{cycle}: {answered} of {required} required answered, {in_time} in time, {gaps} unexplained gaps; {obligations} obligations in all"
    )
}
