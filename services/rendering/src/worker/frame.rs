//! What parent and child say to each other: frames of a length (four bytes, little end first) and that many bytes.
//!
//! Invariant: a frame's length is checked before room is made for it.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::{Position, TemplateFault};

/// Largest frame: editions and files beyond this are refused.
const MAX_FRAME: usize = 256 * 1024 * 1024;

/// First frame to the child; a frame with the content of each file follows.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Setup {
    pub memory_limit_bytes: u64,
    pub files: Vec<String>,
    pub fonts: fonts::Config,
}

/// The child is ready: limits are set and the template is read.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Ready {}

/// A job; a frame with the edition as JSON follows.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Job {
    pub format: String,
    pub language: String,
}

/// What became of a job. After `Rendered`, a frame with the bytes follows.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Answer {
    Rendered { positions: Vec<Position>, fonts: Vec<String> },
    TemplateFaults(Vec<TemplateFault>),
    Content(String),
}

fn too_large(length: usize) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("{length} bytes are more than a frame can hold"),
    )
}

fn length_of(bytes: &[u8]) -> io::Result<[u8; 4]> {
    let length = u32::try_from(bytes.len()).ok().filter(|_| bytes.len() <= MAX_FRAME);
    length.map(u32::to_le_bytes).ok_or_else(|| too_large(bytes.len()))
}

fn checked(length: [u8; 4]) -> io::Result<usize> {
    let length = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
    if length <= MAX_FRAME { Ok(length) } else { Err(too_large(length)) }
}

/// Reads a frame; `None` where the stream ends before one begins.
pub(crate) fn read(stream: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    if stream.read(&mut length[..1])? == 0 {
        return Ok(None);
    }
    stream.read_exact(&mut length[1..])?;
    let mut bytes = vec![0; checked(length)?];
    stream.read_exact(&mut bytes)?;
    Ok(Some(bytes))
}

/// Writes a frame.
pub(crate) fn write(stream: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(&length_of(bytes)?)?;
    stream.write_all(bytes)
}

/// Reads a frame.
pub(crate) async fn receive(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length).await?;
    let mut bytes = vec![0; checked(length)?];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}

/// Writes a frame.
pub(crate) async fn send(stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> io::Result<()> {
    stream.write_all(&length_of(bytes)?).await?;
    stream.write_all(bytes).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_read_back_as_written() {
        let mut stream = Vec::new();
        for frame in [b"one".as_slice(), b"", b"three"] {
            write(&mut stream, frame).unwrap();
        }
        let mut stream = stream.as_slice();
        let frames: Vec<_> = std::iter::from_fn(|| read(&mut stream).unwrap()).collect();
        assert_eq!(frames, [b"one".to_vec(), b"".to_vec(), b"three".to_vec()]);
    }

    #[test]
    fn a_frame_that_claims_too_much_is_refused_before_room_is_made() {
        let mut stream = [0xff, 0xff, 0xff, 0xff, 1].as_slice();
        assert_eq!(read(&mut stream).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn a_frame_that_breaks_off_is_an_error() {
        let mut stream = [9, 0, 0, 0, 1].as_slice();
        assert_eq!(read(&mut stream).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
