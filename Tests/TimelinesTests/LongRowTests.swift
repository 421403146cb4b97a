import Fetching
import Language
import Testing

@testable import Timelines

/// One row must not take the memory of a machine.
struct LongRowTests {
    @Test(arguments: [
        (PageFormat.ndjson, "{\"id\": \"", "too_large"), (.csv, "id\n\"", "not_csv"), (.csv, "id\n", "not_csv"),
    ])
    func `a row beyond the bound ends the source`(format: PageFormat, start: String, code: String) throws {
        let diagnostics = Diagnostics()
        let yaml = "{partner: one, map: {id: 'it.id'}}"
        let node = try #require(YAMLDocument.read(yaml, file: "source", diagnostics: diagnostics))
        var keys = try #require(YAMLMapping(node, "source", diagnostics))
        let partner = keys.text("partner")
        let mapping = try #require(Mapping.load(&keys, source: "desk", format: format, partner: partner))
        var reader = RecordReader(source: "desk", mapping: mapping, format: format, activities: ActivityTable([]))
        try reader.consume(.bytes(Array(start.utf8), page: 1))
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        // Within the bound, so nothing is refused yet.
        for _ in 0..<15 { try reader.consume(.bytes(piece, page: 1)) }
        var refused: ReadFailure?
        do {
            for _ in 0..<2 { try reader.consume(.bytes(piece, page: 1)) }
        } catch {
            refused = error
        }
        #expect(refused?.reason.code == code)
        #expect(refused?.reason.message.contains("longer than") == true)
    }
}
