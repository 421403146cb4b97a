import Foundation
import Testing

/// Partners change their systems, and nobody says so but the audit.
struct SchemaDriftAuditTests {
    private func page(_ more: String) -> String {
        AuditTests.page((1...20).map { AuditTests.ticket($0).replacing("{\"id\": \($0),", with: "{\"id\": \($0), \(more)") })
    }

    @Test func `what a source's records have lost, and what they have now, is said once, and in audit json`() async throws {
        let shop = try Workshop()
        try shop.write("touchline.yaml", AuditTests.config([("north", "file:north.json")]))
        try shop.write("checklists/small.yaml", AuditTests.checklist)
        var said: [String?] = []
        for (month, more) in [(2, "\"owner\": \"kim\","), (3, "\"owner\": 7, \"team\": [],"), (4, "\"owner\": 7, \"team\": [],")]
        {
            try shop.write("north.json", page(more))
            let done = try await Program.run(["audit", "--as-of", "2026-0\(month)-01T00:00:00Z", "--out", "out"], in: shop.path)
            #expect(done.code == 0, "\(done.err)")
            let sources = try #require(try shop.json("out/audit.json")["sources"] as? [[String: Any]])
            let caveats = sources[0]["caveats"] as? [String]
            said.append(caveats?.joined())
            if let caveat = caveats?.first { #expect(done.out.contains("note: " + caveat)) }
            if month == 3 {
                let again = try await Program.run(
                    ["audit", "--replay", "latest", "--out", "again"], in: shop.path)
                #expect(again.code == 0, "\(again.err)")
                #expect(shop.bytes("again/audit.json") == shop.bytes("out/audit.json"))
            }
        }
        let sentence = "source 'north-desk' does not look as at the last audit: "
        #expect(said == [nil, sentence + "new fields: /team; other types: /owner (number, after string)", nil])
    }
}
