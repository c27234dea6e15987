//! How much a status may say.
//!
//! Details travel in base64 and the message with signs escaped, so both stay well below the 8 KiB of headers that many
//! clients take together: 4 KiB of details are 5.5 KiB on the wire, 512 bytes of message at most 1.5 KiB.

/// Of a message.
pub(super) const MAX_MESSAGE_BYTES: usize = 512;
/// Of all faults together.
const MAX_FAULTS_BYTES: usize = 3_500;
/// Of the path of a field.
const MAX_FIELD_BYTES: usize = 256;
/// Of the description of one fault.
const MAX_DESCRIPTION_BYTES: usize = 1_024;
/// What the encoding adds to each fault, in bytes.
const FRAME_BYTES: usize = 8;

/// Returns the faults, as path and description, that fit; where some do not, the last one says how many.
pub(super) fn faults(fields: &[(String, String, String)]) -> Vec<(String, String)> {
    let mut fitting = Vec::new();
    let mut bytes = 0;
    for (field, reason, description) in fields {
        let field = words(field, MAX_FIELD_BYTES);
        let description = words(&format!("{reason}: {description}"), MAX_DESCRIPTION_BYTES);
        bytes += field.len() + description.len() + FRAME_BYTES;
        if bytes > MAX_FAULTS_BYTES {
            let more = fields.len() - fitting.len();
            fitting.push((
                String::new(),
                format!("MORE_FAULTS: {more} more fault(s), not listed here"),
            ));
            break;
        }
        fitting.push((field, description));
    }
    fitting
}

/// Cuts a text to so many bytes, between characters.
pub(super) fn words(text: &str, max: usize) -> String {
    const DOTS: &str = "…";
    if text.len() <= max {
        return text.to_owned();
    }
    let mut end = max - DOTS.len();
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{DOTS}", &text[..end])
}
