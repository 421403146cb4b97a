import Foundation
import TestSupport
import Testing

/// `touchline probe` as a process.
struct ProbeTests {
    private func workshop(
        source: String = "children: {audits: {url: 'file:audits/{it.id}.json', records: 'body.audits'}}"
    ) throws -> Workshop {
        let shop = try Workshop()
        try shop.write("checklists/small.yaml", AuditTests.checklist)
        try shop.write(
            "touchline.yaml",
            """
            touchline: config/1
            network: Small
            checklists: [checklists]
            sources:
              - id: desk
                partner: north
                url: file:tickets-1.json
                format: json
                page: {next_url: 'body.next'}
                records: 'body.tickets'
                \(source)
                map:
                  id: 'string(it.id)'
                  kind: '"escalation"'
                  opened: 'timestamp(it.opened)'
                  owner: 'it.owner'
                  severity: 'it.grade'
                  events:
                    - for: [a in it.audits]
                      at: 'timestamp(a.at)'
                      activity: {of: 'a.what', table: {ack: acknowledged, esc: escalated}, otherwise: other}
                      text: 'a.body'
            """)
        let tickets = (1...7).map {
            "{\"id\": \($0), \"opened\": \"\($0 == 2 ? "?" : "2026-01-05T09:00:00Z")\", \"owner\": \"dana\", \"grade\": 1, \"card\": \"4111 1111\"}"
        }
        try shop.write("tickets-1.json", "{\"tickets\": [\(tickets.joined(separator: ", "))], \"next\": \"tickets-2.json\"}")
        for id in 1...3 {
            try shop.write(
                "audits/\(id).json",
                """
                {"audits": [{"at": "2026-01-05T09:00:00Z", "what": "esc", "ip": "192.0.2.1"},
                 {"at": "2026-01-05T09:05:00Z", "what": "ack", "body": "My password is 1234"},
                 {"at": "2026-01-05T09:06:00Z", "what": "tea"}]}
                """)
        }
        return shop
    }

