import Foundation
import Testing

/// Audits of sources whose records have their events elsewhere.
struct ChildrenAuditTests {
    private static func config(_ children: String, partner: String = "north") -> String {
        """
        touchline: config/1
        network: Small
        checklists: [checklists]
        partners: [{id: \(partner), name: North, functions: [escalation]}]
        sources:
          - id: desk
            partner: \(partner)
            url: file:tickets.json
            format: json
            records: 'body.tickets'
            children: {\(children)}
            map:
              id: 'string(it.id)'
              kind: '"escalation"'
              opened: 'timestamp(it.opened)'
              closed: 'it.?closed.optMap(t, timestamp(t))'
              events:
                - for: [a in it.audits]
                  when: 'a.what != "noise"'
                  at: 'timestamp(a.at)'
                  activity: 'a.what'
                - for: [a in it.audits]
                  when: 'a.what == "ack"'
                  at: 'timestamp(a.at)'
                  activity: '"acknowledged"'
        """
    }

    private static let each = "audits: {url: 'file:audits/{it.id}.json', records: 'body.audits'}"
    private static let stream = "audits: {url: 'file:audits.ndjson', format: ndjson, key: 'it.ticket'}"

    /// Escalated at nine, and acknowledged so many minutes later.
    private static func audits(_ id: Int, ackMinute: Int) -> [String] {
        let minute = ackMinute < 10 ? "0\(ackMinute)" : "\(ackMinute)"
        return [
            "{\"ticket\": \(id), \"at\": \"2026-01-05T09:00:00Z\", \"what\": \"escalated\"}",
            "{\"ticket\": \(id), \"at\": \"2026-01-05T10:\(minute):00Z\", \"what\": \"acknowledged\"}",
        ]
    }

    private func workshop(_ children: String) throws -> Workshop {
        let shop = try Workshop()
        try shop.write("touchline.yaml", Self.config(children))
        try shop.write("checklists/small.yaml", AuditTests.checklist)
        let tickets = (1...3).map {
            "{\"id\": \($0), \"opened\": \"2026-01-05T09:00:00Z\", \"closed\": \"2026-01-06T09:00:00Z\"}"
        }
        try shop.write("tickets.json", AuditTests.page(tickets))
        return shop
    }

    private func audit(_ shop: Workshop, out: String = "out") async throws -> Program.Result {
        try await Program.run(
            ["audit", "--as-of", "2026-02-01T00:00:00Z", "--out", out, "--verdicts", "all"], in: shop.path)
    }

    private func source(_ shop: Workshop) throws -> [String: Any] {
        try #require((try shop.json("out/audit.json")["sources"] as? [[String: Any]])?.first)
    }

