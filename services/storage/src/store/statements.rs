//! A transaction whose statements are each answered within a time limit.
//!
//! The server bounds what it does itself. A server, or a network, that went silent answers nothing, and nothing in the client
//! library would end the wait.

use std::{io, time::Duration};

use futures::{
    TryStreamExt as _,
    future::BoxFuture,
    stream::{self, BoxStream, StreamExt as _},
};
use sqlx::{
    Any, Describe, Either, Error, Execute, Executor, SqlStr, Transaction,
    any::{AnyQueryResult, AnyRow, AnyStatement, AnyTypeInfo},
};
use tokio::time::timeout;

/// A transaction with a limit on each of its statements.
#[derive(Debug)]
pub(super) struct Statements {
    inner: Transaction<'static, Any>,
    limit: Duration,
}

impl Statements {
    pub(super) fn new(inner: Transaction<'static, Any>, limit: Duration) -> Self {
        Self { inner, limit }
    }

    pub(super) async fn commit(self) -> Result<(), Error> {
        in_time(self.limit, self.inner.commit()).await
    }
}

impl<'c> Executor<'c> for &'c mut Statements {
    type Database = Any;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, Result<Either<AnyQueryResult, AnyRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        let limit = self.limit;
        let results = (&mut *self.inner).fetch_many(query);
        let next = move |mut results: BoxStream<'e, _>| async move {
            let next = in_time(limit, results.try_next()).await?;
            Ok(next.map(|result| (result, results)))
        };
        stream::try_unfold(results, next).boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<AnyRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        Box::pin(in_time(self.limit, (&mut *self.inner).fetch_optional(query)))
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [AnyTypeInfo],
    ) -> BoxFuture<'e, Result<AnyStatement, Error>>
    where
        'c: 'e,
    {
        Box::pin(in_time(self.limit, (&mut *self.inner).prepare_with(sql, parameters)))
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Any>, Error>>
    where
        'c: 'e,
    {
        Box::pin(in_time(self.limit, (&mut *self.inner).describe(sql)))
    }
}

async fn in_time<T>(
    limit: Duration,
    answer: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let late = || io::Error::new(io::ErrorKind::TimedOut, "the database does not answer");
    timeout(limit, answer).await.unwrap_or_else(|_| Err(late().into()))
}
