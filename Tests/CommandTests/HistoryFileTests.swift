import Foundation
import Testing

/// A history file that is not what it should be.
struct HistoryFileTests {
    /// An audit with a history, and then another one after `change` has been at the file.
    private func audit(after change: (inout [UInt8]) -> Void) async throws -> (first: Program.Result, then: Program.Result) {
        let shop = try Workshop()
        try shop.write("touchline.yaml", AuditTests.config([("north", "file:north.json")]))
        try shop.write("checklists/small.yaml", AuditTests.checklist)
        try shop.write("north.json", AuditTests.page((1...9).map { AuditTests.ticket($0) }))
        let first = try await Program.run(["audit", "--as-of", "2026-02-01T00:00:00Z"], in: shop.path)
        let path = shop.path + "/.touchline/history.sqlite"
        var bytes = [UInt8](try #require(FileManager.default.contents(atPath: path)))
        change(&bytes)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let then = try await Program.run(["audit", "--as-of", "2026-03-01T00:00:00Z", "--out", "again"], in: shop.path)
        #expect(FileManager.default.contents(atPath: path) == Data(bytes) || then.code == 0)
        #expect((shop.bytes("again/audit.json") != nil) == (then.code == 0))
        return (first, then)
    }

    @Test func `an audit says which history it cannot use, changes nothing of it and writes no report`() async throws {
        let changes: [(String, (inout [UInt8]) -> Void)] = [
            ("no database", { $0 = Array("a text that somebody put here by mistake, longer than a header".utf8) }),
            ("cut", { $0.removeLast($0.count - 5000) }),
            ("damaged", { for index in 100..<$0.count { $0[index] = 0xA5 } }),
        ]
        for (name, change) in changes {
            let (first, then) = try await audit(after: change)
            #expect(first.code == 0, "\(first.err)")
            #expect(then.code == 2, "\(name): \(then.err)")
            #expect(then.err.hasPrefix("the history '.touchline/history.sqlite' cannot be used: "), "\(name): \(then.err)")
            #expect(then.err.split(separator: "\n").count == 1, "\(name): \(then.err)")
        }
        let (_, untouched) = try await audit { _ in }
        #expect(untouched.code == 0, "\(untouched.err)")
    }
}