    /// The verdict of each record, in the order of the file.
    private func verdicts(_ shop: Workshop) throws -> [String] {
        let text = String(decoding: try #require(shop.bytes("out/verdicts.ndjson")), as: UTF8.self)
        return try text.split(separator: "\n").map { line in
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            return "\(object["record"] ?? "") \(object["verdict"] ?? "")"
        }
    }

    @Test func `events that lie elsewhere are judged, and their pages count`() async throws {
        let shop = try workshop(Self.each)
        for id in 1...3 {
            try shop.write(
                "audits/\(id).json", "{\"audits\": [\(Self.audits(id, ackMinute: id - 1).joined(separator: ", "))]}")
        }
        let done = try await audit(shop)
        #expect(done.code == 0, "\(done.err)")
        #expect(try verdicts(shop) == ["1 pass", "2 fail", "3 fail"])
        let source = try source(shop)
        #expect(source["outcome"] as? String == "complete")
        #expect(source["pages"] as? Int == 4)
        #expect(source["records"] as? Int == 3)
        #expect(source["events"] as? Int == 6)
    }

    @Test func `a stream gives the same verdicts as a resource a record`() async throws {
        let shop = try workshop(Self.stream)
        let rows = (1...3).flatMap { Self.audits($0, ackMinute: $0 - 1) }
        try shop.write("audits.ndjson", rows.reversed().map { $0 + "\n" }.joined())
        let done = try await audit(shop)
        #expect(done.code == 0, "\(done.err)")
        #expect(try verdicts(shop) == ["1 pass", "2 fail", "3 fail"])
        #expect(try source(shop)["pages"] as? Int == 2)
    }

    @Test func `what could not be had is not observable, and the audit is incomplete`() async throws {
        let shop = try workshop(Self.each)
        try shop.write("audits/1.json", "{\"audits\": [\(Self.audits(1, ackMinute: 0).joined(separator: ", "))]}")
        try shop.write("audits/3.json", "{\"audits\": []}")
        let done = try await audit(shop)
        #expect(done.code == 3, "\(done.err)")
        #expect(try verdicts(shop) == ["1 pass", "2 not_observable", "3 not_activated"])
        let source = try source(shop)
        #expect(source["outcome"] as? String == "partial")
        let reason = "child_failed: 'audits' of 1 of 3 records could not be had; the first: file:2.json: there is no such file"
        #expect(source["reason"] as? String == reason)
        #expect(source["rejected"] as? Int == 0)
        #expect(source["rejected_events"] as? Int == 1)
        let note = "page 1, /tickets/1: no audits: 'audits' could not be had: file:2.json: there is no such file"
        #expect((done.out + done.err).contains(note), "\(done.out)\(done.err)")
    }

    @Test func `a stream that is not there leaves no record with an empty list`() async throws {
        let shop = try workshop(Self.stream)
        let done = try await audit(shop)
        #expect(done.code == 3, "\(done.err)")
        #expect(try verdicts(shop) == ["1 not_observable", "2 not_observable", "3 not_observable"])
        #expect(try source(shop)["outcome"] as? String == "partial")
        #expect(try source(shop)["rejected_events"] as? Int == 3)
    }

    @Test func `the same children give the same bytes, and other ones another audit`() async throws {
        let shop = try workshop(Self.stream)
        let rows = (1...3).flatMap { Self.audits($0, ackMinute: 0) }
        try shop.write("audits.ndjson", rows.map { $0 + "\n" }.joined())
        _ = try await audit(shop)
        let first = try #require(shop.bytes("out/audit.json"))
        _ = try await audit(shop, out: "again")
        #expect(shop.bytes("again/audit.json") == first)
        try shop.write("audits.ndjson", rows.map { $0 + " \n" }.joined())
        _ = try await audit(shop, out: "other")
        #expect(try shop.json("other/audit.json")["id"] as? String != (try shop.json("out/audit.json")["id"] as? String))
    }

    /// One of three resources is not there; a stream is there or not.
    @Test(arguments: [(each, 3), (stream, 0), (stream.replacing("audits.ndjson", with: "none.ndjson"), 3)] as [(String, Int32)])
    func `an audit of children replays to the same bytes without its data`(children: String, code: Int32) async throws {
        let shop = try workshop(children)
        let rows = (1...3).flatMap { Self.audits($0, ackMinute: $0 - 1) }
        try shop.write("audits.ndjson", rows.map { $0 + "\n" }.joined())
        for id in [1, 3] {
            try shop.write("audits/\(id).json", "{\"audits\": [\(Self.audits(id, ackMinute: 0).joined(separator: ", "))]}")
        }
        let done = try await audit(shop)
        #expect(done.code == code, "\(done.err)")
        for name in ["audits", "audits.ndjson", "tickets.json"] {
            try FileManager.default.removeItem(atPath: "\(shop.path)/\(name)")
        }
        let replayed = try await Program.run(
            ["audit", "--replay", "latest", "--out", "again", "--verdicts", "all"], in: shop.path)
        #expect(replayed.code == code, "\(replayed.err)")
        for name in ["audit.json", "verdicts.ndjson"] {
            #expect(shop.bytes("again/\(name)") == shop.bytes("out/\(name)"), "\(name) differs")
        }
    }

    @Test func `what is pulled with its children replays as an audit does`() async throws {
        let shop = try workshop(Self.each)
        for id in [1, 2] {
            try shop.write("audits/\(id).json", "{\"audits\": [\(Self.audits(id, ackMinute: id).joined(separator: ", "))]}")
        }
        let pulled = try await Program.run(["pull"], in: shop.path)
        #expect(pulled.code == 3)
        #expect(pulled.out.contains("source 'desk' is partial, 3 pages"), "\(pulled.out)")
        let replayed = try await Program.run(
            ["audit", "--replay", "latest", "--as-of", "2026-02-01T00:00:00Z", "--out", "out", "--verdicts", "all"], in: shop.path
        )
        #expect(replayed.code == 3, "\(replayed.err)")
        #expect(try verdicts(shop) == ["1 fail", "2 fail", "3 not_observable"])
    }

    @Test(arguments: [
        (
            "audits: {url: 'file:audits.json', records: 'body.audits'}",
            "touchline.yaml:11:24: error[TL165]: 'audits' is the same for every record"
        ),
        (
            "audits: {url: 'file:a/{it.id}.json', key: 'it.ticket'}",
            "touchline.yaml:11:58: error[TL165]: 'audits' is one resource a record: there is nothing to join by a key"
        ),
        ("audits: {url: 'file:a/{it.id}.json', recods: 'body.x'}", "has no key 'recods' (did you mean 'records'?)"),
        ("audits: {url: 'file:a/{it.id}.json', records: 'bdy.x'}", "(did you mean 'body'?)"),
        ("audits: {url: 'file:a.json', key: 'row.ticket'}", "undeclared reference to 'row'"),
        ("audits: {url: 'https://desk.example/{it.id}'}", "the children of a file cannot be at"),
        ("audits: 7", "the child 'audits' must be a mapping, not '7'"),
    ])
    func `what is wrong with children is said before anything is pulled`(children: String, expected: String) async throws {
        let shop = try workshop(children)
        let done = try await audit(shop)
        #expect(done.code == 2)
        #expect(done.err.contains(expected), "\(done.err)")
        #expect(shop.bytes("out/audit.json") == nil)
    }

    @Test(arguments: [
        ("group_by: 'row.id'", "records that are grouped from rows cannot have children"),
        ("distinct: true", "records of which equal ones count once cannot have children"),
    ])
    func `records that have no object of their own have no children`(key: String, expected: String) async throws {
        let shop = try workshop(Self.each)
        try shop.write("touchline.yaml", Self.config(Self.each).replacing("    map:", with: "    \(key)\n    map:"))
        let done = try await audit(shop)
        #expect(done.code == 2)
        #expect(done.err.contains("error[TL178]: \(expected)"), "\(done.err)")
    }

    @Test func `a child that nothing uses is noted`() async throws {
        let shop = try workshop(Self.stream + ", worklogs: {url: 'file:w/{it.id}.json'}")
        let done = try await Program.run(["lint", "touchline.yaml"], in: shop.path)
        #expect((done.out + done.err).contains("warning[TL179]: nothing in 'map' names 'it.worklogs'"), "\(done.out)\(done.err)")
    }
}
