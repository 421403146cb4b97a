import Foundation
import TestSupport
import Testing

/// A pull that is killed, and what the next one makes of it.
struct KilledPullTests {
    private static let config = """
        touchline: config/1
        network: Small
        checklists: [checklists]
        sources:
          - {id: slow, url: 'file:slow.ndjson', format: ndjson, map: canonical}
          - {id: small, url: 'file:small.ndjson', format: ndjson, map: canonical}

        """

    private static func line(_ id: Int) -> String {
        #"{"partner": "north", "id": "\#(id)", "opened": "2026-01-05T09:00:00Z", "events": []}"# + "\n"
    }

    @Test(.timeLimit(.minutes(2)), arguments: ["pull", "audit"])
    func `a pull killed in the middle leaves nothing that is believed, and the next one is right`(command: String) async throws {
        let shop = try Workshop()
        try shop.write("touchline.yaml", Self.config)
        try shop.write("checklists/small.yaml", AuditTests.checklist)
        try shop.write("small.ndjson", Self.line(100))
        let slow = shop.path + "/slow.ndjson"
        #expect(mkfifo(slow, 0o600) == 0)
        try await Program.kill([command], in: shop.path) {
            // A pipe takes no more than its reader has read, but for 64 kB: so the pull is in the middle of it.
            let pipe = try #require(FileHandle(forWritingAtPath: slow))
            let block = Data(String(repeating: Self.line(7), count: 30_000).utf8)
            for _ in 0..<2 { try pipe.write(contentsOf: block) }
            return pipe
        }

        let store = shop.path + "/.touchline/snapshots"
        #expect(try FileManager.default.contentsOfDirectory(atPath: store + "/pulls").isEmpty)
        let refused = try await Program.run(["audit", "--replay", "latest"], in: shop.path)
        #expect(refused.code == 2)
        #expect(refused.err.contains("has none"), "\(refused.err)")

        unlink(slow)
        try shop.write("slow.ndjson", (1...50).map(Self.line).joined())
        let audited = try await Program.run(["audit", "--out", "first"], in: shop.path)
        #expect(audited.code == 0, "\(audited.err)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: store + "/aside").isEmpty)
        let objects = FileManager.default.enumerator(atPath: store + "/objects")?.compactMap { $0 as? String } ?? []
        #expect(objects.filter { $0.hasSuffix(".zst") }.count == 2, "what the killed pull left is swept")
        let replayed = try await Program.run(["audit", "--replay", "latest", "--out", "second"], in: shop.path)
        #expect(replayed.code == 0, "\(replayed.err)")
        #expect(shop.bytes("first/audit.json") == shop.bytes("second/audit.json"))
        let sources = try #require(try shop.json("first/audit.json")["sources"] as? [[String: Any]])
        #expect(sources.map { $0["records"] as? Int } == [50, 1])
    }
}
