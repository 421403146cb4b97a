import Foundation
import TestSupport
import Testing

/// Sources that are asked only for what has changed, audit after audit.
struct IncrementalTests {
    private static func config(_ keys: String = "", activity: String = "e.what") -> String {
        """
        touchline: config/1
        network: Small
        checklists: [checklists]
        sources:
          - id: desk
            partner: north
            url: file:desk-{since}.json
            format: json
            since: {overlap: 1h}
            \(keys)
            records: 'body.tickets'
            map:
              id: 'string(it.id)'
              kind: '"escalation"'
              opened: 'timestamp(it.opened)'
              updated: 'timestamp(it.updated)'
              events:
                - {for: [e in it.events], at: 'timestamp(e.at)', activity: '\(activity)'}

        """
    }

    /// Escalated at nine; the hour of its acknowledgement, where there is one.
    private static func ticket(_ id: Int, updated: String, acknowledged: Int? = nil) -> String {
        let answer = acknowledged.map { ", {\"at\": \"2021-01-05T\($0):00:00Z\", \"what\": \"acknowledged\"}" } ?? ""
        return """
            {"id": \(id), "opened": "2021-01-05T09:00:00Z", "updated": "\(updated)T00:00:00Z",
             "events": [{"at": "2021-01-05T09:00:00Z", "what": "escalated"}\(answer)]}
            """
    }

    private static func page(_ tickets: String...) -> String { "{\"tickets\": [" + tickets.joined(separator: ", ") + "]}" }

    private func shop(_ config: String = config()) throws -> Workshop {
        let shop = try Workshop()
        try shop.write("touchline.yaml", config)
        try shop.write("checklists/small.yaml", AuditTests.checklist)
        // A year before the first audit; an hour before the first, the second and the third.
        try shop.write(
            "desk-2020-02-01T00:00:00Z.json",
            Self.page(Self.ticket(1, updated: "2021-01-10"), Self.ticket(2, updated: "2021-01-10")))
        try shop.write(
            "desk-2021-01-31T23:00:00Z.json",
            Self.page(Self.ticket(2, updated: "2021-02-10", acknowledged: 10), Self.ticket(3, updated: "2021-02-11")))
        return shop
    }

    private func audit(_ shop: Workshop, _ day: String, _ more: String...) async throws -> Program.Result {
        try await Program.run(
            ["audit", "--as-of", "\(day)T00:00:00Z", "--out", "out-\(day)", "--verdicts", "all"] + more, in: shop.path)
    }

    /// A verdict of each record, with the digest of the page that proves it.
    private func verdicts(_ shop: Workshop, _ folder: String) throws -> [String] {
        let lines = String(decoding: try #require(shop.bytes(folder + "/verdicts.ndjson")), as: UTF8.self).split(separator: "\n")
        return try lines.map { line in
            let json = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let evidence = json["evidence"] as? [String: Any]
            let digest = evidence?["sha256"] as? String ?? ""
            return "\(json["record"] ?? "") \(json["verdict"] ?? "") page \(evidence?["page"] ?? "") \(digest.prefix(8))"
        }
    }

    private func source(_ shop: Workshop, _ folder: String) throws -> [String: Any] {
        let list = try #require(try shop.json(folder + "/audit.json")["sources"] as? [[String: Any]])
        return try #require(list.first)
    }

    @Test func `what was pulled before is carried on, replaced by id, and proved by its own page`() async throws {
        let shop = try shop()
        let first = try await audit(shop, "2021-02-01")
        #expect(first.code == 0, "\(first.err)")
        let second = try await audit(shop, "2021-03-01")
        #expect(second.code == 0, "\(second.err)")
        let early = try verdicts(shop, "out-2021-02-01").map { $0.split(separator: " ").last.map(String.init) ?? "" }
        let late = try verdicts(shop, "out-2021-03-01")
        #expect(
            late.map { $0.split(separator: " ").prefix(4).joined(separator: " ") } == [
                "1 fail page 1", "2 holding page 1", "3 fail page 1",
            ])
        let digests = late.map { $0.split(separator: " ").last.map(String.init) ?? "" }
        #expect(digests[0] == early[0] && digests[1] == digests[2] && digests[0] != digests[1] && digests[0].count == 8)
        #expect(try source(shop, "out-2021-03-01")["records"] as? Int == 3)
        #expect(try source(shop, "out-2021-03-01")["pages"] as? Int == 1)
        // Only audits with an earlier as_of count: again it is the same, pulled or replayed.
        for arguments in [[], ["--replay", "latest"]] {
            let again = try await Program.run(
                ["audit", "--as-of", "2021-03-01T00:00:00Z", "--out", "again", "--verdicts", "all"] + arguments, in: shop.path)
            #expect(again.code == 0, "\(again.err)")
            for name in ["audit.json", "verdicts.ndjson"] {
                #expect(shop.bytes("again/" + name) == shop.bytes("out-2021-03-01/" + name), "\(name) \(arguments)")
            }
        }
    }

