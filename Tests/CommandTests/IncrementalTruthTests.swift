import Fetching
import Foundation
import TestSupport
import Testing

/// What an incremental source must not go on counting: records that moved away, that cannot be read any more, that were never
/// asked for.
struct IncrementalTruthTests {
    private static func config(partners: [String], months: Int = 12, more: String = "") -> String {
        let listed = partners.map { "  - {id: \($0), name: \($0.uppercased()), functions: [escalation]}\n" }.joined()
        return """
            touchline: config/1
            network: Small
            checklists: [checklists]
            window: {months: \(months)}
            \(more)
            partners:
            \(listed)sources:
              - id: desk
                url: file:desk-{since}.json
                format: json
                since: {overlap: 1h}
                records: 'body.tickets'
                map:
                  id: 'string(it.id)'
                  partner: 'it.partner'
                  kind: '"escalation"'
                  opened: 'timestamp(it.opened)'
                  updated: 'timestamp(it.updated)'
                  events:
                    - {for: [e in it.events], at: 'timestamp(e.at)', activity: 'e.what'}

            """
    }

    /// Escalated at nine, acknowledged in time or not at all.
    private static func ticket(
        _ id: Int, _ partner: String, updated: String, opened: String = "\"2021-01-05T09:00:00Z\"", acknowledged: Bool = false
    ) -> String {
        let answer = acknowledged ? ", {\"at\": \"2021-01-05T09:30:00Z\", \"what\": \"acknowledged\"}" : ""
        return """
            {"id": \(id), "partner": "\(partner)", "opened": \(opened), "updated": "\(updated)",
             "events": [{"at": "2021-01-05T09:00:00Z", "what": "escalated"}\(answer)]}
            """
    }

    private static func day(_ text: String) -> String { "\(text)T00:00:00Z" }

    private func shop(_ config: String, first: [String], second: [String], _ more: [String: [String]] = [:]) throws -> Workshop {
        let shop = try Workshop()
        try shop.write("touchline.yaml", config)
        try shop.write("checklists/small.yaml", AuditTests.checklist)
        let pulls = ["2020-02-01T00:00:00Z": first, "2021-01-31T23:00:00Z": second].merging(more, uniquingKeysWith: { $1 })
        for (since, tickets) in pulls { try shop.write("desk-\(since).json", AuditTests.page(tickets)) }
        return shop
    }

    private func audit(_ shop: Workshop, _ day: String, _ more: String...) async throws -> Program.Result {
        try await Program.run(
            ["audit", "--as-of", "\(day)T00:00:00Z", "--out", "out", "--verdicts", "all"] + more, in: shop.path)
    }

