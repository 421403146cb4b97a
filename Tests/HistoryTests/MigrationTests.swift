import Foundation
import GRDB
import Language
import Scoring
import TestSupport
import Testing

@testable import History

/// Histories of every earlier schema are opened as they are and go on. `fixtures/history` holds one a migration, as the SQL
/// that builds it: a migration that is added gets a file, and no file is ever changed.
struct MigrationTests {
    static let schemas =
        (try? FileManager.default.contentsOfDirectory(atPath: Checkout.folder + "/fixtures/history"))?
        .filter { $0.hasSuffix(".sql") }.sorted() ?? []

    /// Builds the history of a fixture at `path`.
    private func build(_ fixture: String, at path: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: Checkout.text("fixtures/history/" + fixture)) }
        try queue.close()
    }

    private func schema(of path: String) throws -> [String] {
        try DatabaseQueue(path: path).read {
            try String.fetchAll($0, sql: "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master ORDER BY 1")
        }
    }

    @Test func `every migration has a history of its schema, and the migrations before it are the same`() throws {
        let migrations = HistorySchema.migrator.migrations
        #expect(Self.schemas == migrations.enumerated().map { "\($0 + 1)-\($1.replacing(" ", with: "-")).sql" })
        for (count, fixture) in Self.schemas.enumerated() {
            let folder = try TemporaryFolder()
            let (built, migrated) = (folder.path + "/built.sqlite", folder.path + "/migrated.sqlite")
            try build(fixture, at: built)
            try HistorySchema.migrator.migrate(DatabaseQueue(path: migrated), upTo: migrations[count])
            #expect(try schema(of: built) == schema(of: migrated), "\(fixture)")
        }
    }

    @Test(arguments: schemas)
    func `a history of an earlier schema is opened, read and gone on with`(fixture: String) throws {
        let version = try #require(Self.schemas.firstIndex(of: fixture)) + 1
        let folder = try TemporaryFolder()
        let path = folder.path + "/history.sqlite"
        try build(fixture, at: path)
        let history = try AuditHistory(path: path, network: "n")
        let fresh = folder.path + "/fresh.sqlite"
        _ = try AuditHistory(path: fresh)
        #expect(try schema(of: path) == schema(of: fresh))

        #expect(try history.audits(before: Instant(seconds: 300)).map(\.id) == ["aaa", "bbb"])
        #expect(try history.json(of: "aaa") == Array("{\"touchline\":\"audit/1\",\"id\":\"aaa\"}\n".utf8))
        let tallies = try history.tallies(of: "bbb")
        #expect(tallies.map(\.item) == ["A", "B"])
        #expect(tallies.map(\.tally.met) == [15, 20] && tallies.map(\.target) == [0.9, nil])
        try checkLaterParts(of: history, version)

        // A was open at the last audit; B was fixed there, so it comes back.
        let raised = ["A", "B", "C"].map { AuditHistoryTests.flag($0) }
        let told = try history.told(raised, before: Instant(seconds: 300)) { _ in .tested }
        #expect(told.map(\.state) == [.still, .back, .new])
        #expect(told.map(\.sentence) == ["A is missed", "B is missed", "C is missed"])

        var audit = AuditHistoryTests.audit("ccc", asOf: 300, flags: told)
        audit.driftMonths = [
            DriftMonth(
                partner: "p", checklist: "c", item: "B", month: Instant(seconds: 0), end: Instant(seconds: 100), decided: 9,
                met: 8, expected: 8.5, information: 0.5, customerSquares: 0.25)
        ]
        try history.keep(audit, json: [1])
        let reopened = try AuditHistory(path: path, network: "n")
        #expect(try reopened.audits(before: Instant(seconds: 301)).map(\.id) == ["aaa", "bbb", "ccc"])
        #expect(
            try reopened.driftMonths(before: Instant(seconds: 301), endingBy: Instant(seconds: 100)).suffix(1)
                == audit.driftMonths)
        let later = try reopened.told([], before: Instant(seconds: 301)) { $0.item == "A" ? .tested : .notAsked }
        #expect(later.map { "\($0.item) \($0.state.rawValue)" } == ["A fixed"])
        #expect(later.map(\.examples) == [["1", "a\"b"]])
    }

    /// What came with a later schema is there from it on, and empty before.
    private func checkLaterParts(of history: AuditHistory, _ version: Int) throws {
        let last = Instant(seconds: 300)
        #expect(try history.seenActivities(before: last).map(\.events) == (version >= 2 ? [0, 21] : []))
        let memory = try history.memory(of: "s", fingerprint: "f", before: last)
        #expect(memory.map(\.watermark) == (version >= 3 ? Instant(seconds: 80) : nil))
        #expect(memory.map { Array($0.pages.values) } == (version >= 3 ? ["0f"] : nil))
        #expect(try history.citedPages() == (version >= 3 ? ["0f"] : []))
        if let memory {
            var lost: [String] = []
            try history.forEachReading(of: memory) { lost += $0.lost.map { "\($0.partner)/\($0.record)" } }
            #expect(lost == ["p/4711"])
        }
        #expect(try history.shape(of: "s", before: last)?.parts.map(\.name) == (version >= 4 ? ["opened", "it.id"] : nil))
        #expect(
            try history.driftMonths(before: last, endingBy: Instant(seconds: 0)).map(\.decided) == (version >= 6 ? [20] : []))
    }

    @Test func `a history of a later schema is refused and left as it is`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/history.sqlite"
        try build(try #require(Self.schemas.last), at: path)
        try DatabaseQueue(path: path).write {
            try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('of next year')")
        }
        let before = try schema(of: path)
        #expect(throws: HistoryError.newer(path: path)) { try AuditHistory(path: path) }
        #expect(try schema(of: path) == before)
    }
}
