import Foundation
import TestSupport
import Testing

/// An answer of which nothing can be used is not an empty one, whatever its status and format.
struct NothingReadableTests {
    private struct Row: CustomTestStringConvertible {
        let testDescription: String
        let format: String
        let body: String
        let outcome: String
        let code: String?
    }

    private static let rows = [
        Row(
            testDescription: "a sentence", format: "csv", body: "Service temporarily unavailable\n", outcome: "failed",
            code: "wrong_columns"),
        Row(
            testDescription: "an error in JSON", format: "csv", body: #"{"error":"rate limited"}"#, outcome: "failed",
            code: "wrong_columns"),
        Row(
            testDescription: "a column renamed", format: "csv", body: "ID,opened\n1,2026-01-05T09:00:00Z\n", outcome: "failed",
            code: "wrong_columns"),
        Row(testDescription: "nothing at all", format: "csv", body: "", outcome: "failed", code: "no_header"),
        Row(testDescription: "a header alone", format: "csv", body: "id,opened\n", outcome: "complete", code: nil),
        Row(
            testDescription: "an error in a line", format: "ndjson", body: #"{"error":"internal"}"# + "\n", outcome: "failed",
            code: "nothing_readable"),
        Row(
            testDescription: "records under other names", format: "json",
            body: #"{"tickets":[{"key":1,"opened":"2026-01-05T09:00:00Z"},{"key":2,"opened":"2026-01-05T09:00:00Z"}]}"#,
            outcome: "failed", code: "nothing_readable"),
        Row(testDescription: "no records", format: "json", body: #"{"tickets":[]}"#, outcome: "complete", code: nil),
        Row(
            testDescription: "one of two", format: "json",
            body: #"{"tickets":[{"id":1,"opened":"2026-01-05T09:00:00Z","events":[]},{"key":2}]}"#, outcome: "complete", code: nil
        ),
    ]

    private func shop(_ row: Row) throws -> Workshop {
        let shop = try Workshop()
        var config = AuditTests.config([("north", "file:north.data")])
            .replacing("    format: json\n", with: "    format: \(row.format)\n")
        if row.format != "json" { config = config.replacing("    records: 'body.tickets'\n", with: "") }
        if row.format == "csv" {
            config = config.split(separator: "\n").prefix { !$0.contains("closed:") }.joined(separator: "\n") + "\n"
        }
        try shop.write("touchline.yaml", config)
        try shop.write("checklists/small.yaml", AuditTests.checklist)
        try shop.write("north.data", row.body)
        return shop
    }

    @Test(arguments: rows.indices) func `what cannot be used at all makes its source failed`(index: Int) async throws {
        let row = Self.rows[index]
        let shop = try shop(row)
        let done = try await Program.run(["audit", "--as-of", "2026-02-01T00:00:00Z", "--out", "out"], in: shop.path)
        #expect(done.code == (row.code == nil ? 0 : 3), "\(row.testDescription): \(done.err)\(done.out)")
        let source = try #require((try shop.json("out/audit.json")["sources"] as? [[String: Any]])?.first)
        #expect(source["outcome"] as? String == row.outcome, "\(row.testDescription)")
        let reason = source["reason"] as? String
        if let code = row.code {
            #expect(reason?.hasPrefix(code) == true, "\(row.testDescription): \(reason ?? "none")")
        } else {
            #expect(reason == nil)
        }
    }

    /// The second page, its outcome and what is said of it.
    @Test(arguments: [
        (#"[{"error": "rate limited"}]"#, "partial"), (#"[{"id": 3, "opened": "soon"}]"#, "complete"), ("[]", "complete"),
        (#"[{"error": "late"}, {"id": 3, "opened": "2026-01-05T09:00:00Z", "events": []}]"#, "complete"),
    ])
    func `a page of which nothing has an id is not one of the source`(page: String, outcome: String) async throws {
        let shop = try Workshop()
        let config = AuditTests.config([("north", "file:north.json")]).replacing(
            "    records:", with: "    page: {next_url: 'body.?next'}\n    records:")
        try shop.write("touchline.yaml", config)
        try shop.write("checklists/small.yaml", AuditTests.checklist)
        try shop.write("north.json", #"{"next": "two.json", "tickets": [\#(AuditTests.ticket(1))]}"#)
        try shop.write("two.json", #"{"tickets": \#(page)}"#)
        let done = try await Program.run(["audit", "--as-of", "2026-02-01T00:00:00Z", "--out", "out"], in: shop.path)
        let source = try #require((try shop.json("out/audit.json")["sources"] as? [[String: Any]])?.first)
        #expect(source["outcome"] as? String == outcome, "\(done.out)")
        #expect((source["reason"] as? String)?.hasPrefix("nothing_readable: page 2 holds no record") ?? (outcome == "complete"))
    }

    @Test func `what a partner says of our secret in its data is not repeated`() async throws {
        let shop = try Workshop()
        let config = AuditTests.config([("north", "file:north.json")])
        try shop.write(
            "touchline.yaml",
            config.replacing("    format: json\n", with: "    format: json\n    auth: {bearer: {env: TOUCHLINE_TEST_TOKEN}}\n"))
        try shop.write("checklists/small.yaml", AuditTests.checklist)
        let echo = AuditTests.ticket(2).replacing(
            "\"opened\": \"2026-01-05T09:00:00Z\"", with: "\"opened\": \"Bearer hunter2-hunter2\"")
        try shop.write("north.json", AuditTests.page([AuditTests.ticket(1), echo]))
        let done = try await Program.run(
            ["audit", "--as-of", "2026-02-01T00:00:00Z", "--out", "out"], in: shop.path,
            environment: ["TOUCHLINE_TEST_TOKEN": "hunter2-hunter2"])
        #expect(done.out.contains("no opened: invalid timestamp 'Bearer ***'"), "\(done.out)")
        #expect(!(done.out + done.err).contains("hunter2"))
        for name in try FileManager.default.subpathsOfDirectory(atPath: shop.path + "/out") {
            #expect((shop.bytes("out/" + name) ?? Data()).range(of: Data("hunter2".utf8)) == nil, "\(name)")
        }
    }
}
