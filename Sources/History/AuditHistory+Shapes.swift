import GRDB
package import Language
package import Scoring

/// What sources looked like at earlier audits.
extension AuditHistory {
    /// What a source looked like at the last audit before `asOf` that read it to its end; nil where there was none.
    package func shape(of source: String, before asOf: Instant) throws(HistoryError) -> SourceShape? {
        try reporting { [network] queue in
            try queue.read { database in
                let rows = try Row.fetchAll(
                    database,
                    sql: """
                        SELECT * FROM source_shape WHERE source = ?4 AND audit = (
                            SELECT sequence FROM audit WHERE \(Self.earlier)
                                AND EXISTS (SELECT 1 FROM source_shape WHERE audit = sequence AND source = ?4)
                            ORDER BY as_of_seconds DESC, as_of_nanoseconds DESC, sequence DESC LIMIT 1)
                        ORDER BY kind, name, type
                        """, arguments: [asOf.seconds, asOf.nanoseconds, network, source])
                guard !rows.isEmpty else { return nil }
                let parts = rows.compactMap { row -> SourceShape.Part? in
                    SourceShape.Part.Kind(rawValue: row["kind"]).map {
                        SourceShape.Part(
                            kind: $0, name: row["name"], type: row["type"], records: row["records"], total: row["total"])
                    }
                }
                return SourceShape(source: source, parts: parts)
            }
        }
    }

    static func insert(_ shape: SourceShape, _ audit: Int64, into database: Database) throws {
        let statement = try database.cachedStatement(sql: "INSERT INTO source_shape VALUES (?, ?, ?, ?, ?, ?, ?)")
        for part in shape.parts {
            try statement.execute(arguments: [
                audit, shape.source, part.kind.rawValue, part.name, part.type, part.records, part.total,
            ])
        }
    }
}
