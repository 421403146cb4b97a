extension HistorySchema {
    /// How the months of complete partners went (`DriftMonth`). Sums are kept to the bit.
    static let months = """
        CREATE TABLE drift_month (
            audit INTEGER NOT NULL REFERENCES audit ON DELETE CASCADE,
            partner TEXT NOT NULL, checklist TEXT NOT NULL, item TEXT NOT NULL,
            month_seconds INTEGER NOT NULL, month_nanoseconds INTEGER NOT NULL,
            end_seconds INTEGER NOT NULL, end_nanoseconds INTEGER NOT NULL,
            decided INTEGER NOT NULL, met INTEGER NOT NULL,
            expected REAL NOT NULL, information REAL NOT NULL, customer_squares REAL NOT NULL,
            PRIMARY KEY (audit, partner, checklist, item, month_seconds, month_nanoseconds),
            CHECK ((month_seconds, month_nanoseconds) < (end_seconds, end_nanoseconds))
        ) STRICT, WITHOUT ROWID;
        """
}
