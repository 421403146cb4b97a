import Fetching
import Foundation
import Language
import Testing

@testable import Timelines

/// Records whose lists lie elsewhere, from their files to what they say.
struct ChildRecordsTests {
    /// What the files of a source say, and what comes of it.
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        /// Keys of the source beside id, partner and format; `map` is the same for all.
        let children: String
        var format = "json"
        var more = ""
        var pages = ["t.json": #"{"rows": [{"id": 1}, {"id": 2}]}"#]
        let files: [String: String]
        /// A record: its id and its events, then `?` where they are not known; then what was rejected and noted.
        let expected: [String]
        var problem: String?
        var testDescription: String { name }
    }

    private static let map = """
        map: {id: 'string(it.id)', kind: '"k"', attributes: {more: 'it.?more', count: 'it.?audits.orValue([]).size()'}, events: [{for: [a in it.audits], at: 'timestamp(a.at)', activity: 'a.what'}]}
        """
    private static let each = "audits: {url: 'file:a/{it.id}.json', records: 'body.audits'}"
    private static let stream = "audits: {url: 'file:all.json', records: 'body.audits', key: 'it.of'}"

    private static func audits(_ whats: [String], of id: String = "null") -> String {
        let rows = whats.enumerated().map { "{\"of\": \(id), \"at\": \"2026-01-05T09:0\($0):00Z\", \"what\": \"\($1)\"}" }
        return "{\"audits\": [\(rows.joined(separator: ", "))]}"
    }

