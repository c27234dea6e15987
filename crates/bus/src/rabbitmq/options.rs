//! Where the broker is, and how it is used.

use std::fmt;

/// Where the broker is and how it is used.
#[derive(Clone)]
pub struct RabbitMqOptions {
    /// Address, such as `amqp://role:password@host:5672/vhost`, or `amqps:` for TLS. Of a cluster the addresses of its
    /// nodes, with spaces between.
    pub address: String,
    /// First part of the names of exchange and queues, so that several deployments can share a broker.
    pub namespace: String,
    /// Whether publications wait for the broker's confirmation.
    pub confirms: Confirms,
}

/// Whether publications wait for the broker's confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Confirms {
    /// Yes: a publication is answered when the broker has it on disk.
    #[default]
    On,
    /// No: it is answered when it was handed to the connection. Loses events when the broker goes away;
    /// it is there so that the fault tests can show that they would see a loss.
    OffForFaultTests,
}

impl fmt::Debug for RabbitMqOptions {
    /// Without the address, which holds a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RabbitMqOptions")
            .field("namespace", &self.namespace)
            .field("confirms", &self.confirms)
            .finish_non_exhaustive()
    }
}
