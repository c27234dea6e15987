//! Interim.

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Service {
    Ingest,
    Storage,
    Search,
    Rendering,
    Portal,
}

impl Service {
    pub(crate) const ALL: [Self; 5] =
        [Self::Ingest, Self::Storage, Self::Search, Self::Rendering, Self::Portal];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Storage => "storage",
            Self::Search => "search",
            Self::Rendering => "rendering",
            Self::Portal => "portal",
        }
    }

    pub(crate) const fn public(self) -> &'static [&'static str] {
        match self {
            Self::Ingest => &["voortgang.ingest.v1.IngestService"],
            Self::Rendering => &["voortgang.rendering.v1.RenderingService"],
            Self::Search => &["voortgang.search.v1.SearchService"],
            Self::Storage => &[
                "voortgang.storage.v1.StorageService",
                "voortgang.storage.v1.AccessService",
                "voortgang.storage.v1.AuditService",
                "voortgang.storage.v1.HistoryService",
                "voortgang.storage.v1.ObligationService",
                "voortgang.storage.v1.PersonService",
                "voortgang.storage.v1.ReminderService",
                "voortgang.storage.v1.ReviewService",
            ],
            Self::Portal => &[],
        }
    }
}
