//! Where a piece of work belongs: the trace context that calls and events carry (W3C Trace Context, `traceparent`).
//!
//! Knows nothing of where traces are sent. Without a tracer every function does nothing.

use opentelemetry::{
    Context,
    trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState},
};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// Name of the header of calls that carries the context.
pub const HEADER: &str = "traceparent";

/// The context of what runs now; none outside a trace.
pub fn current() -> Option<String> {
    let context = Context::current();
    let span = context.span();
    let span = span.span_context();
    span.is_valid().then(|| written(span))
}

/// The context of a span; none without a tracer.
pub fn of(span: &Span) -> Option<String> {
    let context = span.context();
    let span = context.span();
    let span = span.span_context();
    span.is_valid().then(|| written(span))
}

/// Makes a span, before it is first entered, part of the trace of its cause. What is not valid is passed over: a
/// caller's mistake in it must not cost the call.
pub fn continue_from(span: &Span, cause: Option<&str>) {
    if let Some(cause) = cause.and_then(read) {
        // Fails only without a tracer, where there is nothing to be part of.
        let _ = span.set_parent(Context::new().with_remote_span_context(cause));
    }
}

/// Links a span to another that it has to do with.
pub fn link(span: &Span, other: Option<&str>) {
    if let Some(other) = other.and_then(read) {
        span.add_link(other);
    }
}

fn written(span: &SpanContext) -> String {
    format!("00-{}-{}-{:02x}", span.trace_id(), span.span_id(), span.trace_flags().to_u8())
}

/// Reads `00-<trace>-<span>-<flags>`; a later version may have more behind it.
fn read(text: &str) -> Option<SpanContext> {
    let is_lower_hex =
        |part: &str| part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let parts: Vec<&str> = text.split('-').collect();
    let [version, trace, span, flags, rest @ ..] = parts.as_slice() else { return None };
    let lengths = [version.len(), trace.len(), span.len(), flags.len()];
    let is_sound = lengths == [2, 32, 16, 2]
        && [version, trace, span, flags].into_iter().all(|part| is_lower_hex(part))
        && *version != "ff"
        && (*version != "00" || rest.is_empty());
    if !is_sound {
        return None;
    }
    let context = SpanContext::new(
        TraceId::from_hex(trace).ok()?,
        SpanId::from_hex(span).ok()?,
        TraceFlags::new(u8::from_str_radix(flags, 16).ok()?),
        true,
        TraceState::default(),
    );
    context.is_valid().then_some(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn what_is_written_reads_back() {
        assert_eq!(written(&read(SOUND).unwrap()), SOUND);
    }

    #[test]
    fn a_later_version_may_have_more() {
        let later = format!("01{}-more", &SOUND[2..]);
        assert_eq!(written(&read(&later).unwrap()), SOUND);
    }

    #[test]
    fn what_is_not_valid_is_passed_over() {
        let upper = SOUND.to_uppercase();
        let more = format!("{SOUND}-more");
        let no_trace = "00-00000000000000000000000000000000-b7ad6b7169203331-01";
        let no_version = format!("ff{}", &SOUND[2..]);
        for text in ["", "00", &SOUND[..54], &upper, &more, no_trace, &no_version, "\u{e9}"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn outside_a_trace_there_is_no_context() {
        assert_eq!(current(), None);
        assert_eq!(of(&Span::none()), None);
    }
}