    @Test func `a failed pull carries records on, says so, and leaves the watermark where it was`() async throws {
        let shop = try shop()
        _ = try await audit(shop, "2021-02-01")
        _ = try await audit(shop, "2021-03-01")
        let failed = try await audit(shop, "2021-04-01")
        #expect(failed.code == 3)
        #expect(failed.out.contains("source 'desk' is failed: "), "\(failed.out)")
        #expect(failed.out.contains("source 'desk' was not pulled to its end: what the history holds of it is judged as of"))
        #expect(try source(shop, "out-2021-04-01")["records"] as? Int == 3)
        try shop.write(
            "desk-2021-02-28T23:00:00Z.json", Self.page(Self.ticket(1, updated: "2021-04-20", acknowledged: 10)))
        let mended = try await audit(shop, "2021-05-01")
        #expect(mended.code == 0, "\(mended.out)")
        #expect(try verdicts(shop, "out-2021-05-01").map { $0.prefix(6) } == ["1 hold", "2 hold", "3 fail"])
    }

    @Test func `an older reading that comes later does not replace a newer one`() async throws {
        let shop = try shop()
        _ = try await audit(shop, "2021-02-01")
        _ = try await audit(shop, "2021-03-01")
        try shop.write("desk-2021-02-28T23:00:00Z.json", Self.page(Self.ticket(2, updated: "2021-01-10")))
        let third = try await audit(shop, "2021-04-01")
        #expect(third.code == 0, "\(third.out)")
        #expect(try verdicts(shop, "out-2021-04-01").map { $0.prefix(6) } == ["1 fail", "2 hold", "3 fail"])
    }

    /// What is different at the second audit, and the records that it then has.
    @Test(arguments: [
        ("limits: {retries: 1}", "e.what", [], 3), ("missing: ['?']", "e.what", [], 2), ("", "string(e.what)", [], 2),
        ("", "e.what", ["--since", "2020-02-01"], 3),
    ])
    func `only what the same configuration brought is carried on`(
        keys: String, activity: String, arguments: [String], records: Int
    ) async throws {
        let shop = try shop()
        _ = try await audit(shop, "2021-02-01")
        try shop.write("touchline.yaml", Self.config(keys, activity: activity))
        // What a pull of everything would find.
        try shop.write(
            "desk-2020-03-01T00:00:00Z.json",
            Self.page(Self.ticket(2, updated: "2021-02-10", acknowledged: 10), Self.ticket(3, updated: "2021-02-11")))
        if !arguments.isEmpty {
            try shop.write("desk-2020-02-01T00:00:00Z.json", Self.page(Self.ticket(4, updated: "2021-02-10")))
        }
        let done = try await Program.run(
            ["audit", "--as-of", "2021-03-01T00:00:00Z", "--out", "out"] + arguments, in: shop.path)
        #expect(done.code == 0, "\(done.out)")
        #expect(try source(shop, "out")["records"] as? Int == records)
    }

    @Test func `a replay without the history that it goes on from is not whole`() async throws {
        let shop = try shop()
        _ = try await audit(shop, "2021-02-01")
        _ = try await audit(shop, "2021-03-01")
        try FileManager.default.removeItem(atPath: shop.path + "/.touchline/history.sqlite")
        let replayed = try await audit(shop, "2021-03-01", "--replay", "latest")
        #expect(replayed.code == 3)
        #expect(
            replayed.out.contains(
                "source 'desk' is partial: it was asked for changes since 2021-01-31T23:00:00Z, and the history"),
            "\(replayed.out)")
    }

    private static let overlap = "since: {overlap: 1h}"

    /// What of the config is written otherwise, and what is said of it.
    @Test(arguments: [
        ("file:desk-{since}.json", "file:desk.json", "TL159", "the URL does not say where the pull begins"),
        (overlap, "since: {overlap: soon}", "TL107", "'overlap' must be a length of time"),
        (overlap, "since: {}", "TL106", "'since' needs the key 'overlap'"),
        (overlap, "since: {from: 1h}", "TL105", "'since' has no key 'from'"),
        (
            overlap, overlap + "\n    group_by: 'row.id'", "TL193",
            "a source whose rows are grouped cannot be pulled incrementally"
        ),
    ])
    func `what makes no sense is said`(part: String, written: String, code: String, why: String) async throws {
        let shop = try shop(Self.config().replacing(part, with: written))
        let done = try await audit(shop, "2021-02-01")
        #expect(done.code == 2)
        #expect(done.err.contains("error[\(code)]: \(why)"), "\(done.err)")
    }
}
