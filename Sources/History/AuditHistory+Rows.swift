import Fetching
import Foundation
import GRDB
import Language
import Scoring

/// Audits to rows and back.
extension AuditHistory {
    static func insert(_ audit: Audit, json: [UInt8], into database: Database) throws {
        let isKept = try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM audit WHERE id = ?)", arguments: [audit.id])
        if isKept == true { return }
        try database.execute(
            sql: """
                INSERT INTO audit (id, network, as_of_seconds, as_of_nanoseconds, history, snapshot, config, json, json_sha256)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                audit.id, audit.network, audit.asOf.seconds, audit.asOf.nanoseconds, audit.inputs.history, audit.inputs.snapshot,
                audit.inputs.config, Data(json), sha256Hex(json),
            ])
        let sequence = database.lastInsertedRowID
        for (position, checklist) in audit.inputs.checklists.enumerated() {
            try database.execute(
                sql: "INSERT INTO checklist VALUES (?, ?, ?, ?, ?)",
                arguments: [sequence, position, checklist.id, checklist.version, checklist.sha256])
        }
        for partner in audit.partners {
            for item in partner.items { try insert(item, of: partner.id, sequence, into: database) }
        }
        for flag in audit.flags { try insert(flag, sequence, into: database) }
        for shape in audit.shapes { try insert(shape, sequence, into: database) }
        try insertMonths(of: audit, sequence, into: database)
        for seen in audit.seen {
            let statement = try database.cachedStatement(sql: "INSERT INTO seen_activity VALUES (?, ?, ?, ?, ?, ?, ?)")
            try statement.execute(arguments: [
                sequence, seen.partner, seen.source, seen.activity, seen.records, seen.events, seen.total,
            ])
        }
    }

    private static func insert(_ item: ItemResult, of partner: String, _ sequence: Int64, into database: Database) throws {
        let tally = item.tally
        let statement = try database.cachedStatement(
            sql: "INSERT INTO tally VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        try statement.execute(arguments: [
            sequence, partner, item.checklist, item.item, tally.pass, tally.fail, tally.holding, tally.pending,
            tally.notActivated,
            tally.notApplicable, tally.notObservable, tally.early, tally.waived, tally.met, tally.missed, item.target,
        ])
    }

    private static func insert(_ flag: Flag, _ sequence: Int64, into database: Database) throws {
        try database.execute(
            sql: "INSERT INTO flag VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                sequence, flag.id, flag.partner, flag.checklist, flag.item, flag.kind.rawValue, flag.dimension,
                flag.tier.rawValue,
                flag.state.rawValue, flag.n, flag.effect, flag.low, flag.high, flag.q, flag.sentence,
            ])
        for (position, record) in flag.examples.enumerated() {
            try database.execute(
                sql: "INSERT INTO example VALUES (?, ?, ?, ?)", arguments: [sequence, flag.id, position, record])
        }
    }

    /// Audits that count: of an earlier instant, and of one network where one is named.
    static let earlier = "(as_of_seconds, as_of_nanoseconds) < (?1, ?2) AND (?3 IS NULL OR network = ?3)"

    static func audits(of network: String?, before asOf: Instant, _ database: Database) throws -> [KeptAudit] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT id, network, as_of_seconds, as_of_nanoseconds, json_sha256 FROM audit
                WHERE \(earlier) ORDER BY as_of_seconds, as_of_nanoseconds, sequence
                """, arguments: [asOf.seconds, asOf.nanoseconds, network]
        ).map { row in
            KeptAudit(
                id: row["id"], network: row["network"],
                asOf: Instant(seconds: row["as_of_seconds"], nanoseconds: row["as_of_nanoseconds"]),
                digest: "sha256:" + (row["json_sha256"] as String))
        }
    }

    static func seenActivities(of network: String?, before asOf: Instant, _ database: Database) throws -> [SeenActivity] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT * FROM seen_activity WHERE audit = (
                    SELECT sequence FROM audit WHERE \(earlier)
                    ORDER BY as_of_seconds DESC, as_of_nanoseconds DESC, sequence DESC LIMIT 1)
                ORDER BY partner, source, activity
                """, arguments: [asOf.seconds, asOf.nanoseconds, network]
        ).map { row in
            SeenActivity(
                partner: row["partner"], source: row["source"], activity: row["activity"], records: row["records"],
                events: row["events"], total: row["total"])
        }
    }

    /// The open flags of the last audit before `asOf`, and the ids of all flags of any before it.
    static func earlierFlags(
        of network: String?, before asOf: Instant, _ database: Database
    ) throws -> (last: [Flag], ever: Set<String>) {
        let arguments: StatementArguments = [asOf.seconds, asOf.nanoseconds, network]
        let ever = try String.fetchSet(
            database, sql: "SELECT DISTINCT flag.id FROM flag JOIN audit ON audit.sequence = flag.audit WHERE \(earlier)",
            arguments: arguments)
        let last = try Row.fetchAll(
            database,
            sql: """
                SELECT * FROM flag WHERE state <> 'fixed' AND audit = (
                    SELECT sequence FROM audit WHERE \(earlier)
                    ORDER BY as_of_seconds DESC, as_of_nanoseconds DESC, sequence DESC LIMIT 1)
                """, arguments: arguments
        ).compactMap { try flag($0, database) }
        return (last, ever)
    }

    /// Nil for kinds that this version does not know.
    private static func flag(_ row: Row, _ database: Database) throws -> Flag? {
        guard let kind = Flag.Kind(rawValue: row["kind"]), let tier = Flag.Tier(rawValue: row["tier"]),
            let state = Flag.State(rawValue: row["state"])
        else { return nil }
        let examples = try String.fetchAll(
            database, sql: "SELECT record FROM example WHERE audit = ? AND flag = ? ORDER BY position",
            arguments: [row["audit"] as Int64, row["id"] as String])
        return Flag(
            id: row["id"], partner: row["partner"], checklist: row["checklist"], item: row["item"], kind: kind,
            dimension: row["dimension"], tier: tier, state: state, n: row["n"], effect: row["effect"], low: row["low"],
            high: row["high"], q: row["q"], sentence: row["sentence"], examples: examples)
    }
}
