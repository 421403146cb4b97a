import Fetching
import Language
import TestSupport
import Testing

@testable import Timelines

/// Values that nobody thought of, through small mappings: nothing crashes, and nothing is lost uncounted.
struct ArbitraryValuesTests {
    /// The same seed draws the same values everywhere.
    private struct Draw {
        private var numbers: SeededNumbers

        init(state: UInt64) { numbers = SeededNumbers(state: state) }

        mutating func below(_ bound: Int) -> Int { numbers.below(bound) }

        mutating func one(of list: [String]) -> String { list[below(list.count)] }

        static let keys = ["id", "at", "a", "b", "c", "", "é", "size", "type"]
        static let scalars = [
            "null", "true", "false", "0", "-1", "7", "9223372036854775807", "-9223372036854775808", "18446744073709551615",
            "123456789012345678901234567890", "1.5", "-0.0", "1e308", "1e-320", "1E5", "\"\"", "\"?\"", "\"7\"", "\"x\"",
            "\"2026-01-05T09:12:00Z\"", "\"2026-01-05T09:12:00.123456789+01:00\"", "\"2026-02-30T09:12:00Z\"",
            "\"9999-12-31T23:59:59Z\"", "\"0000-01-01T00:00:00Z\"", "\"05/01/2026 09:12\"", "\"\\u0000\"", "\"\\ud83d\\ude00\"",
            "\"e\\u0301\"", "\"a\\\\b\\\"c\\n\"",
        ]

        mutating func value(depth: Int) -> String {
            switch depth > 0 ? below(5) : 0 {
            case 3: list(depth: depth).text
            case 4: object(depth: depth)
            default: one(of: Self.scalars)
            }
        }

        mutating func list(depth: Int) -> (text: String, count: Int) {
            let count = below(4)
            return ("[" + (0..<count).map { _ in value(depth: depth - 1) }.joined(separator: ",") + "]", count)
        }

        /// A key may stand twice, as in real answers.
        mutating func object(depth: Int) -> String {
            let members = (0..<below(5)).map { _ in "\"\(one(of: Self.keys))\":\(value(depth: depth - 1))" }
            return "{" + members.joined(separator: ",") + "}"
        }
    }

    static let maps = [
        "{id: 'it.id', opened: 'it.at'}",
        "{id: 'string(it.id)', opened: 'timestamp(it.at)', closed: 'it.?a.optMap(t, timestamp(t))', events: [{at: 'timestamp(it.at)', activity: 'it.a'}]}",
        "{id: 'string(it.?id.orValue(1))', severity: {of: 'it.a', table: {x: S1, '7': S2}, otherwise: S3}, customer: {id: 'it.a.b', tier: 'it.b.c'}, attributes: {n: 'int(it.a)', l: 'it.b', m: 'it.a.map(x, x.b)'}}",
        "{id: '\"r\"', opened: 'parseTime(it.at, \"%d/%m/%Y %H:%M\", \"Europe/Rome\")', events: [{for: [e in it.a], when: 'e.a == e.b', at: 'timestamp(e.at)', activity: 'e.c', attributes: {x: 'e'}}]}",
        "{id: '\"r\"', events: [{for: [e in it.a, f in e.b], at: 'timestamp(f.at)', activity: {of: 'f', table: {x: opened}, otherwise: 'string(f)'}}]}",
        "{id: 'it.id + \"\"', updated: 'it.at', owner: 'it.a[0]', kind: 'it.a.size() > 1 ? it.a[1].b : it.b', attributes: {d: 'it.a / it.b', s: 'it.a < it.b', c: 'it'}}",
    ]

