import Fetching
import Language
import Testing

@testable import Timelines

/// A page that stops in the middle of a row.
struct CutRowTests {
    /// What came before the pull ended, and the ids that are read of it.
    @Test(arguments: [
        (PageFormat.ndjson, ["{\"id\": \"1\"}\n{\"id\": \"22\"}\n", "{\"id\": \"3\"}"], ["1", "22"]),
        (.ndjson, ["{\"id\": \"1\"}\n{\"i"], ["1"]),
        (.csv, ["id,n\n1,10\n2,20\n", "3,3"], ["1", "2"]),
        (.csv, ["id,n\n1,10\n2,\"2"], ["1"]),
        (.csv, ["id"], []),
    ])
    func `a part of a row is no row`(format: PageFormat, chunks: [String], ids: [String]) throws {
        #expect(try read(format, chunks, isCut: true) == ids)
    }

    @Test(arguments: [
        (PageFormat.ndjson, ["{\"id\": \"1\"}\n", "{\"id\": \"3\"}"], ["1", "3"]), (.csv, ["id,n\n1,10\n", "3,3"], ["1", "3"]),
    ])
    func `the last row of a whole page needs no line end`(format: PageFormat, chunks: [String], ids: [String]) throws {
        #expect(try read(format, chunks, isCut: false) == ids)
    }

    private func read(_ format: PageFormat, _ chunks: [String], isCut: Bool) throws -> [String] {
        let diagnostics = Diagnostics()
        let node = try #require(YAMLDocument.read("{partner: one, map: {id: 'it.id'}}", file: "source", diagnostics: diagnostics))
        var keys = try #require(YAMLMapping(node, "source", diagnostics))
        let partner = keys.text("partner")
        let mapping = try #require(Mapping.load(&keys, source: "desk", format: format, partner: partner))
        var reader = RecordReader(source: "desk", mapping: mapping, format: format, activities: ActivityTable([]))
        for chunk in chunks { try reader.consume(.bytes(Array(chunk.utf8), page: 1)) }
        if isCut {
            try reader.consume(.ended(.partial(Outcome.Reason("truncated", "it broke off"))))
        } else {
            try reader.consume(
                .pageEnded(PageSummary(number: 1, url: "file:a", attempt: 1, byteCount: 0, sha256: "")))
            try reader.consume(.ended(.complete))
        }
        try reader.finish()
        var ids: [String] = []
        while let work = reader.next() {
            let batch = work.run()
            #expect(batch.failure == nil)
            #expect(batch.rejections.isEmpty)
            ids += batch.records.map(\.id)
        }
        return ids
    }
}
