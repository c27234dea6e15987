//! YAML and JSON.

use std::fmt::Write as _;

use super::*;

#[test]
fn hostile_files_are_refused_at_their_place() {
    let deep = "[".repeat(100);
    let cases: &[(Syntax, &[u8], &str)] = &[
        (Syntax::Yaml, b"a: \xff", "1:4  NOT_UTF_8"),
        (Syntax::Yaml, b"", "1:1  EMPTY_FILE"),
        (Syntax::Yaml, b"a: [", "INVALID_YAML"),
        (Syntax::Json, b"{\"a\": 1,}", "1:9  INVALID_JSON"),
        (Syntax::Json, b"{\"a\": \"\\ud800\"}", "1:7  INVALID_TEXT"),
        (Syntax::Yaml, b"a: &x [1]\nb: *x", "1:4  ANCHOR_NOT_TAKEN"),
        (Syntax::Yaml, b"a: &x [1]\nb: *x", "2:4  ALIAS_NOT_TAKEN"),
        (Syntax::Yaml, b"a: !x 1", "TAG_NOT_TAKEN"),
        (Syntax::Yaml, b"a: 1\n---\nb: 1\n", "SECOND_DOCUMENT"),
        (Syntax::Yaml, b"? [a]\n: 1", "KEY_NOT_TEXT"),
        (Syntax::Yaml, deep.as_bytes(), "1:65  TOO_DEEP"),
        (Syntax::Yaml, b"- 1", "1:1  WRONG_TYPE"),
    ];
    for (syntax, bytes, expected) in cases {
        let (none, found) = framework::read(bytes, *syntax);
        assert!(none.is_none());
        let found: Vec<_> = found
            .iter()
            .map(|f| format!("{}:{} {} {}", f.line, f.column, f.path, f.reason))
            .collect();
        assert!(
            found.iter().any(|fault| fault.ends_with(expected)),
            "{expected} is not among {found:?}"
        );
    }
    let nested = format!("{}{}", "[".repeat(100), "]".repeat(100));
    assert_eq!(faults(&nested, Syntax::Json), ["1:66  TOO_DEEP"]);
    assert_eq!(
        framework::read(vec![b' '; MAX_BYTES + 1], Syntax::Yaml).1[0].reason,
        "FILE_TOO_LARGE"
    );
    assert_eq!(
        framework::read(vec![b' '; 2 * 1024 * 1024], Syntax::Yaml).1[0].reason,
        "LINE_TOO_LONG"
    );
}

/// Reads JSON that has no fault of form.
fn tree(text: &str) -> Json {
    let mut faults = Faults::default();
    let node = parse(text.as_bytes(), Syntax::Json, &mut faults);
    assert_eq!(faults.in_order(), [], "{text}");
    as_json(&node.unwrap())
}

#[test]
fn json_is_read_as_json_where_yaml_would_read_it_otherwise() {
    let cases: &[(&str, Json)] = &[
        (r#"{"a": "\ud83d\ude00 \u00e9 \/ \u0000"}"#, json!({"a": "😀 é / \0"})),
        ("[\n\t1,\n\t{\n\t\t\"a\":\t1\n\t}\n]", json!([1, {"a": 1}])),
        ("\u{feff}\r\n{\"a\"\r\n:\r\n1}\r\n", json!({"a": 1})),
        ("{\"\":1,\"<<\":2,\"null\":null}", json!({"": 1, "<<": 2, "null": null})),
        (
            "[\"yes\", \"null\", \"1\", \"~\", \"*a\", \"&a\", \"!a\", \"# a\"]",
            json!(["yes", "null", "1", "~", "*a", "&a", "!a", "# a"]),
        ),
        ("\"\u{7f}\u{85}\u{2028}\u{fffe}\u{feff}\"", json!("\u{7f}\u{85}\u{2028}\u{fffe}\u{feff}")),
        (" true ", json!(true)),
    ];
    for (text, expected) in cases {
        assert_eq!(&tree(text), expected, "{text}");
    }
    let numbers = ["0", "-0", "1.10", "1E5", "1e+5", "1.5E-3", "123456789012345678901234567890"];
    let mut faults = Faults::default();
    let node = parse(format!("[{}]", numbers.join(",")).as_bytes(), Syntax::Json, &mut faults);
    let Value::List(nodes) = node.unwrap().value else { panic!("no list") };
    let values: Vec<_> = nodes.into_iter().map(|node| node.value).collect();
    assert_eq!(values, numbers.map(|number| Value::Number(number.to_owned())), "kept as written");
    let deepest = format!("{}{}", "[".repeat(64), "]".repeat(64));
    assert!(tree(&deepest).is_array());
}

#[test]
fn a_large_file_of_one_line_is_json_and_no_yaml() {
    let text = format!("[{}\"x\"]", "\"é\",".repeat(220_000));
    assert_eq!(tree(&text).as_array().map(Vec::len), Some(220_001));
    assert_eq!(faults(&text, Syntax::Yaml), ["1:1  LINE_TOO_LONG"]);
}

#[test]
fn what_is_no_json_is_refused_though_yaml_takes_it() {
    for (text, expected) in [
        ("a: 1", "1:1  INVALID_JSON"),
        ("{'a': 1}", "1:2  INVALID_JSON"),
        ("{\"a\": 01}", "1:8  INVALID_JSON"),
        ("{\"a\": 1} # b", "1:10  INVALID_JSON"),
        ("[1,\n2,]", "2:3  INVALID_JSON"),
        ("", "1:1  INVALID_JSON"),
        ("[\"\\udc00\"]", "1:2  INVALID_TEXT"),
    ] {
        assert_eq!(faults(text, Syntax::Json), [expected], "{text}");
    }
}

#[test]
fn the_real_report_is_the_same_in_either_syntax() {
    for name in ["framework.yaml", "contributions-2021.yaml"] {
        let Some(text) = real(name) else { continue };
        let yaml = as_json(&parse(text.as_bytes(), Syntax::Yaml, &mut Faults::default()).unwrap());
        let mut escaped = String::new();
        for sign in yaml.to_string().chars() {
            let mut units = [0; 2];
            match sign {
                sign if sign.is_ascii() => escaped.push(sign),
                sign => sign.encode_utf16(&mut units).iter().for_each(|unit| {
                    write!(escaped, "\\u{unit:04x}").unwrap();
                }),
            }
        }
        for json in [yaml.to_string(), serde_json::to_string_pretty(&yaml).unwrap(), escaped] {
            assert_eq!(tree(&json), yaml, "{name}");
        }
    }
}
