import Foundation
import Testing

/// What an audit says of records that are no fair cases, from outside.
struct CaseAuditTests {
    private static func line(_ id: String, _ function: String?, opened: String, closed: String) -> String {
        let named = function.map { "\"kind\":\"\($0)\",\"function\":\"\($0)\"," } ?? ""
        return "{\"partner\":\"north\",\"id\":\"\(id)\",\(named)\"opened\":\"\(opened)\",\"closed\":\"\(closed)\",\"events\":[]}"
    }

    private static func shop(_ lines: [String]) throws -> Workshop {
        let shop = try Workshop()
        try shop.write(
            "checklists/small.yaml",
            """
            touchline: checklist/1
            id: small
            title: Small
            version: 1.0.0
            activities: [escalated]
            items: [{id: A1, title: Calm, check: {absence: escalated}}]
            measures: [{id: time, title: Time to close, duration: {from: opened, to: closed}}]
            """)
        try shop.write(
            "touchline.yaml",
            """
            touchline: config/1
            network: Small
            checklists: [checklists]
            case_mix: [function, attributes.product]
            partners: [{id: north, functions: [support]}]
            sources:
              - {id: desk, url: 'file:records.ndjson', format: ndjson, map: canonical}
            """)
        try shop.write("records.ndjson", lines.joined(separator: "\n") + "\n")
        return shop
    }

    private func audit(_ shop: Workshop) async throws -> [String: Any] {
        let done = try await Program.run(["audit", "--as-of", "2026-11-01T00:00:00Z", "--out", "out"], in: shop.path)
        #expect(done.code == 0, "\(done.err)")
        let partners = try #require(try shop.json("out/audit.json")["partners"] as? [[String: Any]])
        return try #require(partners.first)
    }

    private let early = "2026-05-01T00:00:00Z"
    private let late = "2026-05-02T00:00:00Z"

    @Test func `functions that the config does not list are counted and said`() async throws {
        let functions = ["support", "repair", "repair", "Ärger", nil]
        let shop = try Self.shop(
            functions.enumerated().map { Self.line("\($0)", $1, opened: early, closed: late) })
        let partner = try await audit(shop)
        #expect(partner["undeclared_functions"] as? [String: Int] == ["repair": 2, "Ärger": 1])
        #expect(
            partner["caveats"] as? [String] == [
                "'north' sent 2 records of the function 'repair', which the config does not list for it: they are not judged",
                "'north' sent 1 record of the function 'Ärger', which the config does not list for it: it is not judged",
            ])
        let items = try #require(partner["items"] as? [[String: Any]])
        #expect(items.first?["met"] as? Int == 1 && items.first?["not_applicable"] as? Int == 4)
    }

    @Test func `many functions that the config does not list are not all said one by one`() async throws {
        let shop = try Self.shop((0..<8).map { Self.line("\($0)", "f\($0)", opened: early, closed: late) })
        let partner = try await audit(shop)
        #expect((partner["undeclared_functions"] as? [String: Int])?.count == 8)
        let caveats = try #require(partner["caveats"] as? [String])
        #expect(caveats.count == 6)
        #expect(
            caveats.last
                == "'north' sent 3 records of 3 more functions that the config does not list for it: they are not judged")
    }

    @Test func `records that close before they open are left out of a measure, and said`() async throws {
        let shop = try Self.shop([
            Self.line("1", "support", opened: early, closed: late), Self.line("2", "support", opened: late, closed: early),
        ])
        let partner = try await audit(shop)
        #expect(partner["undeclared_functions"] == nil)
        #expect(
            partner["caveats"] as? [String]
                == ["1 record of 'north' ends 'Time to close' before it begins: it is left out of it"])
    }
}
