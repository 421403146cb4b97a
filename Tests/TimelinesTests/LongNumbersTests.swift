import Fetching
import Language
import Testing

@testable import Timelines

/// Ids that are numbers which no 64 bits hold: records that differ stay two, however they are read.
struct LongNumbersTests {
    private static let ids = [
        "12345678901234567890", "12345678901234567891", "-12345678901234567890", "123456789012345678901234567890",
        "123456789012345678901234567891", "18446744073709551615", "9223372036854775807", "123456789012345678",
    ]

    private static func mapping(_ format: PageFormat, _ id: String) throws -> Mapping {
        let diagnostics = Diagnostics()
        let records = format == .json ? "records: 'body.rows', " : ""
        let node = try #require(
            YAMLDocument.read("{\(records)map: {id: '\(id)', kind: '\"k\"'}}", file: "f", diagnostics: diagnostics))
        var keys = try #require(YAMLMapping(node, "source", diagnostics))
        return try #require(Mapping.load(&keys, source: "s", format: format, partner: "p"), "\(diagnostics.sorted)")
    }

    private static func ids(of events: [PullEvent], _ format: PageFormat, _ id: String, scans: Bool) throws -> [String] {
        var reader = RecordReader(
            source: "s", mapping: try mapping(format, id), format: format, activities: ActivityTable([]))
        for event in events { try reader.consume(event) }
        try reader.finish()
        var found: [String] = []
        while var work = reader.next() {
            work.scansLines = scans
            found += work.run().records.map(\.id)
        }
        return found
    }

    @Test(arguments: ["string(it.id)", "string(dyn(it.id))"], [true, false])
    func `ids beyond 64 bits stay apart`(id: String, scans: Bool) throws {
        let lines = Self.ids.map { "{\"id\": \($0)}" }
        let text = Array((lines.joined(separator: "\n") + "\n").utf8)
        #expect(try Self.ids(of: [.bytes(text, page: 1)], .ndjson, id, scans: scans) == Self.ids)
        let page = "{\"rows\": [\(lines.joined(separator: ", "))]}"
        let document = Page(number: 1, document: try JSONDocument(parsing: page))
        #expect(try Self.ids(of: [.page(document)], .json, id, scans: scans) == Self.ids)
        var bytes = Array(page.utf8)
        if let list = JSONList(cutting: &bytes, at: ["rows"]) {
            #expect(try Self.ids(of: [.page(Page(number: 1, content: .list(list)))], .json, id, scans: scans) == Self.ids)
        }
    }
}
