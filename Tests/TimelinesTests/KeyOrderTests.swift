import Fetching
import Language
import Testing

@testable import Timelines

/// Keys of an object may come in any order, and in another one in every record.
struct KeyOrderTests {
    @Test func `records are mapped alike in whatever order their keys come`() throws {
        var random: UInt64 = 7
        func below(_ bound: Int) -> Int {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(random >> 33) % bound
        }
        var text = ""
        for id in 0..<3000 {
            var keys = [
                #""id":"\#(id)""#, #""who":"p""#, #""sev":"S\#(id % 3)""#, #""when":"2026-01-05T09:00:00Z""#,
                #""a_key_longer_than_sixteen":"x\#(id)""#,
            ]
            for extra in 0..<below(4) { keys.append(#""extra\#(below(40))_\#(extra)":\#(below(9))"#) }
            for index in keys.indices.reversed() { keys.swapAt(index, below(index + 1)) }
            text += "{" + keys.joined(separator: ",") + "}\n"
        }
        let diagnostics = Diagnostics()
        let node = try #require(
            YAMLDocument.read(
                """
                map:
                  id: 'it.id'
                  partner: 'it.who'
                  severity: 'it.sev'
                  opened: 'timestamp(it.when)'
                  owner: 'it.a_key_longer_than_sixteen'
                """, file: "f", diagnostics: diagnostics))
        var keys = try #require(YAMLMapping(node, "source", diagnostics))
        let mapping = try #require(Mapping.load(&keys, source: "s", format: .ndjson, partner: nil), "\(diagnostics.sorted)")
        var reader = RecordReader(source: "s", mapping: mapping, format: .ndjson, activities: ActivityTable([String]()))
        try reader.consume(.bytes(Array(text.utf8), page: 1))
        try reader.finish()
        var records: [ServiceRecord] = []
        while let work = reader.next() { records += work.run().records }
        #expect(records.count == 3000)
        for (id, record) in records.enumerated() {
            #expect(record.id == "\(id)" && record.partner == "p" && record.severity == "S\(id % 3)" && record.owner == "x\(id)")
            #expect(record.opened == Instant(rfc3339: "2026-01-05T09:00:00Z"))
        }
    }
}
