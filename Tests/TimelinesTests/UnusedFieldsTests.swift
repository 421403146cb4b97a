import Fetching
import Language
import Testing

@testable import Timelines

/// What a probe says of a payload beside the records.
struct UnusedFieldsTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let name: String
        let page: String
        /// The fields of `map` beside the id.
        let map: String
        var records = "body"
        /// `path count kinds`.
        let expected: [String]
        var testDescription: String { name }
    }

    static let rows = [
        Row(
            name: "a field that nothing names", page: #"[{"id": 1, "a": "x", "b": true}, {"id": 2, "a": 3, "b": null}]"#, map: "",
            expected: ["it.a 2 number|string", "it.b 1 boolean"]),
        Row(
            name: "an object is named once, where nothing in it is used", page: #"[{"id": 1, "a": {"b": {"c": 1}, "d": 2}}]"#,
            map: "owner: 'it.a.b.x'", expected: ["it.a.b.c 1 number", "it.a.d 1 number"]),
        Row(
            name: "what is used whole is used", page: #"[{"id": 1, "a": {"b": 1}, "c": [{"d": 1}]}]"#,
            map: "attributes: {a: 'it.a', c: 'it.c'}", expected: []),
        Row(
            name: "whether a field is there says nothing of what it holds", page: #"[{"id": 1, "a": {"b": 1}, "c": [{"d": 1}]}]"#,
            map: "attributes: {n: 'it.c.size()', p: 'has(it.a)'}", expected: ["it.a.b 1 number", "it.c[] 1 object"]),
        Row(
            name: "loops lead into lists",
            page: #"[{"id": 1, "a": [{"t": "2026-01-01T00:00:00Z", "e": [{"k": "x", "z": 1}], "y": 1}]}]"#,
            map: "events: [{for: [a in it.a, e in a.e], at: 'timestamp(a.t)', activity: 'e.k'}]",
            expected: ["it.a[].e[].z 1 number", "it.a[].y 1 number"]),
        Row(
            name: "macros lead into lists", page: #"[{"id": 1, "a": [{"k": 1, "v": "x", "w": 2}, {"k": 2}]}]"#,
            map: "owner: 'it.a.filter(f, f.k == 1).map(f, f.v)[?0]'", expected: ["it.a[].w 1 number"]),
        Row(
            name: "the first of a filtered list leads into the list", page: #"[{"id": 1, "a": [{"k": 1, "v": "x", "w": 2}]}]"#,
            map: "owner: 'it.a.filter(f, f.k == 1)[?0].optMap(f, f.v)'", expected: ["it.a[].w 1 number"]),
        Row(
            name: "two variables, the second of which is the element", page: #"[{"id": 1, "a": [{"k": "x", "w": 2}]}]"#,
            map: "attributes: {l: 'it.a.transformList(i, v, string(i) + v.k)'}", expected: ["it.a[].w 1 number"]),
        Row(
            name: "a branch that was not taken is used", page: #"[{"id": 1, "a": "x", "b": "y", "c": "z"}]"#,
            map: "owner: 'it.id == 1 ? it.a : it.b'", expected: ["it.c 1 string"]),
        Row(
            name: "optional steps and defaults", page: #"[{"id": 1, "a": {"b": {"c": "x", "d": 1}}, "e": "y"}]"#,
            map: "owner: 'it.?a.?b.?c.orValue(it.e)'", expected: ["it.a.b.d 1 number"]),
        Row(
            name: "keys in brackets, and of a table", page: #"[{"id": 1, "a b": "x", "c d": "y", "e": "z"}]"#,
            map: #"severity: {of: 'it["a b"]', table: {x: S1}, otherwise: 'it.e'}"#, expected: [#"it["c d"] 1 string"#]),
        Row(
            name: "names that may be values are not told",
            page: #"[{"id": 1, "ines@acme.example": 1, "m": {"20260102": 1, "4711-a": 2}, "x7": 1}]"#, map: "owner: 'it.m.o'",
            expected: ["it.* 1 number", "it.m.* 2 number", "it.x7 1 number"]),
        Row(
            name: "what records are chosen by is used",
            page: #"{"rows": [{"id": 1, "a": 1, "b": "x"}, {"id": 2, "a": 2, "b": "x"}]}"#,
            map: "", records: "body.rows.filter(r, r.a == 1)", expected: ["it.b 1 string"]),
        Row(
            name: "an object of many keys is a table of values",
            page: "[{\"id\": 1, \"m\": {\((0..<80).map { "\"k\($0)x\": 1" }.joined(separator: ", "))}}]", map: "owner: 'it.m.o'",
            expected: ["it.m.* 16 number"] + (0..<64).map { "it.m.k\($0)x 1 number" }),
    ]

    @Test(arguments: rows) func `fields that nothing uses are named, and no value is`(row: Row) async throws {
        let loaded = try PresetKeysTests.load(
            "{id: s, partner: p, url: 'https://desk.example/a', format: json, records: '\(row.records)', map: {id: 'string(it.id)', \(row.map)}}"
        )
        let findings = try await Self.probe(loaded, row.page)
        let found = findings.unused.map { "\($0.path) \($0.count) \($0.kinds.joined(separator: "|"))" }
        #expect(found == row.expected.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    static func probe(_ loaded: PresetKeysTests.Loaded, _ page: String) async throws -> ProbeFindings {
        let source = try #require(loaded.source, "\(loaded.problems)")
        let mapping = try #require(loaded.mapping, "\(loaded.problems)")
        let puller = Puller()
        var probe = RecordProbe(
            source: source, mapping: mapping, children: [], activities: ActivityTable([]), sample: 5, keptRecords: 2
        ) { puller.pull($0) }
        await probe.consume(.page(Page(number: 1, document: try JSONDocument(parsing: Array(page.utf8)))))
        let findings = await probe.finish()
        await puller.shutDown()
        return findings
    }

    @Test func `values that a table does not name are counted`() async throws {
        let loaded = try PresetKeysTests.load(
            """
            id: s
            partner: p
            url: https://desk.example/a
            format: json
            map:
              id: 'string(it.id)'
              severity: {of: 'it.p', table: {1: S1, 2: S2}}
              events:
                - {for: [e in it.e], when: 'e.k != "no"', at: 'timestamp(e.t)', activity: {of: 'e.k', table: {a: opened}, otherwise: other}}
                - {at: 'timestamp(it.t)', activity: '"opened"'}
            """)
        let at = #""t": "2026-01-01T00:00:00Z""#
        let rows = [
            #"{"id": 1, "p": 1, \#(at), "e": [{\#(at), "k": "a"}, {\#(at), "k": "b"}, {\#(at), "k": "no"}, {\#(at), "k": "b"}]}"#,
            #"{"id": 2, "p": 3, \#(at), "e": [{\#(at), "k": "\#(String(repeating: "c", count: 50))"}]}"#,
            #"{"id": 3, \#(at), "e": [{\#(at)}]}"#,
        ]
        let findings = try await Self.probe(loaded, "[\(rows.joined(separator: ", "))]")
        #expect(
            findings.unnamed.map { "\($0.field) \($0.value) \($0.count)" }
                == ["activity b 2", "activity \(String(repeating: "c", count: 39))… 1", "severity 3 1"])
        #expect(findings.activities == ["opened": 4, "other": 3])
        #expect(findings.problems.map { "\($0.what) \($0.field) \($0.place.pointer)" } == ["field events /2", "event when /2"])
        #expect(findings.records.map(\.id) == ["1", "2"])
    }
}
