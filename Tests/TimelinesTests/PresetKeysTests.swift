import Fetching
import Language
import Testing

@testable import Timelines

/// How the keys of a source and those of its preset become one.
struct PresetKeysTests {
    struct Loaded {
        var source: Source?
        var mapping: Mapping?
        var children: [ChildPlan] = []
        var problems: [String] = []
    }

    /// Loads the keys of a source as a config does.
    static func load(_ yaml: String) throws -> Loaded {
        let diagnostics = Diagnostics()
        let written = try #require(YAMLDocument.read(yaml, file: "t", diagnostics: diagnostics), "\(diagnostics.sorted)")
        var loaded = Loaded()
        guard let filled = Preset.filling(written, diagnostics) else {
            loaded.problems = diagnostics.sorted.map(\.description)
            return loaded
        }
        var keys = try #require(YAMLMapping(filled.source, "a source", diagnostics))
        loaded.source = Source.load(&keys, configFolder: ".")
        let partner = keys.text("partner")
        loaded.children = loaded.source.map { ChildPlan.load(&keys, of: $0, configFolder: ".") } ?? []
        loaded.mapping = Mapping.load(
            &keys, source: "s", format: loaded.source?.format ?? .json, partner: partner)
        keys.finish()
        loaded.problems = diagnostics.sorted.map(\.description)
        return loaded
    }

