import Testing

@testable import Timelines

struct SpillingSortTests {
    typealias Row = (group: String, key: [UInt8], payload: [UInt8])

    private func rows(of sort: SpillingSort) throws -> [Row] {
        var result = sort.sorted()
        var found: [Row] = []
        while let row = try result.next() {
            found.append((String(decoding: row.group, as: UTF8.self), Array(row.key), Array(row.payload)))
        }
        return found
    }

    /// Rows with groups and keys from small sets, so that many are equal; the payload counts the insertions.
    private func made(_ count: Int) -> [Row] {
        var state: UInt64 = 7
        return (0..<count).map { number in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let length = Int(state >> 60)
            let key = (0..<length).map { UInt8(truncatingIfNeeded: state >> (8 + UInt64($0 % 3))) & 0x83 }
            let group = ["", "a", "ab", "é", "e\u{301}", "a\u{0}"][Int(state >> 40) % 6]
            return (group, key, Array("\(number)".utf8))
        }
    }

    private func sorted(_ rows: [Row]) -> [Row] {
        func bytes(_ row: Row) -> [[UInt8]] { [Array(row.group.utf8), row.key] }
        return rows.enumerated().sorted { a, b in
            for (left, right) in zip(bytes(a.element), bytes(b.element)) where left != right {
                return left.lexicographicallyPrecedes(right)
            }
            return a.offset < b.offset
        }.map(\.element)
    }

    @Test(arguments: [100, 1000, 20_000, 64 << 20])
    func `rows come by group and key, equal ones in the order of insertion`(memoryLimit: Int) throws {
        let sort = SpillingSort(memoryLimit: memoryLimit)
        let rows = made(3000)
        for row in rows { try sort.add(group: row.group, key: row.key, payload: row.payload) }
        #expect(sort.hasSpilled == (memoryLimit < 1 << 20))
        let found = try self.rows(of: sort)
        let expected = sorted(rows)
        #expect(found.map { Array($0.group.utf8) } == expected.map { Array($0.group.utf8) })
        #expect(found.map(\.key) == expected.map(\.key))
        #expect(found.map(\.payload) == expected.map(\.payload))
    }

    @Test func `rows that several threads add come in one order`() async throws {
        let sort = SpillingSort(memoryLimit: 2000)
        let rows = made(3000)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for part in 0..<6 {
                group.addTask {
                    for start in stride(from: part * 500, to: part * 500 + 500, by: 50) {
                        try sort.withBatch { batch in
                            for row in rows[start..<start + 50] {
                                batch.add(group: row.group, key: row.key, payload: row.payload)
                            }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let found = try self.rows(of: sort)
        #expect(found.map(\.key) == sorted(rows).map(\.key))
        #expect(Set(found.map(\.payload)).count == 3000)
    }

    @Test func `a row larger than every buffer is read whole`() throws {
        let sort = SpillingSort(memoryLimit: 1000)
        let large = [UInt8](repeating: 7, count: 20 << 20)
        try sort.add(key: [2], payload: [1])
        try sort.add(key: [1], payload: large)
        try sort.add(key: [0], payload: [])
        let found = try rows(of: sort)
        #expect(found.map(\.key) == [[0], [1], [2]])
        #expect(found.map(\.payload) == [[], large, [1]])
    }

    @Test func `nothing sorts to nothing`() throws { #expect(try rows(of: SpillingSort()).isEmpty) }
}
