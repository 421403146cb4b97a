import Foundation
import Testing

/// Versions of a checklist and `--rejudge`, from outside.
struct VersionedAuditTests {
    /// Opened so and acknowledged so many minutes later.
    private static func line(_ id: String, _ opened: String, _ minutes: Int) -> String {
        let day = opened + "T09:"
        return "{\"id\":\"\(id)\",\"opened\":\"\(day)00:00Z\",\"closed\":\"\(opened)T12:00:00Z\",\"events\":["
            + "{\"at\":\"\(day)00:00Z\",\"activity\":\"escalated\"},"
            + "{\"at\":\"\(day)\(minutes < 10 ? "0" : "")\(minutes):00Z\",\"activity\":\"acknowledged\"}]}"
    }

    /// A1 allows forty minutes, and from July on twenty; A2 is gone then, and A3 is new.
    private static func shop() throws -> Workshop {
        func version(_ number: String, _ days: String, _ items: String) -> String {
            """
            touchline: checklist/1
            id: small
            title: Small
            version: \(number)
            effective: {\(days)}
            activities: [escalated, acknowledged]
            items:
            \(items)
            """
        }
        func answered(_ minutes: Int, _ target: String) -> String {
            "  - {id: A1, title: In \(minutes) minutes, target: \(target), check: "
                + "{response: {after: escalated, expect: acknowledged, within: \(minutes)m}}}\n"
        }
        let shop = try Workshop()
        try shop.write(
            "checklists/new.yaml",
            version(
                "2.0.0", "from: 2026-07-01", answered(20, "0.9") + "  - {id: A3, title: New, check: {existence: escalated}}\n"))
        try shop.write(
            "checklists/old.yaml",
            version(
                "1.0.0", "until: 2026-06-30", answered(40, "0.5") + "  - {id: A2, title: Old, check: {first: acknowledged}}\n"))
        try shop.write(
            "touchline.yaml",
            """
            touchline: config/1
            network: Small
            checklists: [checklists]
            sources:
              - {id: desk, partner: north, url: 'file:records.ndjson', format: ndjson, map: canonical}
            """)
        try shop.write("records.ndjson", records.joined(separator: "\n") + "\n")
        return shop
    }

    private static let records = [
        line("1", "2026-03-02", 30), line("2", "2026-06-30", 50), line("3", "2026-07-01", 30), line("4", "2026-08-03", 10),
    ]

    private func audit(
        _ shop: Workshop, _ more: String...
    ) async throws -> (items: [String], lines: [String], json: [String: Any]) {
        let done = try await Program.run(
            ["audit", "--as-of", "2026-11-01T00:00:00Z", "--out", "out", "--verdicts", "all"] + more, in: shop.path)
        #expect(done.code == 0, "\(done.err)")
        let json = try shop.json("out/audit.json")
        let partners = try #require(json["partners"] as? [[String: Any]])
        let items = try #require(partners.first?["items"] as? [[String: Any]]).map { item in
            ["item", "pass", "fail", "not_applicable", "met", "missed", "target"].map { "\(item[$0] ?? "")" }
                .joined(separator: " ")
        }
        let lines = try String(decoding: #require(shop.bytes("out/verdicts.ndjson")), as: UTF8.self).split(separator: "\n").map {
            let line = try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
            return "\(line["record"] ?? "") \(line["item"] ?? "") \(line["verdict"] ?? "")"
        }
        return (items, lines, json)
    }

    @Test func `a record is judged by the version of its opening, and an item's tally adds its versions up`() async throws {
        let shop = try Self.shop()
        let (items, lines, json) = try await audit(shop)
        #expect(items == ["A1 2 2 0 2 2 0.9", "A2 0 2 2 0 2 <null>", "A3 2 0 2 2 0 <null>"])
        #expect(
            lines == [
                "1 A1 pass", "1 A2 fail", "1 A3 not_applicable", "2 A1 fail", "2 A2 fail", "2 A3 not_applicable", "3 A1 fail",
                "3 A2 not_applicable", "3 A3 pass", "4 A1 pass", "4 A2 not_applicable", "4 A3 pass",
            ])
        let inputs = try #require(json["inputs"] as? [String: Any])
        let checklists = try #require(inputs["checklists"] as? [[String: String]])
        #expect(checklists.map { $0["version"] } == ["1.0.0", "2.0.0"])
        #expect(Set(checklists.map { $0["sha256"] }).count == 2)
        #expect(inputs["rejudge"] == nil)
    }

    @Test func `rejudge judges every record by the newest version, and is another audit`() async throws {
        let shop = try Self.shop()
        let plain = try await audit(shop).json["id"] as? String
        let (items, lines, json) = try await audit(shop, "--rejudge")
        #expect(items == ["A1 1 3 0 1 3 0.9", "A3 4 0 0 4 0 <null>"])
        #expect(lines.count == 8)
        #expect(json["id"] as? String != plain)
        #expect((json["inputs"] as? [String: Any])?["rejudge"] as? Bool == true)
    }

    @Test(arguments: [([], ["1 A1 pass", "1 A2 fail", "1 A3 not_applicable"]), (["--rejudge"], ["1 A1 fail", "1 A3 pass"])])
    func `check takes versions and rejudge too`(more: [String], expected: [String]) async throws {
        let shop = try Self.shop()
        let done = try await Program.run(
            ["check", "--checklist", "checklists", "--verdicts", "all", "--as-of", "2026-11-01T00:00:00Z"] + more, in: shop.path,
            input: Self.records[0].replacingOccurrences(of: "{\"id\"", with: "{\"partner\":\"p\",\"id\"") + "\n")
        #expect(done.code == 0, "\(done.err)")
        let lines = try done.out.split(separator: "\n").map {
            let line = try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
            return "\(line["record"] ?? "") \(line["item"] ?? "") \(line["verdict"] ?? "")"
        }
        #expect(lines == expected)
    }

    @Test func `lint names versions that overlap`() async throws {
        let shop = try Self.shop()
        let done = try await Program.run(["lint", "."], in: shop.path)
        #expect(done.code == 0, "\(done.out)")
        let old = String(decoding: try #require(shop.bytes("checklists/old.yaml")), as: UTF8.self)
        try shop.write("checklists/old.yaml", old.replacingOccurrences(of: "2026-06-30", with: "2026-07-31"))
        let wrong = try await Program.run(["lint", "checklists"], in: shop.path)
        #expect(wrong.code == 1)
        #expect(
            wrong.out.hasPrefix(
                "checklists/new.yaml:5:12: error[TL280]: version '2.0.0' of 'small' and version '1.0.0' in checklists/old.yaml are both in force from 2026-07-01 to 2026-07-31"
            ), "\(wrong.out)")
    }
}
