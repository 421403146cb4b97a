import Foundation
import GRDB
import Language
import Scoring
import TestSupport
import Testing

@testable import History

/// Histories that are only read.
struct HistoryReadingTests {
    @Test func `where there is no history it is empty, and there is none afterwards`() throws {
        let folder = try TemporaryFolder()
        let history = try AuditHistory(reading: folder.history)
        #expect(try history.audits(before: .latest).isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func `a history that is read stays as it is, of an earlier schema too`() throws {
        for fixture in MigrationTests.schemas {
            let folder = try TemporaryFolder()
            let path = folder.path + "/history.sqlite"
            let queue = try DatabaseQueue(path: path)
            try queue.write { try $0.execute(sql: Checkout.text("fixtures/history/" + fixture)) }
            try queue.close()
            let before = FileManager.default.contents(atPath: path)
            do {
                let history = try AuditHistory(reading: path, network: "n")
                #expect(try history.audits(before: .latest).map(\.id) == ["aaa", "bbb"])
                #expect(try history.driftMonths(before: .latest, endingBy: Instant(seconds: -1 << 40)).isEmpty)
                let told = try history.told([], before: .latest) { _ in .tested }
                #expect(told.map(\.state) == [.fixed])
            }
            #expect(FileManager.default.contents(atPath: path) == before, "\(fixture)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["history.sqlite"])
        }
    }

    @Test func `a history of a later schema, and a file that is none, are refused`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/history.sqlite"
        _ = try AuditHistory(path: path)
        try DatabaseQueue(path: path).write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('of next year')") }
        #expect(throws: HistoryError.newer(path: path)) { try AuditHistory(reading: path) }
        try Data("a text that somebody put here by mistake".utf8).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: HistoryError.self) { try AuditHistory(reading: path) }
        #expect(error.map(String.init(describing:))?.hasPrefix("the history '\(path)' cannot be used: ") == true)
    }
}
