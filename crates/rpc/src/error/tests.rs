use super::*;

/// What most clients take of headers, in bytes.
const HEADERS: usize = 8 * 1024;

fn failure(fields: Vec<(String, String, String)>, message: &str) -> Status {
    let failure = Failure {
        kind: Kind::Invalid,
        reason: "UNKNOWN_PARENT".to_owned(),
        message: message.to_owned(),
        fields,
    };
    failure.into_status(std::io::Error::other("for the log"))
}

fn fault(i: usize, description: &str) -> (String, String, String) {
    (format!("framework.goals[{i}].parent"), "UNKNOWN_PARENT".to_owned(), description.to_owned())
}

/// The bytes of names and values of a status as headers.
fn header_bytes(status: &Status) -> usize {
    let mut headers = http::HeaderMap::new();
    status.add_header(&mut headers).unwrap();
    headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum()
}

#[test]
fn a_few_faults_are_listed_as_they_are() {
    let fields = vec![fault(1, "goal `9` does not exist"), fault(2, "is itself")];
    assert_eq!(field_violations(&failure(fields.clone(), "two faults")), fields);
}

#[test]
fn of_hundreds_of_faults_as_many_are_listed_as_fit_and_the_rest_are_counted() {
    let fields: Vec<_> = (0..700).map(|i| fault(i, "goal `9` does not exist")).collect();
    let status = failure(fields.clone(), "700 faults");
    let listed = field_violations(&status);
    let (last, first) = listed.split_last().unwrap();
    assert_eq!(first, &fields[..first.len()]);
    assert!(20 < first.len(), "{}", first.len());
    assert_eq!(last.1, "MORE_FAULTS");
    assert!(last.2.starts_with(&format!("{} more", 700 - first.len())), "{}", last.2);
    assert!(header_bytes(&status) < HEADERS, "{}", header_bytes(&status));
}

#[test]
fn words_without_end_are_cut_between_characters() {
    let long = "é".repeat(100_000);
    let fields = (0..5).map(|i| (long.clone(), long.clone(), format!("{i}{long}"))).collect();
    let status = failure(fields, &long);
    assert!(status.message().ends_with("é…"), "{}", status.message());
    assert!(header_bytes(&status) < HEADERS, "{}", header_bytes(&status));
    assert!(!field_violations(&status).is_empty());
}

#[test]
fn kinds_and_codes_are_each_others_inverse() {
    let kinds = [
        Kind::Invalid,
        Kind::NotFound,
        Kind::AlreadyExists,
        Kind::Conflict,
        Kind::Precondition,
        Kind::Exhausted,
        Kind::Unavailable,
        Kind::Deadline,
        Kind::Internal,
    ];
    for kind in kinds {
        assert_eq!(Kind::from(kind.code()), kind);
    }
}
