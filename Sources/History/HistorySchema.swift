import GRDB

/// The tables of a history. A migration that was released is never edited: what changes is a further one.
enum HistorySchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("audits") { database in
            try database.execute(sql: audits)
        }
        migrator.registerMigration("seen activities") { database in
            try database.execute(sql: seenActivities)
        }
        migrator.registerMigration("incremental pulls") { database in
            try database.execute(sql: pulls)
        }
        migrator.registerMigration("source shapes") { database in
            try database.execute(sql: shapes)
        }
        migrator.registerMigration("kept records by id") { database in
            try database.execute(sql: "CREATE INDEX kept_record_by_record ON kept_record (record)")
        }
        migrator.registerMigration("drift months") { database in
            try database.execute(sql: months)
        }
        return migrator
    }

    /// How many records of a partner's source told of each activity; without an activity, how many records there were.
    private static let seenActivities = """
        CREATE TABLE seen_activity (
            audit INTEGER NOT NULL REFERENCES audit ON DELETE CASCADE,
            partner TEXT NOT NULL,
            source TEXT NOT NULL,
            activity TEXT NOT NULL,
            records INTEGER NOT NULL, events INTEGER NOT NULL, total INTEGER NOT NULL,
            PRIMARY KEY (audit, partner, source, activity)
        ) STRICT, WITHOUT ROWID;
        """

    /// `sequence` is the order in which audits were kept; `json` the bytes of `audit.json`.
    private static let audits = """
        CREATE TABLE audit (
            sequence INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            network TEXT NOT NULL,
            as_of_seconds INTEGER NOT NULL,
            as_of_nanoseconds INTEGER NOT NULL,
            history TEXT NOT NULL,
            snapshot TEXT NOT NULL,
            config TEXT NOT NULL,
            json BLOB NOT NULL,
            json_sha256 TEXT NOT NULL
        ) STRICT;
        CREATE INDEX audit_by_time ON audit (as_of_seconds, as_of_nanoseconds, sequence);
        CREATE TABLE checklist (
            audit INTEGER NOT NULL REFERENCES audit ON DELETE CASCADE,
            position INTEGER NOT NULL,
            id TEXT NOT NULL,
            version TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            PRIMARY KEY (audit, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE tally (
            audit INTEGER NOT NULL REFERENCES audit ON DELETE CASCADE,
            partner TEXT NOT NULL,
            checklist TEXT NOT NULL,
            item TEXT NOT NULL,
            pass INTEGER NOT NULL, fail INTEGER NOT NULL, holding INTEGER NOT NULL, pending INTEGER NOT NULL,
            not_activated INTEGER NOT NULL, not_applicable INTEGER NOT NULL, not_observable INTEGER NOT NULL,
            early INTEGER NOT NULL, waived INTEGER NOT NULL, met INTEGER NOT NULL, missed INTEGER NOT NULL,
            target REAL,
            PRIMARY KEY (audit, partner, checklist, item)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE flag (
            audit INTEGER NOT NULL REFERENCES audit ON DELETE CASCADE,
            id TEXT NOT NULL,
            partner TEXT NOT NULL, checklist TEXT NOT NULL, item TEXT NOT NULL,
            kind TEXT NOT NULL, dimension TEXT, tier TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('new', 'still', 'fixed', 'back')),
            n INTEGER NOT NULL, effect REAL NOT NULL, low REAL NOT NULL, high REAL NOT NULL, q REAL NOT NULL,
            sentence TEXT NOT NULL,
            PRIMARY KEY (audit, id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE example (
            audit INTEGER NOT NULL,
            flag TEXT NOT NULL,
            position INTEGER NOT NULL,
            record TEXT NOT NULL,
            PRIMARY KEY (audit, flag, position),
            FOREIGN KEY (audit, flag) REFERENCES flag ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        """
}
