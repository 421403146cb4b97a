import Foundation
import Testing

/// `unit: customer` from outside: records of many pages and sources become customers, and verdicts on them.
struct CustomerAuditTests {
    /// C1 wants an answer within an hour, C2 no third event; R1 counts records.
    private static let checklists = [
        "care.yaml": """
        touchline: checklist/1
        id: care
        title: Care
        version: 1.0.0
        unit: customer
        activities: [asked, told]
        items:
          - {id: C1, title: Told in an hour, target: 0.9, check: {response: {after: asked, expect: told, within: 1h}}}
          - {id: C2, title: Asked at most twice, check: {count: {of: asked, at_most: 2}}}
        """,
        "each.yaml": """
        touchline: checklist/1
        id: each
        title: Each
        version: 1.0.0
        activities: [asked, told]
        items:
          - {id: R1, title: Asked first, check: {first: asked}}
        """,
    ]

    /// A record whose events are `activity@MINUTE`.
    static func line(_ id: String, _ customer: String?, _ events: String, partner: String = "north", updated: Int? = nil)
        -> String
    {
        func time(_ minute: Int) -> String {
            func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
            return "2026-01-05T\(two(9 + minute / 60)):\(two(minute % 60)):00Z"
        }
        let list = events.split(separator: " ").map { word in
            let parts = word.split(separator: "@")
            return "{\"at\":\"\(time(Int(parts[1]) ?? 0))\",\"activity\":\"\(parts[0])\"}"
        }
        return "{\"partner\":\"\(partner)\",\"id\":\"\(id)\"" + (customer.map { ",\"customer\":{\"id\":\"\($0)\"}" } ?? "")
            + (updated.map { ",\"updated\":\"\(time($0))\"" } ?? "") + ",\"events\":[" + list.joined(separator: ",") + "]}"
    }

    /// Sources by id, each of one file; those named here may be merged.
    private static func shop(_ sources: [String: [String]], head: String = "", merging: Set<String> = []) throws -> Workshop {
        let shop = try Workshop()
        for (name, text) in checklists { try shop.write("checklists/" + name, text) }
        var config = "touchline: config/1\nnetwork: Care\nchecklists: [checklists]\n\(head)sources:\n"
        for (id, lines) in sources.sorted(by: { $0.key < $1.key }) {
            let merge = merging.contains(id) ? ", merge: true" : ""
            config += "  - {id: \(id), url: 'file:\(id).ndjson', format: ndjson, map: canonical\(merge)}\n"
            try shop.write(id + ".ndjson", lines.map { $0 + "\n" }.joined())
        }
        try shop.write("touchline.yaml", config)
        return shop
    }

    private func audit(_ shop: Workshop, code: Int32 = 0) async throws -> Program.Result {
        let done = try await Program.run(
            ["audit", "--as-of", "2026-03-01T00:00:00Z", "--out", "out", "--verdicts", "all"], in: shop.path)
        #expect(done.code == code, "\(done.err)")
        return done
    }

    /// `partner customer-or-record item verdict` of every line, in their order.
    private static func told(_ lines: Data) throws -> [String] {
        try String(decoding: lines, as: UTF8.self).split(separator: "\n").map { line in
            let json = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let subject = json["record"].map { "record \($0)" } ?? json["customer"].map { "customer \($0)" } ?? "?"
            return "\(json["partner"] ?? "") \(subject) \(json["item"] ?? "") \(json["verdict"] ?? "")"
        }
    }

