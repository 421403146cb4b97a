import Testing

@testable import Timelines

struct SpillingSortTests {
    /// Rows with keys from a small set, so that many are equal; the payload counts the insertions.
    private func sorted(_ rows: [(key: [UInt8], payload: [UInt8])], memoryLimit: Int) throws -> [(key: [UInt8], payload: [UInt8])]
    {
        let sort = SpillingSort(memoryLimit: memoryLimit)
        for row in rows { try sort.add(key: row.key, payload: row.payload) }
        #expect(sort.hasSpilled == (memoryLimit < 1 << 20))
        var result = try sort.sorted()
        var found: [(key: [UInt8], payload: [UInt8])] = []
        while let row = try result.nextRow() { found.append(row) }
        return found
    }

    @Test(arguments: [100, 1000, 20_000, 64 << 20])
    func `rows come by key, equal keys in the order of insertion`(memoryLimit: Int) throws {
        var state: UInt64 = 7
        let rows = (0..<3000).map { number -> (key: [UInt8], payload: [UInt8]) in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let length = Int(state >> 60)
            let key = (0..<length).map { UInt8(truncatingIfNeeded: state >> (8 + UInt64($0 % 3))) & 0x83 }
            return (key, Array("\(number)".utf8))
        }
        let expected = rows.enumerated().sorted { a, b in
            a.element.key == b.element.key
                ? a.offset < b.offset : a.element.key.lexicographicallyPrecedes(b.element.key)
        }.map(\.element)
        let found = try sorted(rows, memoryLimit: memoryLimit)
        #expect(found.map(\.key) == expected.map(\.key))
        #expect(found.map(\.payload) == expected.map(\.payload))
    }

    @Test func `nothing sorts to nothing`() throws {
        var rows = try SpillingSort().sorted()
        #expect(try rows.nextRow() == nil)
    }
}
