import Foundation
import Language
import TestSupport
import Testing

/// `touchline diff` from outside: what it predicts is what audits find.
struct DiffTests {
    // MARK: Checklists

    private static let base = """
        touchline: checklist/1
        id: small
        title: Small
        version: 1.0.0
        settle: 10d
        activities: [escalated, acknowledged, resolved]
        items:
          - id: A1
            title: Acknowledged within an hour
            target: 0.7
            check: {response: {after: escalated, expect: acknowledged, within: 1h}}
          - id: A2
            title: Solved
            target: 0.5
            when: 'severity == "S1"'
            check: {existence: resolved}
        """

    private static let ofCustomers = """
        touchline: checklist/1
        id: customers
        title: Customers
        version: 1.0.0
        unit: customer
        activities: [escalated, resolved]
        items:
          - id: C1
            title: At most three escalations
            target: 0.8
            check: {count: {of: escalated, at_most: 3}}
        """

    /// Sets of checklists: each one's files.
    private static let sets: [String: [String]] = [
        "base": [base],
        "stricter": [base.replacing("within: 1h", with: "within: 20m")],
        "laxer": [base.replacing("within: 1h", with: "within: 2h").replacing("target: 0.7", with: "target: 0.95")],
        "settled": [base.replacing("settle: 10d", with: "settle: 1d")],
        "everybody": [base.replacing("    when: 'severity == \"S1\"'\n", with: "")],
        "renamed": [base.replacing("id: A2", with: "id: A3")],
        "narrow": [base.replacing("activities:", with: "function: escalation\nactivities:")],
        "customers": [base, ofCustomers],
        "fewer": [base, ofCustomers.replacing("at_most: 3", with: "at_most: 1")],
        "versions": [
            base.replacing("activities:", with: "effective: {until: 2026-01-15}\nactivities:"),
            base.replacing("version: 1.0.0", with: "version: 2.0.0").replacing("within: 1h", with: "within: 5m")
                .replacing("activities:", with: "effective: {from: 2026-01-16}\nactivities:"),
        ],
        "blind": [
            base.replacing("{existence: resolved}", with: "{existence: vanished}").replacing("resolved]", with: "vanished]")
        ],
    ]

    private static let pairs = [
        ("base", "base"), ("base", "stricter"), ("stricter", "base"), ("base", "laxer"), ("base", "settled"),
        ("base", "everybody"), ("base", "renamed"), ("base", "narrow"), ("base", "customers"), ("customers", "fewer"),
        ("fewer", "base"), ("base", "versions"), ("versions", "stricter"), ("base", "blind"), ("customers", "blind"),
    ]

    /// Records of two partners, always the same ones, some still open at the instant of the audits.
    private static func pages() -> [String: String] {
        var numbers = SeededNumbers(state: 11)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        func record(_ id: Int, slow: Int) -> String {
            let opened = "2026-01-\(two(1 + numbers.below(30)))T09:00:00Z"
            let minutes = numbers.below(slow)
            var events = ["{\"at\": \"\(opened)\", \"what\": \"escalated\"}"]
            let answered = opened.prefix(11) + "\(two(9 + minutes / 60)):\(two(minutes % 60)):00Z"
            if numbers.below(8) > 0 { events.append("{\"at\": \"\(answered)\", \"what\": \"acknowledged\"}") }
            if numbers.below(3) > 0 { events.append("{\"at\": \"2026-01-31T12:00:00Z\", \"what\": \"resolved\"}") }
            let closed = numbers.below(4) > 0 ? ", \"closed\": \"2026-01-31T13:00:00Z\"" : ""
            let customer = numbers.below(9)
            return """
                {"id": "r\(id)", "opened": "\(opened)"\(closed), "severity": "S\(1 + numbers.below(3))",
                 "kind": "\(numbers.below(5) == 0 ? "support" : "escalation")",
                 \(customer == 0 ? "" : "\"customer\": \"c\(customer)\",") "events": [\(events.joined(separator: ", "))]}
                """
        }
        return [
            "north.json": AuditTests.page((0..<60).map { record($0, slow: 90) }),
            "south.json": AuditTests.page((0..<45).map { record($0, slow: 300) }),
        ]
    }

