use super::*;

fn is_fault(answer: &Result<Option<(&'static str, String, String)>, Error>) -> bool {
    matches!(answer, Err(Error::AuditDiffers(_)))
}

#[test]
fn an_answer_that_does_not_leave_what_the_table_audits_is_a_fault() {
    for method in Method::ALL {
        let unpublished = Some(Shown::unpublished("plan/2021", "1"));
        match rule(method).audit {
            Audit::No => {
                assert_eq!(entry(method, None).unwrap(), None, "{method:?}");
                assert!(is_fault(&entry(method, unpublished)), "{method:?}");
                assert!(is_fault(&entry(method, Some(Shown::Public))), "{method:?}");
            }
            Audit::Always(action) => {
                let (left, object, payload) = entry(method, unpublished).unwrap().unwrap();
                assert_eq!((left, &*object, &*payload), (action, "plan/2021", "1"), "{method:?}");
                assert!(is_fault(&entry(method, None)), "{method:?}");
                assert!(is_fault(&entry(method, Some(Shown::Public))), "{method:?}");
            }
            Audit::UnlessPublic(action) => {
                let (left, object, payload) = entry(method, unpublished).unwrap().unwrap();
                assert_eq!((left, &*object, &*payload), (action, "plan/2021", "1"), "{method:?}");
                assert_eq!(entry(method, Some(Shown::Public)).unwrap(), None, "{method:?}");
                assert!(is_fault(&entry(method, None)), "{method:?}");
            }
        }
    }
}
