import Foundation
import TestSupport
import Testing

/// `touchline audit` from outside: what it writes, what it says, how it ends.
struct AuditTests {
    static let checklist = """
        touchline: checklist/1
        id: small
        title: Small
        version: 1.0.0
        activities: [escalated, acknowledged]
        items:
          - id: A1
            title: Acknowledged within an hour
            target: 0.9
            check: {response: {after: escalated, expect: acknowledged, within: 1h}}
        """

    /// A config of one partner a source, all with the same mapping.
    static func config(_ sources: [(id: String, url: String)]) -> String {
        var text = "touchline: config/1\nnetwork: Small\nchecklists: [checklists]\npartners:\n"
        for source in sources { text += "  - {id: \(source.id), name: \(source.id.uppercased()), functions: [escalation]}\n" }
        text += "sources:\n"
        for source in sources {
            text += """
                  - id: \(source.id)-desk
                    partner: \(source.id)
                    url: \(source.url)
                    format: json
                    records: 'body.tickets'
                    map:
                      id: 'string(it.id)'
                      kind: '"escalation"'
                      opened: 'timestamp(it.opened)'
                      closed: 'it.?closed.optMap(t, timestamp(t))'
                      events:
                        - for: [e in it.events]
                          at: 'timestamp(e.at)'
                          activity: 'e.what'

                """
        }
        return text
    }