    private func lines(_ shop: Workshop) throws -> [String] { try Self.told(#require(shop.bytes("out/verdicts.ndjson"))) }

    private func items(_ shop: Workshop, _ partner: Int = 0) throws -> [String] {
        let partners = try #require(try shop.json("out/audit.json")["partners"] as? [[String: Any]])
        let items = try #require(partners[partner]["items"] as? [[String: Any]])
        return items.map { item in
            ["item", "unit", "fail", "holding", "not_observable", "met", "missed", "worst"].map { key in
                (item[key] as? [String])?.joined(separator: ",") ?? "\(item[key] ?? "-")"
            }.joined(separator: " ")
        }
    }

    @Test func `a customer's records of all sources are one timeline, with lines and tallies of its own`() async throws {
        let shop = try Self.shop([
            "desk": [
                Self.line("1", "acme", "asked@0"), Self.line("2", "beta", "asked@0"), Self.line("3", nil, "asked@0"),
                Self.line("9", "acme", "told@0", partner: "south"),
            ], "phone": [Self.line("4", "acme", "told@30"), Self.line("5", "beta", "told@90 asked@91 asked@92")],
        ])
        let done = try await audit(shop)
        #expect(
            try lines(shop)
                == [
                    "north record 1 R1 holding", "north record 2 R1 holding", "north record 3 R1 holding",
                    "north record 4 R1 fail",
                    "north record 5 R1 fail", "north customer <null> C1 not_observable",
                    "north customer <null> C2 not_observable",
                    "north customer acme C1 holding", "north customer acme C2 holding", "north customer beta C1 fail",
                    "north customer beta C2 fail", "south record 9 R1 fail", "south customer acme C1 not_activated",
                    "south customer acme C2 holding",
                ].map { $0.replacingOccurrences(of: "R1 holding", with: "R1 pass") })
        #expect(
            try items(shop) == [
                "C1 customer 1 1 1 1 1 beta", "C2 customer 1 1 1 1 1 beta", "R1 - 2 0 0 3 2 4,5",
            ])
        #expect(try items(shop, 1) == ["C1 customer 0 0 0 0 0 ", "C2 customer 0 1 0 1 0 ", "R1 - 1 0 0 0 1 9"])
        #expect(done.out.contains("1 record of 'north' names no customer (such as '3')"), "\(done.out)")
        let page = String(decoding: try #require(shop.bytes("out/partners/north.html")), as: UTF8.self)
        #expect(page.contains("counts customers") && page.contains("n 2 customers") && page.contains("beta"))
        let sources = try #require(try shop.json("out/audit.json")["sources"] as? [[String: Any]])
        #expect(sources.map { $0["records"] as? Int } == [4, 2])
    }

    /// Sources that bring one record twice, and who is judged by it.
    struct Twice: Sendable {
        let sources: [String: [String]]
        let expected: String
        let code: Int32

        init(desk: [String], phone: [String]? = nil, _ expected: String, code: Int32 = 0) {
            sources = phone.map { ["desk": desk, "phone": $0] } ?? ["desk": desk]
            self.expected = expected
            self.code = code
        }
    }

    private static let askedByAcme = line("1", "acme", "asked@0")
    private static let askedByAcmeAtNine = line("1", "acme", "asked@0", updated: 9)
    private static let toldToAcme = line("1", "acme", "told@0")
    private static let toldToBetaAtFive = line("1", "beta", "told@0", updated: 5)

    static let readings = [
        // The larger update counts, wherever it was read, and with it its customer.
        Twice(desk: [askedByAcmeAtNine, toldToBetaAtFive], "acme C1 fail"),
        Twice(desk: [toldToBetaAtFive, askedByAcmeAtNine], "acme C1 fail"),
        // Else the one read last.
        Twice(desk: [askedByAcme, toldToAcme], "acme C1 not_activated"), Twice(desk: [toldToAcme, askedByAcme], "acme C1 fail"),
        // Of two sources that claim it the one that was judged.
        Twice(desk: [askedByAcmeAtNine], phone: [toldToBetaAtFive], "acme C1 fail", code: 3),
        Twice(desk: [askedByAcme], phone: [toldToBetaAtFive], "beta C1 not_activated", code: 3),
        // The last reading names no customer any more.
        Twice(desk: [askedByAcme, line("1", nil, "asked@0")], "<null> C1 not_observable"),
        Twice(desk: [askedByAcme, line("1", "", "asked@0")], "<null> C1 not_observable"),
    ]

    @Test(arguments: readings)
    func `a record that is read twice counts once`(_ twice: Twice) async throws {
        let shop = try Self.shop(twice.sources)
        _ = try await audit(shop, code: twice.code)
        let told = try lines(shop).filter { $0.contains(" C1 ") }.map { String($0.dropFirst("north customer ".count)) }
        #expect(told == [twice.expected])
    }

    @Test func `partners that are not listed, and functions that are not performed, are on no timeline`() async throws {
        let shop = try Self.shop(
            [
                "desk": [
                    Self.line("1", "acme", "asked@0").replacingOccurrences(
                        of: "\"events\"", with: "\"kind\":\"support\",\"events\""),
                    Self.line("2", "acme", "told@1").replacingOccurrences(
                        of: "\"events\"", with: "\"kind\":\"sales\",\"events\""),
                    Self.line("3", "acme", "told@1", partner: "south"),
                ]
            ], head: "partners:\n  - {id: north, functions: [support]}\n  - {id: west, functions: [support]}\n")
        _ = try await audit(shop)
        #expect(
            try lines(shop).filter { $0.contains("customer") } == [
                "north customer acme C1 fail", "north customer acme C2 holding",
            ])
        #expect(try items(shop, 1) == ["C1 customer 0 0 0 0 0 ", "C2 customer 0 0 0 0 0 ", "R1 - 0 0 0 0 0 "])
    }

