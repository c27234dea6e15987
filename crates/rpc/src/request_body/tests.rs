use tokio_stream::{StreamExt as _, wrappers::UnboundedReceiverStream};
use tonic::Code;

use super::*;

const BOUNDS: Bounds = Bounds { bytes: 1_000_000, time: Duration::from_secs(10) };

/// A message with its prefix.
fn message(bytes: usize) -> Vec<u8> {
    let length = u32::try_from(bytes).unwrap().to_be_bytes();
    [&[0], length.as_slice(), &vec![7; bytes]].concat()
}

/// A body of these frames, which ends or stays open.
fn body(frames: &[&[u8]], is_open: bool) -> Body {
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    for frame in frames {
        sender.send(Ok::<_, Status>(Bytes::copy_from_slice(frame))).unwrap();
    }
    let open = is_open.then_some(sender);
    let stream = UnboundedReceiverStream::new(receiver).map(move |frame| {
        let _open = &open;
        frame
    });
    Body::new(axum::body::Body::from_stream(stream))
}

async fn collected(body: Body) -> Result<Vec<u8>, Status> {
    let (mut body, mut bytes) = (body, Vec::new());
    while let Some(frame) = next_frame(&mut body).await? {
        bytes.extend_from_slice(&frame);
    }
    Ok(bytes)
}

async fn code(body: Body, until: Until, memory: &MessageMemory) -> Code {
    read(body, until, BOUNDS, memory).await.map_or_else(|status| status.code(), |_| Code::Ok)
}

#[tokio::test]
async fn what_arrived_goes_on_as_it_was() {
    let sent = message(100);
    for cut in [0, 1, 4, 5, 6, 104, 105] {
        let (one, other) = sent.split_at(cut);
        let (body, _) = read(body(&[one, other], false), Until::End, BOUNDS, &MessageMemory::new())
            .await
            .unwrap();
        assert_eq!(collected(body).await.unwrap(), sent, "cut at {cut}");
    }
}

#[tokio::test]
async fn a_request_that_ends_before_its_message_is_refused() {
    let sent = message(100);
    for begun in [&sent[..0], &sent[..4], &sent[..5], &sent[..104]] {
        let ended = body(&[begun], false);
        assert_eq!(code(ended, Until::End, &MessageMemory::new()).await, Code::InvalidArgument);
    }
    let part = body(&[&sent[..50]], false);
    assert_eq!(code(part, Until::FirstMessage, &MessageMemory::new()).await, Code::InvalidArgument);
    // A stream may have no message, and a message no bytes.
    assert_eq!(code(body(&[], false), Until::FirstMessage, &MessageMemory::new()).await, Code::Ok);
    assert_eq!(
        code(body(&[&message(0)], false), Until::End, &MessageMemory::new()).await,
        Code::Ok
    );
}

/// Whoever passes it on would send an empty frame after the last one, to a service that may have refused the call.
#[tokio::test]
async fn a_body_that_was_read_says_with_its_last_frame_that_it_has_ended() {
    for until in [Until::End, Until::FirstMessage] {
        let whole = Body::new(http_body_util::Full::from(message(100)));
        let (mut read, _) = read(whole, until, BOUNDS, &MessageMemory::new()).await.unwrap();
        while !read.is_end_stream() {
            assert!(next_frame(&mut read).await.unwrap().is_some(), "it ended without a word");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_does_not_arrive_in_time_is_given_up() {
    let sent = message(100);
    for begun in [&sent[..0], &sent[..3], &sent[..50], &sent[..]] {
        let begun = body(&[begun], true);
        assert_eq!(code(begun, Until::End, &MessageMemory::new()).await, Code::DeadlineExceeded);
    }
}

#[tokio::test(start_paused = true)]
async fn of_a_stream_the_first_message_is_waited_for_and_the_rest_follows() {
    let (first, second) = (message(100), message(50));
    let begun = body(&[&first[..60]], true);
    assert_eq!(
        code(begun, Until::FirstMessage, &MessageMemory::new()).await,
        Code::DeadlineExceeded
    );
    let whole = body(&[&first, &second], false);
    let (whole, _) = read(whole, Until::FirstMessage, BOUNDS, &MessageMemory::new()).await.unwrap();
    assert_eq!(collected(whole).await.unwrap(), [first.clone(), second].concat());
    let paused = body(&[&first], true);
    let (paused, _) =
        read(paused, Until::FirstMessage, BOUNDS, &MessageMemory::new()).await.unwrap();
    assert_eq!(collected(paused).await.unwrap_err().code(), Code::DeadlineExceeded);
}

#[tokio::test]
async fn a_message_beyond_the_limit_is_refused_before_it_has_come() {
    let large = message(BOUNDS.bytes + 1);
    for begun in [&large[..5], &large] {
        assert_eq!(
            code(body(&[begun], true), Until::End, &MessageMemory::new()).await,
            Code::ResourceExhausted
        );
    }
    // A second message after a small one is none of a call without a stream.
    let small = message(10);
    let more = body(&[&small, &large], true);
    assert_eq!(code(more, Until::End, &MessageMemory::new()).await, Code::ResourceExhausted);
}

#[tokio::test(start_paused = true)]
async fn large_messages_wait_for_memory_and_small_ones_do_not() {
    let memory = MessageMemory::new();
    let all = memory.take(MAX_LARGE_BYTES).await;
    let (small, large) = (message(LARGE), message(LARGE + 1));
    assert_eq!(code(body(&[&small], false), Until::End, &memory).await, Code::Ok);
    assert_eq!(code(body(&[&large], false), Until::End, &memory).await, Code::DeadlineExceeded);
    drop(all);
    let (_, taken) = read(body(&[&large], false), Until::End, BOUNDS, &memory).await.unwrap();
    assert!(memory.0.available_permits() < MAX_LARGE_BYTES / UNIT);
    drop(taken);
    assert_eq!(memory.0.available_permits(), MAX_LARGE_BYTES / UNIT);
}