    /// Escalated at nine and acknowledged so many minutes later.
    static func ticket(_ id: Int, ackMinute: Int = 30) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return """
            {"id": \(id), "opened": "2026-01-05T09:00:00Z", "closed": "2026-01-06T09:00:00Z", "events": [
             {"at": "2026-01-05T09:00:00Z", "what": "escalated"},
             {"at": "2026-01-05T\(two(9 + ackMinute / 60)):\(two(ackMinute % 60)):00Z", "what": "acknowledged"}]}
            """
    }

    static func page(_ tickets: [String]) -> String { "{\"tickets\": [" + tickets.joined(separator: ",\n") + "]}" }

    private func workshop(_ config: String, pages: [String: String]) throws -> Workshop {
        let shop = try Workshop()
        try shop.write("touchline.yaml", config)
        try shop.write("checklists/small.yaml", Self.checklist)
        for (name, text) in pages { try shop.write(name, text) }
        return shop
    }

    private func audit(_ shop: Workshop, _ more: String...) async throws -> Program.Result {
        try await Program.run(["audit", "--as-of", "2026-02-01T00:00:00Z", "--out", "out"] + more, in: shop.path)
    }

    private func sources(_ shop: Workshop) throws -> [String: [String: Any]] {
        let list = try #require(try shop.json("out/audit.json")["sources"] as? [[String: Any]])
        return Dictionary(uniqueKeysWithValues: list.map { ($0["id"] as? String ?? "", $0) })
    }

    @Test func `an audit of a sound source ends with 0 and says its breach`() async throws {
        let shop = try workshop(
            Self.config([("north", "file:north.json")]),
            pages: ["north.json": Self.page([Self.ticket(1), Self.ticket(2, ackMinute: 61), Self.ticket(3, ackMinute: 60)])])
        let done = try await audit(shop)
        #expect(done.code == 0, "\(done.err)")
        #expect(done.err == "")
        let lines = String(decoding: try #require(shop.bytes("out/verdicts.ndjson")), as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 1)
        #expect(
            lines.first?.hasPrefix(#"{"partner":"north","record":"2","checklist":"small","item":"A1","verdict":"fail""#) == true)
        for file in ["out/index.html", "out/partners/north.html", "out/run.json"] { #expect(shop.bytes(file) != nil, "\(file)") }
    }

    @Test(arguments: [("never", 0), ("incomplete", 0), ("flag", 0), ("breach", 1)])
    func `a breach counts where fail-on says so`(failOn: String, code: Int32) async throws {
        let shop = try workshop(
            Self.config([("north", "file:north.json")]), pages: ["north.json": Self.page([Self.ticket(2, ackMinute: 61)])])
        let done = try await audit(shop, "--fail-on", failOn)
        #expect(done.code == code, "\(done.err)")
    }

    @Test func `bad sources end by name and place while the others are judged`() async throws {
        let shop = try workshop(
            Self.config([
                ("closed", "http://127.0.0.1:1/tickets"), ("cut", "file:cut.json"), ("gone", "file:gone.json"),
                ("html", "file:html.json"), ("north", "file:north.json"),
            ]),
            pages: [
                "north.json": Self.page([Self.ticket(1)]), "cut.json": "{\"tickets\": [{\"id\": 1,",
                "html.json": "<!doctype html><title>Sign in</title>",
            ])
        let done = try await audit(shop)
        #expect(done.code == 3, "\(done.err)")
        let sources = try sources(shop)
        #expect(sources["north-desk"]?["outcome"] as? String == "complete")
        #expect(sources["north-desk"]?["records"] as? Int == 1)
        for id in ["closed", "cut", "gone", "html"] {
            #expect(sources[id + "-desk"]?["outcome"] as? String == "failed", "\(id)")
            #expect((sources[id + "-desk"]?["reason"] as? String)?.isEmpty == false, "\(id)")
            #expect(done.out.contains(id + "-desk"), "the summary names \(id)-desk: \(done.out)")
        }
    }

    @Test func `records that cannot be read are counted, and nothing else is lost`() async throws {
        let bad = [
            #"{"opened": "2026-01-05T09:00:00Z", "events": []}"#,
            #"{"id": 8, "opened": "2026-02-30T09:00:00Z", "events": []}"#,
            #"{"id": 9, "opened": "2026-01-05T09:00:00Z", "closed": "2026-01-06T09:00:00Z", "events": [{"at": "yesterday", "what": "escalated"}]}"#,
        ]
        let shop = try workshop(
            Self.config([("north", "file:north.json")]), pages: ["north.json": Self.page([Self.ticket(1)] + bad)])
        let done = try await audit(shop)
        #expect(done.code == 0, "\(done.err)")
        let source = try #require(try sources(shop)["north-desk"])
        #expect(source["records"] as? Int == 2)
        #expect(source["rejected"] as? Int == 2)
        #expect(source["rejected_events"] as? Int == 1)
    }

    @Test func `records of unlisted partners are named and not judged`() async throws {
        let config = Self.config([("north", "file:north.json")])
            .replacingOccurrences(of: "    partner: north\n", with: "")
            .replacingOccurrences(of: "id: 'string(it.id)'", with: "id: 'string(it.id)'\n      partner: 'it.who'")
        let tickets = [Self.ticket(1), Self.ticket(2)].enumerated().map { index, ticket in
            ticket.replacingOccurrences(of: "{\"id\"", with: "{\"who\": \"\(index == 0 ? "north" : "stranger")\", \"id\"")
        }
        let shop = try workshop(config, pages: ["north.json": Self.page(tickets)])
        let done = try await audit(shop)
        #expect(done.code == 0, "\(done.err)")
        #expect(try sources(shop)["north-desk"]?["unlisted_partners"] as? [String] == ["stranger"])
        let partners = try #require(try shop.json("out/audit.json")["partners"] as? [[String: Any]])
        #expect(partners.map { $0["records"] as? Int } == [1])
    }

    @Test func `a wrong config is said in full with places, and nothing is written`() async throws {
        let config = Self.config([("north", "file:north.json")])
            .replacingOccurrences(of: "network: Small", with: "netwrk: Small")
            .replacingOccurrences(of: "'timestamp(it.opened)'", with: "timestamp(it.opened)")
            .replacingOccurrences(of: "activity: 'e.what'", with: "activity: 'f.what'")
        let shop = try workshop(config, pages: [:])
        let done = try await audit(shop)
        #expect(done.code == 2)
        #expect(done.out == "")
        let lines = done.err.split(separator: "\n")
        #expect(lines.count >= 4, "\(done.err)")
        #expect(lines.allSatisfy { $0.hasPrefix("touchline.yaml:") && $0.contains(": error[TL") }, "\(done.err)")
        #expect(done.err.contains("did you mean 'network'?"))
        #expect(shop.bytes("out/audit.json") == nil)
        #expect(shop.bytes(".touchline/history.sqlite") == nil)
    }

    @Test func `a wrong checklist is said with its place and ends with 2`() async throws {
        let shop = try workshop(Self.config([("north", "file:north.json")]), pages: ["north.json": Self.page([])])
        try shop.write(
            "checklists/small.yaml", Self.checklist.replacingOccurrences(of: "expect: acknowledged", with: "expect: acknowleged"))
        let done = try await audit(shop)
        #expect(done.code == 2)
        #expect(done.err.hasPrefix("checklists/small.yaml:10:"), "\(done.err)")
        #expect(done.err.contains("did you mean 'acknowledged'?"), "\(done.err)")
    }

    @Test func `the demo gives the same bytes in any zone, locale and folder, and again`() async throws {
        let shop = try Workshop()
        let demo = Checkout.folder + "/fixtures/demo/touchline.yaml"
        // The demo remembers its audits beside its config: read it from a copy.
        try FileManager.default.copyItem(atPath: Checkout.folder + "/fixtures/demo", toPath: shop.path + "/a/fixtures/demo")
        try FileManager.default.copyItem(atPath: Checkout.folder + "/checklists", toPath: shop.path + "/a/checklists")
        #expect(FileManager.default.fileExists(atPath: demo))
        let runs: [(String, [String: String])] = [
            ("one", [:]), ("two", ["TZ": "Asia/Tokyo", "LC_ALL": "tr_TR.UTF-8"]), ("three", [:]),
        ]
        for (name, environment) in runs {
            let done = try await Program.run(
                ["audit", "-c", "fixtures/demo/touchline.yaml", "--out", name, "--verdicts", "all", "--quiet"],
                in: shop.path + "/a",
                environment: environment)
            #expect(done.code == 0, "\(done.err)")
        }
        // Every line is JSON, and what is said of a length of time adds up.
        for line in try #require(shop.bytes("a/one/verdicts.ndjson")).split(separator: 10) {
            let json = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
            let evidence = try #require(json["evidence"] as? [String: Any])
            guard let stretches = evidence["stretches"] as? [[String: Any]] else { continue }
            #expect(zip(stretches, stretches.dropFirst()).allSatisfy { $0["until"] as? String == $1["from"] as? String })
            #expect(stretches.allSatisfy { $0["seconds"] is NSNumber })
        }
        for file in ["audit.json", "verdicts.ndjson", "index.html"] {
            let first = try #require(shop.bytes("a/one/" + file))
            #expect(first == shop.bytes("a/two/" + file), "\(file)")
            #expect(first == shop.bytes("a/three/" + file), "\(file)")
        }
    }

    @Test(arguments: [("sources: []", "TL196"), ("checklists: []", "TL196")])
    func `a config that would audit nothing is wrong`(line: String, code: String) async throws {
        let key = line.prefix { $0 != ":" }
        let whole = Self.config([("north", "file:north.json")])
        let config =
            key == "sources"
            ? String(whole.prefix(upTo: try #require(whole.range(of: "sources:")).lowerBound)) + line + "\n"
            : whole.replacingOccurrences(of: "checklists: [checklists]", with: line)
        let done = try await audit(try workshop(config, pages: [:]))
        #expect(done.code == 2)
        #expect(done.err.contains("error[\(code)]"), "\(done.err)")
    }

    @Test func `where nothing can be written nothing is pulled`() async throws {
        let shop = try workshop(Self.config([("north", "http://127.0.0.1:1/never")]), pages: [:])
        try shop.write("file", "in the way")
        let done = try await Program.run(["audit", "--as-of", "2026-02-01T00:00:00Z", "--out", "file/out"], in: shop.path)
        #expect(done.code == 2)
        #expect(done.err.contains("file/out"), "\(done.err)")
    }

    @Test func `two inputs that differ have two ids, also where a file breaks off in the middle`() async throws {
        var ids: Set<String> = []
        for id in ["1", "11"] {
            let config = Self.config([("north", "file:north.csv")]).replacingOccurrences(of: "format: json", with: "format: csv")
                .replacingOccurrences(of: "    records: 'body.tickets'\n", with: "")
                .replacingOccurrences(of: "it.id", with: "it.id").replacingOccurrences(
                    of: "it.?closed.optMap(t, timestamp(t))", with: "timestamp(it.opened)"
                )
                .replacingOccurrences(
                    of: "- for: [e in it.events]\n          at: 'timestamp(e.at)'\n          activity: 'e.what'",
                    with: "- {at: 'timestamp(it.opened)', activity: '\"escalated\"'}")
            let shop = try workshop(config, pages: ["north.csv": "id,opened\n\(id),2026-01-05T09:00:00Z\nragged\n"])
            let done = try await audit(shop)
            #expect(done.code == 3, "\(done.err)")
            let json = try shop.json("out/audit.json")
            ids.insert(json["id"] as? String ?? "")
            #expect(try sources(shop)["north-desk"]?["pages"] as? Int == 1)
            #expect(try sources(shop)["north-desk"]?["records"] as? Int == 1)
        }
        #expect(ids.count == 2)
    }
}