    private static func shop() throws -> Workshop {
        let shop = try Workshop()
        let config = AuditTests.config([("north", "file:north.json"), ("south", "file:south.json")])
            .replacing("functions: [escalation]", with: "functions: [escalation, support]")
            .replacing(
                "kind: '\"escalation\"'",
                with: "kind: 'it.kind'\n      severity: 'it.severity'\n      customer: {id: 'it.customer'}")
        try shop.write("touchline.yaml", config)
        for (name, text) in pages() { try shop.write(name, text) }
        for (name, files) in sets {
            for (number, text) in files.enumerated() { try shop.write("sets/\(name)/\(number).yaml", text) }
        }
        return shop
    }

    /// Puts a set where the config looks for its checklists.
    private static func use(_ set: String, in shop: Workshop) throws {
        let path = shop.path + "/checklists"
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.copyItem(atPath: shop.path + "/sets/" + set, toPath: path)
    }

    // MARK: What audits say

    /// A verdict of each record and item; those that say nothing of the record are left out.
    private static func verdicts(_ shop: Workshop, _ folder: String) throws -> [[String]: String] {
        var verdicts: [[String]: String] = [:]
        for line in String(decoding: try #require(shop.bytes(folder + "/verdicts.ndjson")), as: UTF8.self).split(separator: "\n")
        {
            let line = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            func text(_ key: String) -> String { line[key] as? String ?? "" }
            guard text("verdict") != "not_applicable" else { continue }
            let isOfRecord = line["record"] != nil
            verdicts[
                [
                    text("partner"), text("checklist"), text("item"), isOfRecord ? "record" : "customer",
                    text(isOfRecord ? "record" : "customer"),
                ]
            ] = text("verdict")
        }
        return verdicts
    }

    /// `partner checklist item: met missed` of each item.
    private static func rates(_ shop: Workshop, _ folder: String) throws -> [String: String] {
        var rates: [String: String] = [:]
        for partner in try #require(try shop.json(folder + "/audit.json")["partners"] as? [[String: Any]]) {
            for item in try #require(partner["items"] as? [[String: Any]]) {
                let name = [partner["id"], item["checklist"], item["item"]].map { "\($0 ?? "")" }.joined(separator: " ")
                rates[name] = "\(item["met"] ?? "") \(item["missed"] ?? "")"
            }
        }
        return rates.filter { $0.value != "0 0" }
    }

    /// The raised flags: `tier state sentence` by id.
    private static func flags(_ shop: Workshop, _ folder: String) throws -> [String: String] {
        let flags = try #require(try shop.json(folder + "/audit.json")["flags"] as? [[String: Any]])
        return Dictionary(
            flags.filter { $0["state"] as? String != "fixed" }.map { ("\($0["id"] ?? "")", Self.said($0)) },
            uniquingKeysWith: { first, _ in first })
    }

    /// `partner function: value` of each dependable rate.
    private static func scores(_ shop: Workshop, _ folder: String) throws -> [String: Double] {
        var scores: [String: Double] = [:]
        for partner in try #require(try shop.json(folder + "/audit.json")["partners"] as? [[String: Any]]) {
            for score in try #require(partner["scores"] as? [[String: Any]]) {
                scores["\(partner["id"] ?? "") \(score["function"] as? String ?? "-")"] = score["value"] as? Double
            }
        }
        return scores
    }

    private static func said(_ flag: [String: Any]) -> String {
        ["tier", "state", "sentence"].map { "\(flag[$0] ?? "")" }.joined(separator: " ")
    }

    @Test func `what a diff predicts is what audits of the same snapshot find`() async throws {
        let shop = try Self.shop()
        // An audit of the past gives flags their states.
        try Self.use("laxer", in: shop)
        let past = try await Program.run(["audit", "--as-of", "2026-01-20T00:00:00Z", "--out", "past"], in: shop.path)
        #expect(past.code == 0, "\(past.err)")
        let pulled = try await Program.run(["pull"], in: shop.path)
        #expect(pulled.code == 0, "\(pulled.err)")
        for name in Self.sets.keys.sorted() {
            try Self.use(name, in: shop)
            let audited = try await Program.run(
                ["audit", "--replay", "latest", "--as-of", "2026-02-01T00:00:00Z", "--verdicts", "all", "--out", name],
                in: shop.path)
            #expect(audited.code == 0, "\(audited.err)")
        }
        try Self.use("base", in: shop)
        let schema = try SchemaCheck(json: try await Program.run(["schema", "diff"]).out)
        var changes = 0
        for (old, new) in Self.pairs {
            let done = try await Program.run(
                ["diff", "sets/\(old)", "sets/\(new)", "--as-of", "2026-02-01T00:00:00Z", "--format", "json"], in: shop.path)
            #expect(done.code == 0, "\(done.err)")
            let diff = try #require(try JSONSerialization.jsonObject(with: Data(done.out.utf8)) as? [String: Any])
            try check(diff, shop, old, new)
            let root = try #require(YAMLDocument.read(done.out, file: "diff.json", diagnostics: Diagnostics()))
            #expect(schema.errors(root) == [], "\(old) -> \(new)")
            #expect(!schema.errors(root.with("rates", nil)).isEmpty)
            changes += try #require(diff["verdicts"] as? [Any]).count
        }
        #expect(changes > 40)
    }

    private func check(_ diff: [String: Any], _ shop: Workshop, _ old: String, _ new: String) throws {
        let pair = "\(old) -> \(new)"
        for (side, folder) in [("old", old), ("new", new)] {
            let told = try #require(diff[side] as? [String: Any])
            #expect(told["audit"] as? String == (try shop.json(folder + "/audit.json")["id"] as? String), "\(pair)")
        }
        var expected: [[String]: Set<String>] = [:]
        let (before, after) = (try Self.verdicts(shop, old), try Self.verdicts(shop, new))
        for key in Set(before.keys).union(after.keys) where before[key] != after[key] {
            expected[key.prefix(4) + [before[key] ?? "-", after[key] ?? "-"], default: []].insert(key[4])
        }
        let told = try #require(diff["verdicts"] as? [[String: Any]])
        var found: [[String]: Set<String>] = [:]
        for change in told {
            let names = ["partner", "checklist", "item", "unit", "old", "new"].map { change[$0] as? String ?? "-" }
                .map { $0 == "not_applicable" ? "-" : $0 }
            let records = try #require(change["records"] as? [Any]).map { $0 as? String ?? "" }
            #expect(change["count"] as? Int == records.count && records == records.sorted(), "\(pair)")
            found[names, default: []].formUnion(records)
        }
        #expect(found == expected, "\(pair)")

        let (ratesBefore, ratesAfter) = (try Self.rates(shop, old), try Self.rates(shop, new))
        let changed = Set(ratesBefore.keys).union(ratesAfter.keys).filter { ratesBefore[$0] != ratesAfter[$0] }.sorted()
        let rates = try #require(diff["rates"] as? [[String: Any]])
        #expect(
            rates.map { rate in ["partner", "checklist", "item"].map { "\(rate[$0] ?? "")" }.joined(separator: " ") } == changed)
        for (name, rate) in zip(changed, rates) {
            for (side, figures) in [("old", ratesBefore), ("new", ratesAfter)] {
                let counts = (rate[side] as? [String: Any]).map { "\($0["met"] ?? "") \($0["missed"] ?? "")" } ?? "0 0"
                #expect(counts == figures[name] ?? "0 0", "\(pair) \(name)")
            }
        }

        let (scoresBefore, scoresAfter) = (try Self.scores(shop, old), try Self.scores(shop, new))
        let scores = try #require(diff["scores"] as? [[String: Any]])
        #expect(
            scores.map { "\($0["partner"] ?? "") \($0["function"] as? String ?? "-")" }
                == Set(scoresBefore.keys).union(scoresAfter.keys).filter { scoresBefore[$0] != scoresAfter[$0] }.sorted())
        for score in scores {
            let name = "\(score["partner"] ?? "") \(score["function"] as? String ?? "-")"
            #expect((score["old"] as? [String: Any])?["value"] as? Double == scoresBefore[name], "\(pair)")
            #expect((score["new"] as? [String: Any])?["value"] as? Double == scoresAfter[name], "\(pair)")
        }

        let (flagsBefore, flagsAfter) = (try Self.flags(shop, old), try Self.flags(shop, new))
        let flags = try #require(diff["flags"] as? [[String: Any]])
        #expect(Set(flags.compactMap { $0["id"] as? String }) == Set(flagsBefore.keys).union(flagsAfter.keys), "\(pair)")
        for flag in flags {
            let id = try #require(flag["id"] as? String)
            #expect((flag["old"] as? [String: Any]).map(Self.said) == flagsBefore[id], "\(pair)")
            #expect((flag["new"] as? [String: Any]).map(Self.said) == flagsAfter[id], "\(pair)")
            let tiers = [flagsBefore[id], flagsAfter[id]].map { $0?.split(separator: " ").first }
            let kind = tiers[0] == nil ? "new" : tiers[1] == nil ? "gone" : tiers[0] == tiers[1] ? "kept" : "tier"
            #expect(flag["change"] as? String == kind, "\(pair)")
        }
    }

    // MARK: What is left alone, and how it ends

    /// A shop with a pull, and an audit of it, whose checklists are `base`.
    private static func pulledShop() async throws -> Workshop {
        let shop = try shop()
        try use("base", in: shop)
        let audited = try await Program.run(["audit", "--as-of", "2026-02-01T00:00:00Z", "--out", "out"], in: shop.path)
        #expect(audited.code == 0, "\(audited.err)")
        return shop
    }

    private static func files(_ shop: Workshop) throws -> [String: Data] {
        let names = FileManager.default.enumerator(atPath: shop.path)?.compactMap { $0 as? String } ?? []
        return Dictionary(names.map { ($0, shop.bytes($0) ?? Data()) }, uniquingKeysWith: { first, _ in first })
    }

    @Test func `a diff keeps and writes nothing, with a history and without`() async throws {
        let shop = try await Self.pulledShop()
        for _ in 0..<2 {
            let before = try Self.files(shop)
            for format in ["text", "json", "github"] {
                let done = try await Program.run(["diff", "sets/base", "sets/stricter", "--format", format], in: shop.path)
                #expect(done.code == 0 && done.err == "", "\(done.err)")
            }
            #expect(try Self.files(shop) == before)
            for name in ["", "-wal", "-shm", ".lock"] {
                try? FileManager.default.removeItem(atPath: shop.path + "/.touchline/history.sqlite" + name)
            }
        }
    }

    @Test func `where nothing changes nothing is said`() async throws {
        let shop = try await Self.pulledShop()
        try shop.write("sets/quoted/0.yaml", "# The same.\n" + Self.base.replacing("title: Solved", with: "title: 'Solved'"))
        let text = try await Program.run(["diff", "sets/base", "sets/quoted"], in: shop.path)
        #expect(text.out.split(separator: "\n").dropFirst() == ["nothing changes"], "\(text.out)")
        let comment = try await Program.run(["diff", "sets/base", "sets/quoted", "--format", "github"], in: shop.path)
        #expect(comment.out.contains("**Nothing changes.**") && !comment.out.contains("|"), "\(comment.out)")
        let quiet = try await Program.run(["diff", "sets/base", "sets/stricter", "--quiet"], in: shop.path)
        #expect(quiet.code == 0 && quiet.out == "", "\(quiet.out)")
    }

    @Test func `a diff in words names the first records, and all where that is asked`() async throws {
        let shop = try await Self.pulledShop()
        let done = try await Program.run(["diff", "sets/base", "sets/stricter"], in: shop.path)
        let lines = done.out.split(separator: "\n").map(String.init)
        #expect(lines.first?.hasPrefix("checklists: sets/base -> sets/stricter, on snapshot ") == true)
        #expect(lines.contains("    check: every 'escalated' is followed by 'acknowledged' within 1h"), "\(done.out)")
        let head = try #require(lines.first { $0.hasPrefix("  north small/A1: ") }, "\(done.out)")
        let count = try #require(head.split(separator: " ").dropFirst(2).first.flatMap { Int($0) })
        #expect(count > 10 && head.hasSuffix("\(count - 10) more"), "\(head)")
        let all = try await Program.run(["diff", "sets/base", "sets/stricter", "--verdicts", "all"], in: shop.path)
        let listed = all.out.split(separator: "\n").drop { !$0.hasPrefix("  north small/A1: ") }.dropFirst()
            .prefix { $0.hasPrefix("    ") }.flatMap { $0.split(separator: ",") }
        #expect(listed.count == count, "\(all.out)")
    }

    @Test(
        arguments: [
            (["sets/base", "sets/stricter"], 0), (["sets/base", "sets/stricter", "--fail-on", "breach"], 1),
            (["sets/stricter", "sets/base", "--fail-on", "breach"], 0), (["sets/base", "sets/laxer", "--fail-on", "flag"], 0),
            (["sets/laxer", "sets/base", "--fail-on", "flag"], 1), (["sets/base", "sets/laxer", "--fail-on", "never"], 0),
        ] as [([String], Int32)])
    func `a difference is no failure unless it is said to be one`(arguments: [String], code: Int32) async throws {
        let shop = try await Self.pulledShop()
        let done = try await Program.run(["diff"] + arguments, in: shop.path)
        #expect(done.code == code, "\(done.out)\(done.err)")
    }

    @Test func `what a pull that broke off says is not complete`() async throws {
        let shop = try Self.shop()
        try Self.use("base", in: shop)
        try shop.write("south.json", "{\"tickets\": [")
        let pulled = try await Program.run(["pull"], in: shop.path)
        #expect(pulled.code == 3, "\(pulled.err)")
        let done = try await Program.run(["diff", "sets/base", "sets/stricter"], in: shop.path)
        #expect(done.code == 3)
        #expect(done.out.contains("note: source 'south-desk' is failed: "), "\(done.out)")
        let never = try await Program.run(["diff", "sets/base", "sets/stricter", "--fail-on", "never"], in: shop.path)
        #expect(never.code == 0)
        let one = try await Program.run(["diff", "sets/base", "sets/stricter", "--partner", "north"], in: shop.path)
        #expect(one.code == 0 && one.out.contains("north small/A1") && !one.out.contains("south"), "\(one.out)\(one.err)")
    }

    @Test func `what is wrong with either side is said with its place, and ends with 2`() async throws {
        let shop = try await Self.pulledShop()
        try shop.write("sets/broken/0.yaml", Self.base.replacing("title: Solved", with: "titel: Solved"))
        try shop.write("sets/none/notes.txt", "nothing here")
        let table: [([String], String)] = [
            (["sets/broken", "sets/base"], "sets/broken/0.yaml:13:5: error[TL105]"),
            (["sets/base", "sets/broken/0.yaml"], "sets/broken/0.yaml:13:5: error[TL105]"),
            (["sets/none", "sets/base"], "sets/none:1:1: error[TL192]: no checklist in 'sets/none'"),
            (["sets/gone", "sets/base"], "there is no file or folder 'sets/gone', and no audit has such an id"),
            (["abc", "sets/base"], "no such audit in the history '.touchline/history.sqlite', which has others: "),
            (["out", "sets/base"], "are not of one kind"),
            (["sets/base", "sets/base", "--snapshot", "nothing"], "there is no snapshot 'nothing'"),
            (["sets/base", "sets/base", "-c", "nowhere.yaml"], "nowhere.yaml"),
            (["sets/base"], "Missing expected argument"),
            (["sets/base", "sets/base", "--format", "sarif"], "sarif"),
        ]
        for (arguments, expected) in table {
            let done = try await Program.run(["diff"] + arguments, in: shop.path)
            #expect(done.code == 2, "\(arguments): \(done.err)")
            #expect(done.out == "")
            #expect(done.err.contains(expected), "\(arguments)")
        }
    }

    // MARK: Audits

    @Test func `two audits are compared by their ids, their folders or their files`() async throws {
        let shop = try await Self.pulledShop()
        try Self.use("laxer", in: shop)
        try shop.write("south.json", AuditTests.page([]))
        let audited = try await Program.run(["audit", "--as-of", "2026-02-02T00:00:00Z", "--out", "later"], in: shop.path)
        #expect(audited.code == 0, "\(audited.err)")
        let ids = try ["out", "later"].map { try #require(try shop.json($0 + "/audit.json")["id"] as? String) }
        let byFolder = try await Program.run(["diff", "out", "later"], in: shop.path)
        #expect(byFolder.code == 0, "\(byFolder.err)")
        let lines = byFolder.out.split(separator: "\n").map(String.init)
        #expect(lines.first == "audits: out -> later")
        #expect(
            lines.contains("partners")
                && lines.contains("  south: 45 records, escalation, support -> 0 records, escalation, support"))
        #expect(lines.contains("sources") && lines.contains("  south-desk: complete, 45 records -> complete, 0 records"))
        #expect(lines.contains { $0.hasPrefix("  north small/A1: ") && $0.contains(" -> ") })
        for sides in [ids, ids.map { String($0.prefix(6)) }, ["out/audit.json", "later/"]] {
            let other = try await Program.run(["diff"] + sides, in: shop.path)
            #expect(
                other.out.split(separator: "\n").dropFirst() == byFolder.out.split(separator: "\n").dropFirst(), "\(other.err)")
        }
        let same = try await Program.run(["diff", "out", ids[0]], in: shop.path)
        #expect(same.out.hasSuffix("nothing changes\n"), "\(same.out)")
        try shop.write("odd/audit.json", "{\"touchline\": \"audit/2\"}")
        let odd = try await Program.run(["diff", "out", "odd"], in: shop.path)
        #expect(odd.code == 2 && odd.err.contains("'odd/audit.json' holds no audit: it is no 'audit/1'"), "\(odd.err)")
    }
}