    @Test(arguments: Preset.all.map(\.name)) func `a preset needs no more than an id, a partner and a URL`(name: String) throws {
        let loaded = try Self.load("{id: s, partner: p, preset: \(name), url: 'https://desk.example/api'}")
        #expect(loaded.problems == [])
        #expect(loaded.mapping != nil && loaded.source?.format == .json)
        // What it can never tell of must not count as kept. HubSpot keeps its messages apart.
        guard case .only(let activities)? = loaded.mapping?.producible else {
            Issue.record("the activities of a preset are open")
            return
        }
        #expect(
            activities.isSuperset(
                of: ["opened", "acknowledged", "closed", "reopened", "customer_replied"].filter {
                    name != "hubspot" || $0 != "customer_replied"
                }))
    }

    struct Row: CustomTestStringConvertible, Sendable {
        let name: String
        let keys: String
        let expected: [String]
        var testDescription: String { name }
    }

    static let rows = [
        Row(
            name: "the nearest preset is named", keys: "preset: zendisk",
            expected: ["t:1:68: error[TL166]: no preset 'zendisk' (did you mean 'zendesk'?)"]),
        Row(
            name: "where no preset is near all are named", keys: "preset: otrs",
            expected: [
                "t:1:68: error[TL166]: no preset 'otrs' (expected one of 'zendesk', 'jira', 'servicenow', 'salesforce', 'github', 'freshdesk', 'hubspot')"
            ]),
        Row(
            name: "a preset is a name", keys: "preset: {name: zendesk}",
            expected: ["t:1:68: error[TL104]: 'preset' must be text, not a mapping"]),
        Row(
            name: "one field of the mapping may be another", keys: #"preset: zendesk, map: {function: '"support"'}"#, expected: []
        ),
        Row(
            name: "a field that there is not is said at its place", keys: "preset: zendesk, map: {funktion: '1'}",
            expected: ["t:1:83: error[TL105]: 'map' has no key 'funktion' (did you mean 'function'?)"]),
        Row(
            name: "an expression of one's own is checked like any other", keys: "preset: zendesk, map: {owner: 'it.x +'}",
            expected: ["t:1:97: error[TL201]"]),
        Row(name: "a child can be left out", keys: "preset: salesforce, children: {comments: ~}", expected: []),
        Row(
            name: "a way of paging takes the place of another",
            keys: "preset: jira, page: {offset: {param: startAt, size_param: maxResults, size: 100, total: 'body.total'}}",
            expected: []),
        Row(
            name: "a table may be added to", keys: "preset: zendesk, map: {severity: {table: {blocker: S1}, otherwise: S4}}",
            expected: []),
        Row(
            name: "a value of its own is whole", keys: "preset: zendesk, map: {severity: {of: 'it.x', table: {a: S1}}}",
            expected: []),
        Row(
            name: "events may be added",
            keys: #"preset: zendesk, map: {events: {also: [{at: 'timestamp(it.due)', activity: '"due"'}]}}"#,
            expected: []),
        Row(
            name: "a record's own key is what the key of a stream is compared with",
            keys: "preset: zendesk, children: {audits: {record_key: 'it.x'}}",
            expected: ["t:1:109: error[TL165]: 'record_key' is what a 'key' is compared with, and there is none"]),
        Row(
            name: "streams know the records by one key", keys: "preset: salesforce, children: {comments: {record_key: 'it.Id'}}",
            expected: ["t:1:91: error[TL165]: 'comments' and 'history' know the records by different keys"]),
        Row(name: "records may be canonical", keys: "preset: hubspot, map: canonical", expected: []),
    ]

    @Test(arguments: rows) func `keys of a source go before those of its preset`(row: Row) throws {
        let partner = row.keys.contains("canonical") ? "" : "partner: p, "
        let loaded = try Self.load(
            "{id: s, \(partner)url: 'https://desk.example/a', \(partner.isEmpty ? "" : "        ")\(row.keys)}")
        try #require(loaded.problems.count == row.expected.count, "\(loaded.problems)")
        for (found, expected) in zip(loaded.problems, row.expected) { #expect(found.hasPrefix(expected), "\(found)") }
    }

    @Test func `what nothing says is missed where the preset is named`() throws {
        let loaded = try Self.load("id: s\npreset: zendesk\nurl: https://desk.example/a\n")
        #expect(loaded.problems.map { $0.prefix(22) } == ["t:2:9: error[TL175]: n"])
    }

    private func merged(_ preset: String, _ own: String) throws -> String {
        let diagnostics = Diagnostics()
        let a = try #require(YAMLDocument.read(preset, file: "a", diagnostics: diagnostics))
        let b = try #require(YAMLDocument.read(own, file: "b", diagnostics: diagnostics))
        return Self.text(a.overridden(by: b))
    }

    private static func text(_ node: YAMLNode) -> String {
        switch node.kind {
        case .scalar(let text): text
        case .sequence(let nodes): "[" + nodes.map(text).joined(separator: ", ") + "]"
        case .mapping(let entries): "{" + entries.map { "\(text($0.key)): \(text($0.value))" }.joined(separator: ", ") + "}"
        }
    }

    @Test(arguments: [
        ("{a: 1, b: {c: 2, d: 3}}", "{b: {d: 4, e: 5}}", "{a: 1, b: {c: 2, d: 4, e: 5}}"),
        ("{a: [1, 2]}", "{a: [3]}", "{a: [3]}"), ("{a: [1, 2]}", "{a: {also: [3]}}", "{a: [3, 1, 2]}"),
        ("{a: 1}", "{a: {also: [3]}}", "{a: {also: [3]}}"), ("{a: 1, b: 2}", "{a: ~}", "{b: 2}"),
        ("{a: 1}", "{b: ~}", "{a: 1, b: ~}"),
        ("{x: {page: {a: 1}}}", "{x: {page: {b: 1}}}", "{x: {page: {b: 1}}}"),
        ("{a: {of: x, table: {b: 1}}}", "{a: {of: y}}", "{a: {of: y}}"),
        ("{a: {of: x, table: {b: 1, c: 2}}}", "{a: {table: {b: 3, d: 4}}}", "{a: {of: x, table: {b: 3, c: 2, d: 4}}}"),
        ("{a: 'e'}", "{a: {of: y}}", "{a: {of: y}}"), ("{a: {b: 1}}", "{a: text}", "{a: text}"),
    ]) func `mappings are one key by key, and all else is whole`(preset: String, own: String, expected: String) throws {
        #expect(try merged(preset, own) == expected)
    }
}
