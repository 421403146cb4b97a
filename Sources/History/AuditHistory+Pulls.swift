import Fetching
import Foundation
import GRDB
package import Language
package import Timelines

/// The records of sources that pull incrementally, a layer a complete pull. As with audits, only pulls of an earlier
/// `as_of` count: repeating an audit finds what it found the first time.
extension AuditHistory {
    /// Nil where no complete pull of that source and configuration counts.
    package func memory(of source: String, fingerprint: String, before asOf: Instant) throws(HistoryError) -> SourceMemory? {
        try reporting { [network] queue in
            try queue.read { try Self.memory(of: source, fingerprint, network, before: asOf, $0) }
        }
    }

    private static func memory(
        of source: String, _ fingerprint: String, _ network: String?, before asOf: Instant, _ database: Database
    ) throws -> SourceMemory? {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT * FROM source_pull
                WHERE network = ? AND source = ? AND fingerprint = ? AND (as_of_seconds, as_of_nanoseconds) < (?, ?)
                ORDER BY as_of_seconds, as_of_nanoseconds, sequence
                """, arguments: [network ?? "", source, fingerprint, asOf.seconds, asOf.nanoseconds])
        guard let last = rows.last else { return nil }
        var pages: [Int: String] = [:]
        for (place, row) in rows.enumerated() {
            let kept = try Row.fetchAll(
                database, sql: "SELECT number, sha256 FROM kept_page WHERE pull = ?", arguments: [row["sequence"] as Int64])
            for page in kept { pages[Provenance.page(page["number"], ofEarlierPull: place + 1)] = page["sha256"] }
        }
        return SourceMemory(
            watermark: Instant(seconds: last["watermark_seconds"], nanoseconds: last["watermark_nanoseconds"]),
            pulledAt: Instant(seconds: last["pulled_seconds"], nanoseconds: last["pulled_nanoseconds"]), pages: pages,
            digest: "sha256:" + sha256Hex(rows.map { $0["digest"] as String }.joined(separator: "\n").utf8),
            pulls: rows.map {
                SourceMemory.Pull(
                    sequence: $0["sequence"],
                    pulledAt: Instant(seconds: $0["pulled_seconds"], nanoseconds: $0["pulled_nanoseconds"]))
            })
    }

    /// What a pull brought, in the order in which it is read.
    package struct KeptReadings {
        /// Counts the pulls, the earliest first.
        package let pull: Int
        package let pulledAt: Instant
        package var records: [ServiceRecord] = []
        /// Records of which that pull had nothing to judge: their id and their partner, as far as it is known.
        package var lost: [(record: String, partner: String, sequence: Int)] = []
    }

    /// Hands over the records of a source's pulls, the earliest pull first, in pieces of at most `count`. One that several
    /// pulls brought comes as often.
    package func forEachReading(
        of memory: SourceMemory, atOnce count: Int = 512, _ body: (KeptReadings) throws -> Void
    ) throws {
        // Before everything that is read now.
        var sequence = -(1 << 40)
        for (place, pull) in memory.pulls.enumerated() {
            var after = ("", "")
            while true {
                let rows = try reporting { queue in
                    try queue.read { try Self.rows(of: pull.sequence, after: after, atMost: count, $0) }
                }
                guard let last = rows.last else { break }
                after = (last.partner, last.record)
                var readings = KeptReadings(pull: place, pulledAt: pull.pulledAt)
                for row in rows {
                    defer { sequence += 1 }
                    guard !row.body.isEmpty else {
                        readings.lost.append((row.record, row.partner, sequence))
                        continue
                    }
                    var record = try ServiceRecord(compactBytes: row.body)
                    record.provenance.page = Provenance.page(record.provenance.pageNumber, ofEarlierPull: place + 1)
                    record.provenance.sequence = sequence
                    readings.records.append(record)
                }
                try body(readings)
            }
        }
    }

    private struct KeptRow {
        let partner: String
        let record: String
        let body: [UInt8]
    }

    private static func rows(
        of pull: Int64, after: (String, String), atMost count: Int, _ database: Database
    ) throws -> [KeptRow] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT partner, record, body FROM kept_record WHERE pull = ? AND (partner, record) > (?, ?)
                ORDER BY partner, record LIMIT ?
                """, arguments: [pull, after.0, after.1, count]
        ).map { KeptRow(partner: $0["partner"], record: $0["record"], body: Array($0["body"] as Data)) }
    }

    /// Keeps a pull, once.
    static func insert(_ pull: SourcePull, network: String, into database: Database) throws {
        try database.execute(
            sql: """
                INSERT OR IGNORE INTO source_pull (network, source, fingerprint, as_of_seconds, as_of_nanoseconds,
                    pulled_seconds, pulled_nanoseconds, watermark_seconds, watermark_nanoseconds, digest)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                network, pull.source, pull.fingerprint, pull.asOf.seconds, pull.asOf.nanoseconds, pull.pulledAt.seconds,
                pull.pulledAt.nanoseconds, pull.watermark.seconds, pull.watermark.nanoseconds, pull.digest,
            ])
        guard database.changesCount > 0 else { return }
        let sequence = database.lastInsertedRowID
        for page in pull.pages {
            try database.execute(sql: "INSERT INTO kept_page VALUES (?, ?, ?)", arguments: [sequence, page.number, page.sha256])
        }
        let statement = try database.cachedStatement(sql: "INSERT INTO kept_record VALUES (?, ?, ?, ?)")
        let lost = try database.cachedStatement(sql: Self.insertLost)
        try pull.records { partner, record, body in
            if body.isEmpty {
                try lost.execute(arguments: [
                    sequence, partner, record, record, sequence, network, pull.source, pull.fingerprint,
                ])
            } else {
                try statement.execute(arguments: [sequence, partner, record, Data(body)])
            }
        }
    }

    /// A record of which nothing is kept is only worth a row where an earlier pull kept something of it.
    private static let insertLost = """
        INSERT INTO kept_record SELECT ?, ?, ?, x'' WHERE EXISTS (
            SELECT 1 FROM kept_record JOIN source_pull ON source_pull.sequence = kept_record.pull
            WHERE kept_record.record = ? AND source_pull.sequence <> ? AND network = ? AND source = ? AND fingerprint = ?)
        """

    /// The SHA-256 of every page that a kept record may come from.
    package func citedPages() throws(HistoryError) -> Set<String> {
        try reporting { queue in try queue.read { try String.fetchSet($0, sql: "SELECT DISTINCT sha256 FROM kept_page") } }
    }
}
