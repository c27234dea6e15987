use model::Passage;
use std::time::Instant;
#[test]
fn scratch() {
    let mx = 256 * 1024;
    let fill = |s: &str| s.repeat(mx / s.len());
    let mut cases: Vec<(String, String)> = [
        "> ",
        "- ",
        "- - ",
        "1. ",
        "[",
        "[[",
        "]",
        "*",
        "_",
        "`",
        "``",
        "<",
        "<a ",
        "<!--",
        "<?",
        "&",
        "&#",
        "![",
        "[a](",
        "[a](<",
        "*a_ ",
        "**a ",
        "\\",
        "|",
        "|a",
        "a|\n",
        "\u{7}",
        "- a\n",
        "# a\n\n",
        "#\n",
        "a\n\n",
        "[a]: /u\n",
        "[a]: <\n",
        "[a][a]\n",
        "<http://",
        "<a@b",
        "`a``",
        "~~~\n",
        "```\n",
        "-\n",
        "=\n",
        "a\n=\n",
        "|-",
        ">\n",
        "> -\n",
        "<x>\n",
        "&nbsp;\n\n",
        "\"",
        "'",
        "a**b",
        "[a]",
        "[a](https://a.nl) ",
    ]
    .iter()
    .map(|s| (s.to_string(), fill(s)))
    .collect();
    for n in [500usize, 1000, 20000, 60000] {
        let rest = |s: &str, pre: String| {
            let k = (mx - pre.len()) / s.len();
            pre + &s.repeat(k)
        };
        cases.push((format!("-*{n} blank"), rest("\n", "- ".repeat(n))));
        cases.push((format!("-*{n} a blank"), rest("\n", "- ".repeat(n) + "a")));
        cases.push((format!("-*{n} lazy a"), rest("a\n", "- ".repeat(n) + "a\n")));
        cases.push((format!(">*{n} lazy a"), rest("a\n", "> ".repeat(n) + "a\n")));
        cases.push((format!(">*{n} blank"), rest("\n", ">".repeat(n) + "a\n")));
    }
    cases.push((">512x512".into(), format!("{}\n", ">".repeat(511)).repeat(512)));
    cases.push((
        "table 60k cols".into(),
        format!("{}\n{}\n{}", "|a".repeat(20000), "|-".repeat(20000), "|\n".repeat(50000)),
    ));
    cases.push((
        "linkref".into(),
        format!("[a]: https://{}\n\n{}", "x".repeat(100000), "[a] ".repeat(30000)),
    ));
    cases.push(("linkdef".into(), (0..20000).map(|i| format!("[{i}]: /a\n")).collect()));
    cases.push((
        "nest indent".into(),
        (0..700).map(|i| format!("{}- a\n", " ".repeat(i * 1))).collect(),
    ));
    cases.push((
        "nest indent2".into(),
        (0..500).map(|i| format!("{}- a\n", "  ".repeat(i))).collect(),
    ));
    for (name, text) in &cases {
        let t = Instant::now();
        let r = richtext::parse(text);
        let e = t.elapsed();
        let d = match &r {
            Ok(d) => format!("ok {}", d.passages.len()),
            Err(f) => format!("{} faults {}", f.len(), f[0].reason),
        };
        if e.as_millis() > 200 {
            eprintln!("SLOW {:?} {name:?} {d}", e)
        } else {
            eprintln!("     {:?} {name:?} {d}", e)
        }
    }
    let text = |f: &dyn Fn(usize) -> String| (0..4900).map(|i| f(i) + "\n\n").collect::<String>();
    let same = text(&|_| "a".into());
    let distinct = text(&|i| format!("a{i} b{i} c{i}"));
    let rev = text(&|i| {
        let i = 4899 - i;
        format!("a{i} b{i} c{i}")
    });
    let half = text(&|i| format!("a{i} b{i} d{i}"));
    let shuf = text(&|i| {
        let i = (i * 1009) % 4900;
        format!("a{i} b{i} c{i}")
    });
    let sharedw = text(&|i| format!("x y z w{i}"));
    let sharedw2 = text(&|i| format!("x y z v{i}"));
    let mix = text(&|i| format!("q{}", i * 7919 % 70));
    let mix2 = text(&|i| format!("q{}", i * i * 31 % 70));
    for (n, a, b) in [
        ("same", &same, &same),
        ("dist half", &distinct, &half),
        ("rev", &distinct, &rev),
        ("shuf", &distinct, &shuf),
        ("sharedw", &sharedw, &sharedw2),
        ("mix", &mix, &mix2),
    ] {
        let a = richtext::parse(a).unwrap();
        let b = richtext::parse(b).unwrap();
        let t = Instant::now();
        let p: Vec<Passage> = richtext::assign(&a, "nl", &[], &[]);
        let t1 = t.elapsed();
        let ids: Vec<String> = p.iter().map(|p| p.id.clone()).collect();
        let t = Instant::now();
        let q = richtext::assign(&b, "nl", &p, &ids);
        let kept = q.iter().zip(&p).filter(|(x, y)| x.id == y.id).count();
        eprintln!("{n}: fresh {t1:?} next {:?} kept {kept}", t.elapsed());
    }
}
