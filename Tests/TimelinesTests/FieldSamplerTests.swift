import Fetching
import Language
import Testing

@testable import Timelines

/// What is seen of a source's first records.
struct FieldSamplerTests {
    private func look(_ format: PageFormat, _ text: String) throws -> FieldSampler {
        let diagnostics = Diagnostics()
        let yaml =
            "{partner: one, missing: ['?'], map: {id: 'string(it.id)', events: [{at: 'timestamp(it.at)', activity: 'it.what'}]}}"
        let node = try #require(YAMLDocument.read(yaml, file: "source", diagnostics: diagnostics))
        var keys = try #require(YAMLMapping(node, "source", diagnostics))
        let partner = keys.text("partner")
        let mapping = try #require(Mapping.load(&keys, source: "desk", format: format, partner: partner))
        var reader = RecordReader(source: "desk", mapping: mapping, format: format, activities: ActivityTable(["a"]))
        if format == .json {
            try reader.consume(.page(Page(number: 1, document: try JSONDocument(parsing: text))))
        } else {
            try reader.consume(.bytes(Array(text.utf8), page: 1))
        }
        try reader.consume(.pageEnded(PageSummary(number: 1, url: "file:a", attempt: 1, byteCount: 0, sha256: "")))
        try reader.finish()
        var sampler = FieldSampler()
        while let work = reader.next() { sampler.look(at: work) }
        return sampler
    }

    private static let at = "\"at\": \"2026-01-01T00:00:00Z\", \"what\""

    @Test(arguments: [PageFormat.json, .ndjson, .csv])
    func `fields are counted by path and type, and what is missing is not there`(format: PageFormat) throws {
        let records = ["{\"id\": \"1\", \(Self.at): \"a\"}", "{\"id\": \"2\", \"x\": \"?\", \(Self.at): \"b\"}"]
        let sampler =
            switch format {
            case .json: try look(.json, "[" + records.joined(separator: ",") + "]")
            case .ndjson: try look(.ndjson, records.joined(separator: "\n"))
            case .csv: try look(.csv, "id,x,at,what\n1,?,2026-01-01T00:00:00Z,a\n2,?,2026-01-01T00:00:00Z,b\n")
            }
        let expected = ["/id": 2, "/at": 2, "/what": 2]
        #expect(
            sampler.fields
                == Dictionary(uniqueKeysWithValues: expected.map { (FieldSampler.Field(path: $0, type: "string"), $1) }))
        #expect(sampler.activities == ["a": 1, "b": 1])
        #expect(sampler.records == 2)
    }

    @Test func `what lies within is a path of its own`() throws {
        let sampler = try look(
            .ndjson,
            "{\"id\": 1, \"who\": {\"name\": \"x\", \"old\": true}, \"list\": [{\"n\": 1}, {\"n\": 2.5}, \"z\"], \(Self.at): \"a\"}"
        )
        let fields = sampler.fields.map { "\($0.key.path) \($0.key.type) \($0.value)" }.sorted()
        #expect(
            fields == [
                "/at string 1", "/id number 1", "/list list 1", "/list/[] object 1", "/list/[] string 1", "/list/[]/n number 1",
                "/what string 1", "/who object 1", "/who/name string 1", "/who/old boolean 1",
            ])
    }

    @Test func `a few hundred records are enough, and fields have an end`() throws {
        let line = "{\"id\": 1, \(Self.at): \"a\"}\n"
        #expect(try look(.ndjson, String(repeating: line, count: 3000)).records == 500)
        #expect(try look(.csv, "id,at,what\n" + String(repeating: "1,2026-01-01T00:00:00Z,a\n", count: 3000)).records == 500)
        let many = "{" + (0..<1000).map { "\"f\($0)\": 1, " }.joined() + "\"id\": 1, \(Self.at): \"a\"}"
        #expect(try look(.ndjson, many).fields.count == 300)
    }
}
