extension HistorySchema {
    /// What the first records of complete sources looked like: of `total` records, `records` had the part.
    static let shapes = """
        CREATE TABLE source_shape (
            audit INTEGER NOT NULL REFERENCES audit ON DELETE CASCADE,
            source TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('field', 'activity')),
            name TEXT NOT NULL,
            type TEXT NOT NULL,
            records INTEGER NOT NULL, total INTEGER NOT NULL,
            PRIMARY KEY (audit, source, kind, name, type)
        ) STRICT, WITHOUT ROWID;
        """
}
