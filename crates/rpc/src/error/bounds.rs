//! How much a status may say.
//!
//! Details travel in base64 and the message with signs escaped, so both stay well below the 8 KiB of headers that many
//! clients take together: 4 KiB of details are 5.5 KiB on the wire, 512 bytes of message at most 1.5 KiB.

/// Longest message, in bytes.
pub(super) const MESSAGE_BYTES: usize = 512;
/// Most bytes of all faults together.
const FAULTS_BYTES: usize = 3_500;
/// Longest path of a field, in bytes.
const FIELD_BYTES: usize = 256;
/// Longest description of one fault, in bytes.
const DESCRIPTION_BYTES: usize = 1_024;
/// What the encoding adds to each fault, in bytes.
const FRAME_BYTES: usize = 8;

/// Returns the faults, as path and description, that fit; where some do not, the last one says how many.
pub(super) fn faults(fields: &[(String, String, String)]) -> Vec<(String, String)> {
    let mut told = Vec::new();
    let mut bytes = 0;
    for (field, reason, description) in fields {
        let field = words(field, FIELD_BYTES);
        let description = words(&format!("{reason}: {description}"), DESCRIPTION_BYTES);
        bytes += field.len() + description.len() + FRAME_BYTES;
        if FAULTS_BYTES < bytes {
            let more = fields.len() - told.len();
            told.push((String::new(), format!("MORE_FAULTS: {more} more fault(s), not told here")));
            break;
        }
        told.push((field, description));
    }
    told
}

/// Cuts a text to so many bytes, between characters.
pub(super) fn words(text: &str, most: usize) -> String {
    const DOTS: &str = "…";
    if text.len() <= most {
        return text.to_owned();
    }
    let mut end = most - DOTS.len();
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{DOTS}", &text[..end])
}