    @Test func `records may come in any order and from any page`() async throws {
        var records: [String] = []
        for number in 0..<60 {
            let partner = ["north", "south", "p\u{E9}"][number % 3]
            let customer = number % 7 == 0 ? nil : "c\(number % 5)"
            let events = ["asked@\(number)", "told@\(number + 30 + number % 40) asked@\(number)", ""][number % 4 % 3]
            records.append(Self.line("\(number % 50)", customer, events, partner: partner, updated: number))
        }
        /// The verdicts without their places in the source, and the tallies.
        func told(_ sources: [String: [String]]) async throws -> [String] {
            let shop = try Self.shop(sources, merging: Set(sources.keys))
            _ = try await audit(shop)
            return try lines(shop) + items(shop, 0) + items(shop, 1) + items(shop, 2)
        }
        let expected = try await told(["desk": records])
        #expect(expected.contains { $0.contains("fail") } && expected.contains { $0.contains("holding") })
        #expect(try await told(["desk": records.reversed()]) == expected)
        let odd = records.enumerated().filter { !$0.offset.isMultiple(of: 2) }.map(\.element)
        let even = records.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
        #expect(try await told(["desk": odd + even]) == expected)
        #expect(try await told(["desk": odd, "phone": even.reversed()]) == expected)
        #expect(try await told(["a": even, "b": odd]) == expected)
    }

    @Test func `check judges customers when all records have come`() async throws {
        let shop = try Self.shop([:])
        let records = [
            Self.line("2", "acme", "told@30"), Self.line("1", "acme", "told@1", updated: 1), Self.line("3", nil, "asked@0"),
            Self.line("1", "acme", "asked@0", updated: 2),
        ]
        func check(_ more: String...) async throws -> Program.Result {
            try await Program.run(
                ["check", "--checklist", "checklists", "--as-of", "2026-03-01T00:00:00Z"] + more, in: shop.path,
                input: records.map { $0 + "\n" }.joined())
        }
        let all = try await check("--verdicts", "all")
        #expect(all.code == 0)
        #expect(
            try Self.told(Data(all.out.utf8)) == [
                "north record 2 R1 fail", "north record 1 R1 fail", "north record 3 R1 pass", "north record 1 R1 pass",
                "north customer <null> C1 not_observable", "north customer <null> C2 not_observable",
                "north customer acme C1 holding", "north customer acme C2 holding",
            ])
        #expect(all.err == "note: 1 record of 'north' names no customer (such as '3') and so is on no customer's timeline\n")
    }

    @Test func `a breach by a customer alone is a breach`() async throws {
        let shop = try Self.shop([:])
        let done = try await Program.run(
            ["check", "--checklist", "checklists/care.yaml", "--as-of", "2026-03-01T00:00:00Z", "--fail-on", "breach"],
            in: shop.path, input: Self.line("1", "acme", "asked@0") + "\n")
        #expect(done.code == 1)
        let line = try #require(try JSONSerialization.jsonObject(with: Data(done.out.utf8)) as? [String: Any])
        let evidence = try #require(line["evidence"] as? [String: Any])
        #expect(line["customer"] as? String == "acme" && line["record"] == nil)
        #expect((evidence["events"] as? [[String: Any]])?.map { $0["record"] as? String } == ["1"])
        #expect((evidence["records"] as? [[String: Any]])?.map { "\($0["record"] ?? "") \($0["pointer"] ?? "")" } == ["1 /1"])
    }
}
