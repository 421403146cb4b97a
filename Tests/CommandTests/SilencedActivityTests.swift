import Foundation
import TestSupport
import Testing

/// Two audits, and an activity that a source stopped telling of in between.
struct SilencedActivityTests {
    private func ticket(_ id: Int, isAcknowledged: Bool) -> String {
        let whole = AuditTests.ticket(id)
        return isAcknowledged ? whole : whole.replacing("\"acknowledged\"", with: "\"other\"")
    }

    private func audit(_ shop: Workshop, asOf: String, _ out: String) async throws -> [String: Any] {
        let done = try await Program.run(["audit", "--as-of", asOf, "--out", out], in: shop.path)
        #expect(done.code == 0, "\(done.err)")
        let partners = try #require(try shop.json(out + "/audit.json")["partners"] as? [[String: Any]])
        return try #require(partners.first)
    }

    @Test func `an activity that falls silent is a caveat at the next audit, on the page too, and not before`() async throws {
        let shop = try Workshop()
        try shop.write("touchline.yaml", AuditTests.config([("north", "file:north.json")]))
        try shop.write("checklists/small.yaml", AuditTests.checklist)
        try shop.write("north.json", AuditTests.page((1...80).map { ticket($0, isAcknowledged: true) }))
        let first = try await audit(shop, asOf: "2026-02-01T00:00:00Z", "one")
        #expect(first["caveats"] == nil)
        try shop.write("north.json", AuditTests.page((1...80).map { ticket($0, isAcknowledged: $0 <= 10) }))
        let second = try await audit(shop, asOf: "2026-03-01T00:00:00Z", "two")
        let sentence = "source 'north-desk' tells of 'acknowledged' in 13 % of 80 records, after 100 % of 80 at the last audit"
        let caveats = try #require(second["caveats"] as? [String])
        #expect(caveats.count == 1)
        #expect(caveats.first?.hasPrefix(sentence) == true, "\(caveats)")
        for page in ["two/partners/north.html", "two/index.html"] {
            let text = String(decoding: try #require(shop.bytes(page)), as: UTF8.self)
            #expect(text.contains("after 100 % of 80 at the last audit"), "\(page)")
        }
        // The same audit again says the same, and one of an earlier instant knows nothing of it.
        let again = try await audit(shop, asOf: "2026-03-01T00:00:00Z", "three")
        #expect(again["caveats"] as? [String] == caveats)
        #expect(shop.bytes("two/audit.json") == shop.bytes("three/audit.json"))
        let earlier = try await audit(shop, asOf: "2026-01-20T00:00:00Z", "four")
        #expect(earlier["caveats"] == nil)
    }

    @Test func `lint names the items that reward telling nothing, without failing`() async throws {
        let shop = try Workshop()
        try shop.write(
            "checklists/small.yaml", AuditTests.checklist + "\n  - {id: A2, title: Never again, check: {absence: escalated}}\n")
        let done = try await Program.run(["lint", "checklists"], in: shop.path)
        #expect(done.code == 0, "\(done.err)")
        #expect(done.err.contains("note: passed by a record of which nothing is told: small/A2"))
    }
}