    /// Partner, record and verdict of each.
    private func verdicts(_ shop: Workshop) throws -> [String] {
        let lines = String(decoding: try #require(shop.bytes("out/verdicts.ndjson")), as: UTF8.self).split(separator: "\n")
        return try lines.map { line in
            let json = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            return "\(json["partner"] ?? "") \(json["record"] ?? "") \(json["verdict"] ?? "")"
        }
    }

    private func records(_ shop: Workshop) throws -> Int? {
        let list = try #require(try shop.json("out/audit.json")["sources"] as? [[String: Any]])
        return list.first?["records"] as? Int
    }

    @Test(arguments: ["north", "elsewhere"])
    func `a record that is another partner's now counts there alone`(to partner: String) async throws {
        let shop = try shop(
            Self.config(partners: ["north", "south"]),
            first: [
                Self.ticket(1, "south", updated: Self.day("2021-01-10")),
                Self.ticket(2, "south", updated: Self.day("2021-01-10")),
            ],
            second: [Self.ticket(1, partner, updated: Self.day("2021-02-10"))],
            ["2021-02-28T23:00:00Z": [Self.ticket(3, "north", updated: Self.day("2021-03-10"))]])
        #expect(try await audit(shop, "2021-02-01").code == 0)
        #expect(try verdicts(shop) == ["south 1 fail", "south 2 fail"])
        let second = try await audit(shop, "2021-03-01")
        let moved = partner == "north" ? ["north 1 fail"] : []
        #expect(try verdicts(shop) == moved + ["south 2 fail"], "\(second.out)")
        #expect(second.out.contains("1 record judged no more at the partner of before"), "\(second.out)")
        // And so it stays.
        let third = try await audit(shop, "2021-04-01")
        #expect(try verdicts(shop) == moved + ["north 3 fail", "south 2 fail"], "\(third.out)")
    }

    @Test func `a record that cannot be read any more is not judged as it was`() async throws {
        let shop = try shop(
            Self.config(partners: ["north"]),
            first: [Self.ticket(1, "north", updated: Self.day("2021-01-10"), acknowledged: true)],
            second: [
                Self.ticket(1, "north", updated: Self.day("2021-02-10"), opened: "\"soon\""),
                Self.ticket(2, "north", updated: Self.day("2021-02-10")),
            ],
            [
                "2021-02-28T23:00:00Z": [],
                "2021-03-31T23:00:00Z": [Self.ticket(1, "north", updated: Self.day("2021-04-10"))],
            ])
        #expect(try await audit(shop, "2021-02-01").code == 0)
        #expect(try verdicts(shop) == ["north 1 holding"])
        for day in ["2021-03-01", "2021-04-01"] {
            let done = try await audit(shop, day)
            #expect(try verdicts(shop) == ["north 2 fail"], "\(done.out)")
            #expect(done.out.contains("1 record not judged: the last reading could not be mapped"), "\(done.out)")
        }
        // It can be read again.
        let last = try await audit(shop, "2021-05-01")
        #expect(try verdicts(shop) == ["north 1 fail", "north 2 fail"], "\(last.out)")
        #expect(!last.out.contains("not judged"), "\(last.out)")
    }

    @Test func `a reading that does not say when it was updated is newer than one of an earlier pull`() async throws {
        let shop = try shop(
            Self.config(partners: ["north"]),
            first: [Self.ticket(1, "north", updated: Self.day("2021-01-10"), acknowledged: true)],
            second: [Self.ticket(1, "north", updated: "yesterday")],
            ["2021-02-28T23:00:00Z": [Self.ticket(2, "north", updated: Self.day("2021-03-10"))]])
        #expect(try await audit(shop, "2021-02-01").code == 0)
        #expect(try verdicts(shop) == ["north 1 holding"])
        _ = try await audit(shop, "2021-03-01")
        #expect(try verdicts(shop) == ["north 1 fail"])
        _ = try await audit(shop, "2021-04-01")
        #expect(try verdicts(shop) == ["north 1 fail", "north 2 fail"])
    }

    /// Partners and window of the second audit, what it asks for, and the records that it then has.
    @Test(arguments: [
        (["north"], 12, "2021-01-31T23:00:00Z", 2), (["north", "south"], 12, "2020-03-01T00:00:00Z", 3),
        (["north"], 24, "2019-03-01T00:00:00Z", 3),
    ])
    func `a partner that is listed later, and a longer window, have it all pulled anew`(
        partners: [String], months: Int, since: String, records: Int
    ) async throws {
        let old = Self.ticket(9, "south", updated: Self.day("2020-06-01"))
        let shop = try shop(
            Self.config(partners: ["north"]), first: [Self.ticket(1, "north", updated: Self.day("2021-01-10")), old], second: [])
        _ = try await audit(shop, "2021-02-01")
        #expect(try self.records(shop) == 1)
        try shop.write("touchline.yaml", Self.config(partners: partners, months: months))
        let all = [
            Self.ticket(1, "north", updated: Self.day("2021-01-10")), Self.ticket(2, "north", updated: Self.day("2021-02-10")),
            old,
            Self.ticket(8, "north", updated: Self.day("2019-06-01")),
        ]
        let pulled = since.hasPrefix("2021") ? [all[1]] : months == 12 ? Array(all.prefix(3)) : all
        try shop.write("desk-\(since).json", AuditTests.page(pulled))
        let done = try await audit(shop, "2021-03-01")
        #expect(done.code == 0, "\(done.out)\(done.err)")
        #expect(try self.records(shop) == records)
    }

    /// Makes a snapshot an old one.
    private static func age(_ path: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let from = try #require(text.range(of: "\"pulled_at\": \""))
        let old = text.replacingCharacters(in: from.upperBound..<text.index(from.upperBound, offsetBy: 4), with: "2020")
        try FileManager.default.removeItem(atPath: path)
        let digest = sha256Hex(Array(old.utf8)).prefix(12)
        try old.write(toFile: path.replacing(/[0-9a-f]{12}\.json$/, with: "\(digest).json"), atomically: true, encoding: .utf8)
    }

    @Test func `the pages of records that are carried on outlive their snapshot`() async throws {
        let shop = try shop(
            Self.config(partners: ["north"], more: "retention: {snapshots: 1h}"),
            first: [Self.ticket(1, "north", updated: Self.day("2021-01-10"))],
            second: [Self.ticket(2, "north", updated: Self.day("2021-02-10"))],
            ["2021-02-28T23:00:00Z": [], "2021-03-31T23:00:00Z": []])
        let store = shop.path + "/.touchline/snapshots"
        func objects() -> Set<String> {
            let found = FileManager.default.enumerator(atPath: store + "/objects")?.compactMap { $0 as? String } ?? []
            return Set(found.filter { $0.hasSuffix(".zst") })
        }
        _ = try await audit(shop, "2021-02-01")
        let first = objects()
        _ = try await audit(shop, "2021-03-01")
        for name in try FileManager.default.contentsOfDirectory(atPath: store + "/pulls") {
            try Self.age(store + "/pulls/" + name)
        }
        _ = try await audit(shop, "2021-04-01")
        let left = try FileManager.default.contentsOfDirectory(atPath: store + "/pulls")
        #expect(left.count == 1, "\(left)")
        #expect(first.count == 1 && first.isSubset(of: objects()))
        let verdict = try #require(shop.bytes("out/verdicts.ndjson")).split(separator: UInt8(ascii: "\n"))[0]
        let json = try #require(try JSONSerialization.jsonObject(with: Data(verdict)) as? [String: Any])
        let digest = try #require((json["evidence"] as? [String: Any])?["sha256"] as? String)
        #expect(objects().contains { $0.replacing("/", with: "") == digest + ".zst" }, "\(digest)")
    }
}