    @Test func `a page and the children of a few records are pulled and shown`() async throws {
        let shop = try workshop()
        let done = try await Program.run(["probe", "desk", "--records", "3"], in: shop.path)
        #expect(done.code == 0, "\(done.err)")
        for line in [
            "source 'desk' is complete", "; more pages follow", "7 records on the page, 2 mapped, 6 events; 3 pages of children",
            "record '1'\n  function: escalation\n  kind: escalation\n  opened: 2026-01-05T09:00:00Z\n  owner: dana\n  partner: north\n",
            "  - 2026-01-05T09:05:00Z acknowledged text: 19 characters\n",
            "  record: no opened: invalid timestamp '?': not RFC 3339 or out of range (1 time, first at page 1, /tickets/1)\n",
            "  field: no severity: ", "(2 times, first at page 1, /tickets/0)\n", "  acknowledged: 2 events\n",
            "  other: 2 events, which no checklist knows\n", "  the table of 'activity' does not name 'tea': 2 times\n",
            "  it.audits[].ip: 3 times, string\n  it.card: 3 times, string\n",
        ] { #expect(done.out.contains(line), "\(line)\n\(done.out)") }
        for secret in ["4111", "1234", "192.0.2.1"] { #expect(!done.out.contains(secret)) }
        #expect(!FileManager.default.fileExists(atPath: shop.path + "/.touchline"))
    }

    @Test func `the same as JSON`() async throws {
        let shop = try workshop()
        let done = try await Program.run(["probe", "desk", "--records", "3", "--format", "json"], in: shop.path)
        #expect(done.code == 0, "\(done.err)")
        let probe = try #require(try JSONSerialization.jsonObject(with: Data(done.out.utf8)) as? [String: Any])
        #expect(probe["touchline"] as? String == "probe/1" && probe["outcome"] as? String == "complete")
        #expect(probe["rows"] as? Int == 7 && probe["mapped"] as? Int == 2 && probe["more_pages"] as? Bool == true)
        let records = try #require(probe["records"] as? [[String: Any]])
        #expect(records.map { $0["id"] as? String } == ["1", "3"])
        let events = try #require(records.first?["events"] as? [[String: Any]])
        #expect(events.compactMap { $0["text"] as? String } == ["19 characters"])
        let unused = try #require(probe["unused"] as? [[String: Any]])
        #expect(unused.compactMap { $0["path"] as? String } == ["it.audits[].ip", "it.card"])
        let checklists = try #require(probe["checklists"] as? [[String: Any]])
        #expect(checklists.count == 1 && checklists[0]["records"] as? Int == 2)
        #expect(!done.out.contains("1234"))
        let again = try await Program.run(["probe", "desk", "--records", "3", "--format", "json"], in: shop.path)
        #expect(again.out == done.out)
    }

    struct Row: CustomTestStringConvertible, Sendable {
        let name: String
        var source = ""
        var arguments = ["probe", "desk"]
        var remove: [String] = []
        let code: Int32
        let said: String
        var testDescription: String { name }
    }

    static let rows = [
        Row(
            name: "no such source", arguments: ["probe", "dask"], code: 2,
            said: "no source 'dask' in the config: did you mean 'desk'?"),
        Row(name: "a config that is wrong", source: "pages: none", code: 2, said: "error[TL105]"),
        Row(name: "a source that fails", remove: ["tickets-1.json"], code: 3, said: "source 'desk' is failed: "),
        Row(
            name: "which may be no matter", arguments: ["probe", "desk", "--fail-on", "never"], remove: ["tickets-1.json"],
            code: 0,
            said: "source 'desk' is failed: "),
        Row(
            name: "children that could not be had",
            source: "children: {audits: {url: 'file:audits/{it.id}.json', records: 'body.audits'}}", code: 3,
            said: "source 'desk' is partial: child_failed: 'audits' of 2 of 5 records could not be had"),
        Row(
            name: "of a stream the first page is read",
            source:
                "children: {audits: {url: 'file:audits/1.json', records: 'body.audits', key: '\"1\"', page: {next_url: '\"2.json\"'}}}",
            code: 0, said: "note: 'audits': only the first page was read"),
        Row(name: "no records asked for", arguments: ["probe", "desk", "--records", "0"], code: 2, said: "must be 1 to 1000"),
        Row(
            name: "no such snapshot", arguments: ["probe", "desk", "--replay", "latest"], code: 2, said: "latest"),
    ]

    @Test(arguments: rows) func `a probe ends with the codes of the contract`(row: Row) async throws {
        let shop = try workshop(source: row.source)
        for name in row.remove { try FileManager.default.removeItem(atPath: shop.path + "/" + name) }
        let done = try await Program.run(row.arguments, in: shop.path)
        #expect(done.code == row.code, "\(done.out)\(done.err)")
        #expect((done.out + done.err).contains(row.said), "\(done.out)\(done.err)")
    }

    @Test func `no output of a probe holds the secret`() async throws {
        let shop = try Workshop()
        try shop.write("checklists/small.yaml", AuditTests.checklist)
        try shop.write(
            "touchline.yaml",
            """
            touchline: config/1
            network: Small
            checklists: [checklists]
            sources:
              - id: desk
                partner: north
                preset: zendesk
                url: http://127.0.0.1:1/hunter2-hunter2
                auth: {query: {name: key, value: {env: TOUCHLINE_TEST_KEY}}}
                limits: {retries: 0}
            """)
        for format in ["text", "json"] {
            let done = try await Program.run(
                ["probe", "desk", "--format", format], in: shop.path, environment: ["TOUCHLINE_TEST_KEY": "hunter2-hunter2"])
            #expect(done.code == 3)
            #expect(done.out.contains("http://127.0.0.1:1/***"), "\(done.out)")
            #expect(!(done.out + done.err).contains("hunter2"))
        }
    }

    @Test func `an earlier pull is probed without asking anybody`() async throws {
        let shop = try workshop()
        try shop.write("tickets-2.json", "{\"tickets\": []}")
        for id in 4...7 { try shop.write("audits/\(id).json", "{\"audits\": []}") }
        let pulled = try await Program.run(["pull"], in: shop.path)
        #expect(pulled.code == 0, "\(pulled.out)\(pulled.err)")
        let live = try await Program.run(["probe", "desk"], in: shop.path)
        for name in ["tickets-1.json", "audits"] { try FileManager.default.removeItem(atPath: shop.path + "/" + name) }
        let replayed = try await Program.run(["probe", "desk", "--replay", "latest"], in: shop.path)
        #expect(replayed.code == 0, "\(replayed.err)")
        #expect(replayed.out == live.out)
    }

    @Test func `the README's source with a preset is one`() async throws {
        let readme = try Checkout.text("README.md")
        let block = try #require(readme.components(separatedBy: "```yaml\n").first { $0.contains("preset: zendesk") })
        let source = try #require(block.components(separatedBy: "```").first)
        let shop = try Workshop()
        try shop.write("checklists/small.yaml", AuditTests.checklist)
        try shop.write(
            "touchline.yaml",
            "touchline: config/1\nnetwork: Small\nchecklists: [checklists]\nsources:\n"
                + source.replacing("# of a source\n", with: ""))
        let done = try await Program.run(["lint", "touchline.yaml"], in: shop.path)
        #expect(done.code == 0, "\(done.out)\(done.err)")
    }

    @Test func `a preset is explained with its keys`() async throws {
        let done = try await Program.run(["explain", "servicenow"])
        #expect(done.code == 0, "\(done.err)")
        for text in ["servicenow: ServiceNow: incidents", "/api/now/table/incident", "\nrecords: 'body.result'\n"] {
            #expect(done.out.contains(text), "\(done.out)")
        }
        let near = try await Program.run(["explain", "servicenov"])
        #expect(near.code == 2 && near.err.contains("did you mean 'servicenow'?"), "\(near.err)")
    }

    @Test func `the demo's tables of rows are probed, too`() async throws {
        let done = try await Program.run(["probe", "tasman-export", "-c", Checkout.folder + "/fixtures/demo/touchline.yaml"])
        #expect(done.code == 0, "\(done.err)")
        #expect(done.out.contains(" rows on the page, 178 mapped, "), "\(done.out)")
        #expect(done.out.contains("record: no opened: "), "\(done.out)")
    }
}