    private func mapping(_ map: String) throws -> Mapping {
        let diagnostics = Diagnostics()
        let yaml = "{partner: one, missing: ['?'], map: \(map)}"
        let node = try #require(YAMLDocument.read(yaml, file: "source", diagnostics: diagnostics))
        var keys = try #require(YAMLMapping(node, "source", diagnostics))
        let partner = keys.text("partner")
        return try #require(
            Mapping.load(&keys, source: "desk", format: .json, partner: partner), "\(diagnostics.sorted.map(\.message))")
    }

    private func batches(_ elements: [String], _ format: PageFormat, _ mapping: Mapping) throws -> MappedBatch {
        var reader = RecordReader(source: "desk", mapping: mapping, format: format, activities: ActivityTable(["opened"]))
        if format == .json {
            let page = Array(("[" + elements.joined(separator: ",") + "]").utf8)
            try reader.consume(.page(Page(number: 1, document: JSONDocument(parsing: page))))
        } else {
            try reader.consume(.bytes(Array((elements.joined(separator: "\n") + "\n").utf8), page: 1))
        }
        try reader.finish()
        var whole = MappedBatch()
        while let work = reader.next() {
            let batch = work.run()
            whole.records += batch.records
            whole.rejections += batch.rejections
            whole.eventRejections += batch.eventRejections
            whole.failure = whole.failure ?? batch.failure
        }
        return whole
    }

    @Test(arguments: ArbitraryValuesTests.maps, [PageFormat.json, .ndjson])
    func `every element becomes a record or a counted rejection`(map: String, format: PageFormat) throws {
        let mapping = try mapping(map)
        var draw = Draw(state: 2)
        for _ in 0..<150 {
            let elements = (0..<draw.below(12)).map { _ in
                draw.below(5) == 0 ? draw.value(depth: 3) : draw.object(depth: 4)
            }
            let found = try batches(elements, format, mapping)
            #expect(found.failure == nil)
            #expect(found.records.count + found.rejections.count == elements.count, "\(elements)")
            let canonical = found.records.map { record in
                var writer = JSONWriter()
                CanonicalRecord.write(record, into: &writer)
                return writer.text
            }
            // What is written of them can be read again.
            for line in canonical { _ = try JSONDocument(parsing: Array(line.utf8)) }
        }
    }

    @Test(arguments: ArbitraryValuesTests.maps) func `a probe takes every page, and counts its records`(map: String) async throws
    {
        let mapping = try mapping(map)
        let source = try #require(try PresetKeysTests.load("{id: s, preset: github, url: 'https://desk.example/a'}").source)
        let puller = Puller()
        var draw = Draw(state: 3)
        for _ in 0..<40 {
            let elements = (0..<draw.below(12)).map { _ in
                draw.below(5) == 0 ? draw.value(depth: 3) : draw.object(depth: 4)
            }
            let page = Array(("[" + elements.joined(separator: ",") + "]").utf8)
            var probe = RecordProbe(
                source: source, mapping: mapping, children: [], activities: ActivityTable([]), sample: 3, keptRecords: 3
            ) { puller.pull($0) }
            await probe.consume(.page(Page(number: 1, document: try JSONDocument(parsing: page))))
            let found = await probe.finish()
            let rejected = found.problems.filter { $0.what == "record" }.map(\.count).reduce(0, +)
            #expect(found.failure == nil)
            #expect(found.rowCount == elements.count && found.recordCount + rejected == elements.count, "\(elements)")
            #expect(found.records.count == min(3, found.recordCount))
        }
        await puller.shutDown()
    }

    @Test func `every turn of a loop becomes an event or a counted rejection`() throws {
        let mapping = try mapping("{id: '\"r\"', events: [{for: [e in it.a], at: 'timestamp(e.at)', activity: 'string(e.id)'}]}")
        var draw = Draw(state: 5)
        var events = 0
        var rejections = 0
        for _ in 0..<400 {
            let lists = (0..<4).map { _ -> (text: String, count: Int) in
                let count = draw.below(5)
                let turns = (0..<count).map { _ in
                    draw.below(3) == 0 ? draw.value(depth: 2) : #"{"id": \#(draw.value(depth: 1)), "at": "2026-01-05T09:12:00Z"}"#
                }
                return ("[" + turns.joined(separator: ",") + "]", count)
            }
            let found = try batches(lists.map { "{\"a\":\($0.text)}" }, .json, mapping)
            #expect(found.records.count == lists.count)
            for (index, list) in lists.enumerated() {
                let rejected = found.eventRejections.count { $0.provenance.pointer == "/\(index)" }
                let mapped = found.records.first { $0.provenance.pointer == "/\(index)" }?.events.count ?? 0
                #expect(mapped + rejected == list.count, "\(list.text)")
                events += mapped
                rejections += rejected
            }
        }
        // Both sides are reached.
        #expect(events > 500)
        #expect(rejections > 500)
    }
}
