import Foundation
import TestSupport
import Testing

/// What people write on the command line, and are understood or told why not.
struct UsageTests {
    private func shop() throws -> Workshop {
        let shop = try Workshop()
        try shop.write("touchline.yaml", AuditTests.config([("north", "file:north.json")]))
        try shop.write("checklists/small.yaml", AuditTests.checklist)
        try shop.write("north.json", AuditTests.page([AuditTests.ticket(1)]))
        return shop
    }

    @Test func `an instant may be a day, which begins at midnight`() async throws {
        let shop = try shop()
        for (day, out) in [("2026-02-01", "a"), ("2026-02-01T00:00:00Z", "b")] {
            let done = try await Program.run(["audit", "--as-of", day, "--out", out], in: shop.path)
            #expect(done.code == 0, "\(done.err)")
        }
        #expect(shop.bytes("a/audit.json") == shop.bytes("b/audit.json") && shop.bytes("a/audit.json") != nil)
    }

    @Test func `reports are not written over a file, and nothing is pulled for it`() async throws {
        let shop = try shop()
        try shop.write("report", "mine")
        let done = try await Program.run(["audit", "--out", "report"], in: shop.path)
        #expect(done.code == 2)
        #expect(done.err.contains("cannot write 'report': it is a file, and the reports are a folder"), "\(done.err)")
        #expect(shop.bytes("report") == Data("mine".utf8))
        #expect(shop.bytes(".touchline/snapshots/lock") == nil)
    }
}
