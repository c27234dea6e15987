//! The gRPC contracts and event messages. The code made from them stands in `wire`; a test here holds it against them.
