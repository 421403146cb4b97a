import Fetching
import Language
import Testing

@testable import Timelines

/// Records are lent one by one, and some are kept.
struct KeptRecordsTests {
    private static let mapping = """
        map:
          id: 'it.id'
          partner: 'it.partner'
          severity: 'it.severity'
          events:
            - for: [e in it.events]
              at: 'timestamp(e.at)'
              activity: 'e.what'
        """

    private static func work() throws -> [MappingWork] {
        let diagnostics = Diagnostics()
        let node = try #require(YAMLDocument.read(mapping, file: "f", diagnostics: diagnostics))
        var keys = try #require(YAMLMapping(node, "source", diagnostics))
        let mapping = try #require(
            Mapping.load(&keys, source: "s", format: .ndjson, partner: nil), "\(diagnostics.sorted)")
        let event = #"{"at":"2026-01-05T09:00:00Z","what":"opened"}"#
        func line(_ id: String, _ more: String, events: Int) -> String {
            #"{"id":"\#(id)","partner":"p"\#(more),"events":[\#(Array(repeating: event, count: events).joined(separator: ","))]}"#
        }
        let lines = [
            line("a", #","severity":"high""#, events: 2000), line("b", "", events: 2), #"{"partner":"nobody's"}"#,
            line("c", #","severity":"low""#, events: 0), line("d", "", events: 1),
        ]
        var reader = RecordReader(
            source: "s", mapping: mapping, format: .ndjson, activities: ActivityTable(["opened"]))
        try reader.consume(.bytes(Array((lines.joined(separator: "\n") + "\n").utf8), page: 1))
        try reader.finish()
        var all: [MappingWork] = []
        while let next = reader.next() { all.append(next) }
        return all
    }

    @Test(arguments: [true, false])
    func `a record that is lent holds nothing of the one before`(scans: Bool) throws {
        var lent: [String] = []
        var rejected = 0
        for var work in try Self.work() {
            work.scansLines = scans
            let batch = work.run { lent.append("\($0.id) \($0.severity ?? "-") \($0.events.count)") }
            rejected += batch.rejections.count
            #expect(batch.records.isEmpty && batch.recordCount == 4)
        }
        #expect(lent == ["a high 2000", "b - 2", "c low 0", "d - 1"])
        #expect(rejected == 1)
    }

    @Test func `a record that is kept takes no more memory than its events`() throws {
        let records = try Self.work().flatMap { $0.run().records }
        #expect(records.map(\.events.count) == [2000, 2, 0, 1])
        #expect(records.dropFirst().allSatisfy { $0.events.capacity < 100 })
    }
}