    static let rows: [Row] = [
        Row(
            name: "each record has a resource", children: each,
            files: ["a/1.json": audits(["x", "y"]), "a/2.json": audits([])], expected: ["1 x y #2", "2 #0"]),
        Row(
            name: "a resource that is not there makes the events of its record unknown", children: each,
            files: ["a/1.json": audits(["x"])],
            expected: [
                "1 x #1", "2 ? #unreadable",
                "event 2: no audits: 'audits' could not be had: file:2.json: there is no such file",
            ], problem: "'audits' of 1 of 2 records could not be had; the first: file:2.json: there is no such file"),
        Row(
            name: "a resource that is not JSON is not empty", children: each,
            files: ["a/1.json": "[", "a/2.json": audits(["x"])],
            expected: ["1 ? #unreadable", "2 x #1", "event 1: no audits: 'audits' could not be had: page 1, file:1.json: "],
            problem: "'audits' of 1 of 2 records could not be had; the first: page 1, file:1.json"),
        Row(
            name: "a resource without its list is not empty", children: each,
            files: ["a/1.json": "{}", "a/2.json": audits(["x"])],
            expected: [
                "1 ? #unreadable", "2 x #1",
                "event 1: no audits: 'audits' could not be had: the records of page 1 are nothing, not a list",
            ], problem: "'audits' of 1 of 2 records could not be had"),
        Row(
            name: "a record that does not say where its resource is", children: each,
            pages: ["t.json": #"{"rows": [{"id": null}, {"id": 2}]}"#], files: ["a/2.json": audits(["x"])],
            expected: ["2 x #1", "rejected 1: no id", "event 1: no audits: 'audits' could not be had: '{it.id}' cannot be told"]),
        Row(
            name: "a record may say that it has no resource",
            children: "audits: {url: 'file:a/{it.?at}.json', records: 'body.audits'}",
            pages: ["t.json": #"{"rows": [{"id": 1}, {"id": 2, "at": "z"}]}"#], files: ["a/z.json": audits(["x"])],
            expected: ["1 #0", "2 x #1"]),
        Row(
            name: "pages of a resource follow one another",
            children: "audits: {url: 'file:a/{it.id}.json', records: 'body.audits', page: {next_url: 'body.next'}}",
            pages: ["t.json": #"{"rows": [{"id": 1}]}"#],
            files: [
                "a/1.json": #"{"audits": [{"at": "2026-01-05T09:00:00Z", "what": "x"}], "next": "1b.json"}"#,
                "a/1b.json": #"{"audits": [{"at": "2026-01-05T09:00:00Z", "what": "y"}]}"#,
            ], expected: ["1 x y #2"]),
        Row(
            name: "a resource whose second page fails is not half known",
            children: "audits: {url: 'file:a/{it.id}.json', records: 'body.audits', page: {next_url: 'body.next'}}",
            pages: ["t.json": #"{"rows": [{"id": 1}]}"#],
            files: ["a/1.json": #"{"audits": [{"at": "2026-01-05T09:00:00Z", "what": "x"}], "next": "1b.json"}"#],
            expected: ["1 ? #unreadable", "event 1: no audits: 'audits' could not be had: file:1b.json: there is no such file"],
            problem: "'audits' of 1 of 1 records could not be had"),
        Row(
            name: "resources may be lines", children: "audits: {url: 'file:a/{it.id}.ndjson', format: ndjson}",
            pages: ["t.json": #"{"rows": [{"id": 1}]}"#],
            files: [
                "a/1.ndjson":
                    "{\"at\": \"2026-01-05T09:00:00Z\", \"what\": \"x\"}\n\n{\"at\": \"2026-01-05T09:00:00Z\", \"what\": \"y\"}"
            ], expected: ["1 x y #2"]),
        Row(
            name: "a broken line makes the events unknown", children: "audits: {url: 'file:a/{it.id}.ndjson', format: ndjson}",
            pages: ["t.json": #"{"rows": [{"id": 1}]}"#],
            files: ["a/1.ndjson": "{\"at\": \"2026-01-05T09:00:00Z\", \"what\": \"x\"}\n{"],
            expected: ["1 ? #unreadable", "event 1: no audits: 'audits' could not be had: line 2 of page 1 is not JSON"],
            problem: "'audits' of 1 of 1 records could not be had"),
        Row(
            name: "a list of the record's own gives way", children: each,
            pages: ["t.json": #"{"rows": [{"audits": [{"at": "2026-01-05T09:00:00Z", "what": "old"}], "id": 1}]}"#],
            files: ["a/1.json": audits(["new"])], expected: ["1 new #1"]),
        Row(
            name: "a list of the record's own does not stand in for one that could not be had", children: each,
            pages: ["t.json": #"{"rows": [{"audits": [{"at": "2026-01-05T09:00:00Z", "what": "old"}], "id": 1}]}"#], files: [:],
            expected: ["1 ? #unreadable", "event 1: no audits: 'audits' could not be had: file:1.json: there is no such file"],
            problem: "'audits' of 1 of 1 records could not be had"),
        Row(
            name: "rows of a table have resources, too", children: each, format: "csv",
            pages: ["t.csv": "id,id\n9,1\n9,2\n"], files: ["a/1.json": audits(["x"]), "a/2.json": audits(["y"])],
            expected: ["1 x #1", "2 y #1", "warning: the header of page 1 names the column 'id' twice: the last one counts"]),
        Row(
            name: "lines have resources, too", children: each, format: "ndjson",
            pages: ["t.ndjson": "{\"id\": 1}\n\n{\"id\": 2}\n"],
            files: ["a/1.json": audits(["x"]), "a/2.json": audits(["y"])], expected: ["1 x #1", "2 y #1"]),
        Row(
            name: "one stream is joined by its key, whatever its order", children: stream,
            pages: ["t.json": #"{"rows": [{"id": 2}, {"id": 10}, {"id": 1}, {"id": 2}]}"#],
            files: [
                "all.json": """
                {"audits": [{"of": 2, "at": "2026-01-05T09:00:00Z", "what": "c"}, {"of": "1", "at": "2026-01-05T09:00:00Z", "what": "b"},
                 {"of": 2, "at": "2026-01-05T09:00:00Z", "what": "d"}, {"of": 7, "at": "2026-01-05T09:00:00Z", "what": "z"}]}
                """
            ], expected: ["1 b #1", "10 #0", "2 c d #2", "2 c d #2", "warning: 'audits': 1 rows name a record that did not come"]),
        Row(
            name: "a row that names no record is counted", children: stream, pages: ["t.json": #"{"rows": [{"id": 1}]}"#],
            files: [
                "all.json":
                    #"{"audits": [{"of": null, "at": "", "what": "c"}, {"of": 1, "at": "2026-01-05T09:00:00Z", "what": "b"}, {"of": [], "what": "d"}]}"#
            ],
            expected: [
                "1 b #1", "event 1: no key of 'audits': no such key: of", "event 3: no key of 'audits': the row names no record",
            ]),
        Row(
            name: "a stream that breaks off makes the events of all records unknown",
            children: "audits: {url: 'file:all.json', records: 'body.audits', key: 'it.of', page: {next_url: 'body.next'}}",
            files: ["all.json": #"{"audits": [{"of": 1, "at": "2026-01-05T09:00:00Z", "what": "b"}], "next": "more.json"}"#],
            expected: [
                "1 ? #unreadable", "2 ? #unreadable",
                "event 1: no audits: 'audits' was not read to its end: file:more.json: there is no such file",
                "event 2: no audits: 'audits' was not read to its end: file:more.json: there is no such file",
            ], problem: "'audits' was not read to its end: file:more.json: there is no such file"),
        Row(
            name: "what belongs to one record may be no larger than a page",
            children: """
                audits: {url: 'file:a/{it.id}.json', records: 'body.audits', page: {next_url: 'body.next'}, limits: {max_page: 120B}}
                """,
            pages: ["t.json": #"{"rows": [{"id": 1}]}"#],
            files: [
                "a/1.json": #"{"audits": [{"at": "2026-01-05T09:00:00Z", "what": "x"}], "next": "1b.json"}"#,
                "a/1b.json": #"{"audits": [{"at": "2026-01-05T09:00:00Z", "what": "x"}], "next": "1c.json"}"#,
                "a/1c.json": #"{"audits": [{"at": "2026-01-05T09:00:00Z", "what": "x"}]}"#,
            ],
            expected: [
                "1 ? #unreadable",
                "event 1: no audits: 'audits' could not be had: what belongs to one record is larger than 120 bytes",
            ], problem: "'audits' of 1 of 1 records could not be had; the first: what belongs to one record is larger"),
        Row(
            name: "so may be the rows of one record in a stream",
            children: "audits: {url: 'file:all.ndjson', format: ndjson, key: 'it.of', limits: {max_page: 120B}}",
            files: [
                "all.ndjson":
                    String(repeating: #"{"of": 1, "at": "2026-01-05T09:00:00Z", "what": "x"}"# + "\n", count: 3)
                    + #"{"of": 2, "at": "2026-01-05T09:00:00Z", "what": "y"}"#
            ],
            expected: [
                "1 ? #unreadable", "2 y #1",
                "event 1: no audits: 'audits' could not be had: what belongs to one record is larger than 120 bytes",
            ], problem: "'audits' of 1 of 2 records could not be had; the first: what belongs to one record is larger"),
        Row(
            name: "all resources of a child together may be no larger than its source",
            children: "audits: {url: 'file:a/{it.id}.json', records: 'body.audits', limits: {max_bytes: 100B, concurrency: 1}}",
            pages: ["t.json": #"{"rows": [{"id": 1}, {"id": 2}, {"id": 3}]}"#],
            files: ["a/1.json": audits(["x"]), "a/2.json": audits(["y"]), "a/3.json": audits(["z"])],
            expected: [
                "1 x #1", "2 y #1", "3 ? #unreadable",
                "event 3: no audits: 'audits' could not be had: what came is larger than 100 bytes in all",
            ], problem: "'audits' of 1 of 3 records could not be had; the first: what came is larger than 100 bytes in all"),
        Row(
            name: "two children of one record", children: each + ", more: {url: 'file:m.csv', format: csv, key: 'it.of'}",
            more: "missing: ['?']",
            files: ["a/1.json": audits(["x", "?"]), "a/2.json": audits(["y"]), "m.csv": "of,n\n2,5\n"],
            expected: ["1 x #2", "2 y #1", "event 1: no activity"]),
        Row(
            name: "a child writes nothing in its own way",
            children: "audits: {url: 'file:a/{it.id}.json', records: 'body.audits', missing: ['-']}", more: "missing: ['?']",
            pages: ["t.json": #"{"rows": [{"id": "1"}, {"id": "-"}, {"id": "?"}]}"#],
            files: ["a/1.json": audits(["?", "-"]), "a/-.json": audits(["x"]), "a/%3F.json": audits(["y"])],
            expected: [
                "- x #1", "1 ? #2", "event 1: no activity", "rejected 3: no id",
                "event 3: no audits: 'audits' could not be had: '{it.id}' cannot be told",
            ]),
        Row(
            name: "records that are no objects hold no list",
            children: "audits: {url: 'file:a/{it}.json', records: 'body.audits'}",
            pages: ["t.json": #"{"rows": ["1"]}"#], files: ["a/1.json": audits(["x"])],
            expected: ["rejected 1: no id", "event 1: no audits: the record is no object that could hold 'audits'"]),
    ]

    @Test(arguments: rows + wrongTables) func `a record's lists are put into it, or it is known that they are not`(row: Row)
        async throws
    {
        let shop = try Folder()
        for (name, text) in row.files.merging(row.pages, uniquingKeysWith: { first, _ in first }) { try shop.write(name, text) }
        let url = "file:\(row.pages.keys.sorted()[0])"
        let records = row.format == "json" ? ", records: 'body.rows'" : ""
        let yaml = """
            {id: s, partner: p, url: '\(url)', format: \(row.format)\(records)\(row.more.isEmpty ? "" : ", " + row.more),
             children: {\(row.children)}, \(Self.map)}
            """
        for memoryLimit in [1, 1 << 20] {
            let found = try await Self.run(yaml, folder: shop.path, memoryLimit: memoryLimit)
            check(found, row)
        }
    }

    private func check(_ found: Found, _ row: Row) {
        let expected = row.expected.filter { !$0.hasPrefix("rejected") && !$0.hasPrefix("event") && !$0.hasPrefix("warning") }
        #expect(found.records.sorted() == expected, "\(found)")
        for line in row.expected where !expected.contains(line) {
            #expect(found.noted.contains { $0.hasPrefix(line) }, "\(line) is not in \(found.noted)")
        }
        #expect(found.noted.count == row.expected.count - expected.count, "\(found.noted)")
        #expect(found.problem?.hasPrefix(row.problem ?? "-") ?? (row.problem == nil), "\(found.problem ?? "")")
    }

    struct Found {
        var records: [String] = []
        var noted: [String] = []
        var problem: String?
        var pages = 0
    }

    static func run(_ yaml: String, folder: String, memoryLimit: Int = 1 << 20) async throws -> Found {
        let diagnostics = Diagnostics()
        let node = try #require(YAMLDocument.read(yaml, file: "f", diagnostics: diagnostics))
        var keys = try #require(YAMLMapping(node, "a source", diagnostics))
        let source = try #require(Source.load(&keys, configFolder: folder), "\(diagnostics.sorted)")
        let children = ChildPlan.load(&keys, of: source, configFolder: folder)
        let partner = keys.text("partner")
        let mapping = try #require(
            Mapping.load(&keys, source: source.id, format: source.format, partner: partner), "\(diagnostics.sorted)")
        keys.finish()
        try #require(diagnostics.sorted.isEmpty, "\(diagnostics.sorted)")
        let puller = Puller()
        var feed = RecordFeed(
            source: source, mapping: mapping, children: children, activities: ActivityTable([]), memoryLimit: memoryLimit
        ) {
            puller.pull($0)
        }
        var found = Found()
        for await event in puller.pull(source) {
            try feed.consume(event)
            while let work = try await feed.next() { found.add(work.run()) }
        }
        try feed.finish()
        while let work = try await feed.next() { found.add(work.run()) }
        await puller.shutDown()
        found.problem = feed.children?.problem?.message
        found.pages = feed.children?.pages ?? 0
        return found
    }
}

extension ChildRecordsTests.Found {
    mutating func add(_ batch: MappedBatch) {
        for record in batch.records {
            let isUnknown = record.unreadable.contains { $0.path == UnreadableField.events && $0.event == nil }
            let count =
                if case .int(let count)? = record.attributes["count"] {
                    "#\(count)"
                } else if record.unreadable.contains(where: { $0.path == "attributes.count" }) {
                    "#unreadable"
                } else {
                    "#absent"
                }
            records.append(
                ([record.id] + record.events.map(\.activity) + (isUnknown ? ["?"] : []) + [count]).joined(separator: " "))
        }
        noted += batch.rejections.map { "rejected \($0.provenance.sequence + 1): no \($0.field): \($0.why)" }
        noted += batch.eventRejections.map { "event \($0.provenance.sequence + 1): no \($0.field): \($0.why)" }
        noted += batch.warnings.map { "warning: \($0)" }
        if let failure = batch.failure { noted.append("failed: \(failure.reason.message)") }
    }
}

/// A temporary folder that goes away with its holder.
final class Folder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "touchline-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws {
        let file = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }
}
