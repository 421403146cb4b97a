extension HistorySchema {
    /// Complete pulls of sources that pull incrementally, with the records that each brought and the digests of the pages
    /// that they came from. `fingerprint` is of the source's configuration: what another one brought does not count.
    static let pulls = """
        CREATE TABLE source_pull (
            sequence INTEGER PRIMARY KEY,
            network TEXT NOT NULL,
            source TEXT NOT NULL,
            fingerprint TEXT NOT NULL,
            as_of_seconds INTEGER NOT NULL, as_of_nanoseconds INTEGER NOT NULL,
            pulled_seconds INTEGER NOT NULL, pulled_nanoseconds INTEGER NOT NULL,
            watermark_seconds INTEGER NOT NULL, watermark_nanoseconds INTEGER NOT NULL,
            digest TEXT NOT NULL,
            UNIQUE (network, source, fingerprint, as_of_seconds, as_of_nanoseconds, digest)
        ) STRICT;
        CREATE TABLE kept_page (
            pull INTEGER NOT NULL REFERENCES source_pull ON DELETE CASCADE,
            number INTEGER NOT NULL,
            sha256 TEXT NOT NULL,
            PRIMARY KEY (pull, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE kept_record (
            pull INTEGER NOT NULL REFERENCES source_pull ON DELETE CASCADE,
            partner TEXT NOT NULL,
            record TEXT NOT NULL,
            body BLOB NOT NULL,
            PRIMARY KEY (pull, partner, record)
        ) STRICT, WITHOUT ROWID;
        """
}
