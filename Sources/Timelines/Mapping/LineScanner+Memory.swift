import Language

extension LineScanner {
    /// A key with its quotes and its colon, as it stands in most texts.
    struct Key {
        /// What wants the value of a key.
        struct Target {
            /// The number of the field: negative where nobody wants it.
            var field = -1
            /// The shape of the objects in the list that it is; 0 where it is none.
            var list = 0
        }

        let text: UnsafeMutableBufferPointer<UInt8>
        let first: UInt64
        let last: UInt64
        let mask: UInt64
        let target: Target

        init(_ key: UnsafeBufferPointer<UInt8>, _ target: Target) {
            self.target = target
            text = .allocate(capacity: max(8, key.count + 3))
            text.initialize(repeating: 0)
            text[0] = UInt8(ascii: "\"")
            for (index, byte) in key.enumerated() { text[index + 1] = byte }
            text[key.count + 1] = UInt8(ascii: "\"")
            text[key.count + 2] = UInt8(ascii: ":")
            count = key.count + 3
            let start = UnsafeRawPointer(text.baseAddress)
            first = start?.loadUnaligned(as: UInt64.self) ?? 0
            mask = count >= 8 ? ~0 : UInt64(littleEndian: ~(~0 << UInt64(8 * count)))
            last = count >= 8 ? start?.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self) ?? 0 : 0
        }

        /// With quotes and colon.
        let count: Int

        var name: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: text[1..<(count - 2)]) }

        /// True where a key stands at a place. The key is looked at where it lies, not copied.
        @inline(__always)
        static func stands(_ key: UnsafeMutablePointer<Key>, at place: Text) -> Bool {
            let place = UnsafeRawPointer(place)
            guard (place.loadUnaligned(as: UInt64.self) ^ key.pointee.first) & key.pointee.mask == 0 else { return false }
            let count = key.pointee.count
            if count <= 8 { return true }
            let last = place.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
            return last == key.pointee.last && (count <= 16 || key.pointee.isSame(as: place))
        }

        /// Of a long key, what lies between its ends.
        @inline(never)
        private func isSame(as place: UnsafeRawPointer) -> Bool {
            for index in 8..<(count - 8) where place.load(fromByteOffset: index, as: UInt8.self) != text[index] { return false }
            return true
        }
    }

    /// What is looked for in the objects of one kind, and in which order their keys are expected: that of the last ones.
    struct Shape {
        var wanted: [Key]
        var expected: UnsafeMutablePointer<Key>
        var expectedCount = 0
        var surprises = 0

        static let mostExpected = 64
        private static let longestExpected = 32
        private static let mostSurprises = 256

        init(_ fields: [WantedFields.Field], target: (WantedFields.Field) -> Key.Target) {
            wanted = fields.map { Key($0.key.bytes, target($0)) }
            expected = .allocate(capacity: Self.mostExpected)
        }

        /// The target of a key, and what is expected after it.
        mutating func target(of key: UnsafeBufferPointer<UInt8>, _ next: inout Int) -> Key.Target {
            for place in next..<expectedCount where Self.isSame(expected[place].name, key) {
                next = place + 1
                return expected[place].target
            }
            let target = wanted.first { Self.isSame($0.name, key) }?.target ?? Key.Target()
            // A longer one could be looked for beyond the end of the block.
            guard key.count <= Self.longestExpected else { return target }
            surprises += 1
            if surprises > Self.mostSurprises {
                // The objects are others now: learn anew from the next one.
                forget()
                next = 0
            } else if next == expectedCount, next < Self.mostExpected {
                (expected + next).initialize(to: Key(key, target))
                expectedCount += 1
                next += 1
            }
            return target
        }

        mutating func forget() {
            for place in 0..<expectedCount { expected[place].text.deallocate() }
            surprises = 0
            expectedCount = 0
        }

        private static func isSame(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
            a.count == b.count && sameBytes(a, b)
        }
    }

    /// Owns the shapes, that of the record first, and the rows.
    final class Memory {
        let shapes: UnsafeMutablePointer<Shape>
        private let shapeCount: Int
        /// The fields of the record that are read of every object in a list.
        let inLoops: UnsafeMutablePointer<Int>
        let inLoopCount: Int
        /// A row has room for every field that is read of it, by number.
        let width: Int
        private(set) var rows: UnsafeMutablePointer<Place>
        private var capacity = 64
        var rowCount = 0

        init(_ plan: LinePlan) {
            shapeCount = 1 + plan.lists.count
            shapes = .allocate(capacity: shapeCount)
            shapes.initialize(
                to: Shape(plan.record) { field in
                    Key.Target(field: field.number, list: (plan.lists.firstIndex(of: field.number) ?? -1) + 1)
                })
            for list in plan.lists.indices {
                (shapes + list + 1).initialize(to: Shape(plan.element) { field in Key.Target(field: field.number) })
            }
            width = 1 + (plan.element.map(\.number) + plan.recordInLoops).reduce(0, max)
            inLoopCount = plan.recordInLoops.count
            inLoops = .allocate(capacity: max(1, inLoopCount))
            for (index, field) in plan.recordInLoops.enumerated() { (inLoops + index).initialize(to: field) }
            rows = .allocate(capacity: max(1, capacity * width))
        }

        deinit {
            for index in 0..<shapeCount {
                shapes[index].forget()
                for key in shapes[index].wanted { key.text.deallocate() }
                shapes[index].expected.deallocate()
            }
            shapes.deinitialize(count: shapeCount)
            shapes.deallocate()
            inLoops.deallocate()
            rows.deallocate()
        }

        /// A row in which nothing is found yet.
        @inline(__always)
        func addRow() -> UnsafeMutablePointer<Place> {
            if rowCount == capacity { grow() }
            let row = rows + rowCount &* width
            row.initialize(repeating: .absent, count: width)
            rowCount &+= 1
            return row
        }

        @inline(never)
        private func grow() {
            let larger = UnsafeMutablePointer<Place>.allocate(capacity: max(1, 2 * capacity * width))
            larger.moveInitialize(from: rows, count: capacity * width)
            rows.deallocate()
            rows = larger
            capacity *= 2
        }
    }
}
