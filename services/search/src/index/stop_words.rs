//! Words that carry no meaning of their own.

/// Words that carry no meaning of their own, in Dutch and English. They are left out of groups that have other words.
const STOP_WORDS: &[&str] = &[
    "aan", "al", "alle", "als", "and", "are", "bij", "by", "dat", "de", "der", "deze", "die",
    "dit", "do", "does", "door", "een", "en", "er", "for", "from", "had", "heeft", "hebben", "het",
    "hoe", "hoeveel", "how", "ik", "in", "is", "kan", "kunnen", "many", "me", "met", "moet",
    "much", "naar", "niet", "nog", "of", "om", "on", "onder", "ook", "op", "or", "over", "te",
    "that", "the", "to", "tot", "uit", "van", "voor", "waar", "wat", "was", "we", "welk", "welke",
    "werd", "what", "where", "which", "wie", "with", "word", "worden", "wordt", "zich", "zijn",
    "zo",
];

/// Whether a word, in any case, carries no meaning of its own.
pub(crate) fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.contains(&word.to_lowercase().as_str())
}
