/// Names by their bytes, each with a number: a hash table, at most half full, probed one by one. For a few names that are
/// asked for again and again.
package struct NameTable: Sendable {
    /// By number.
    package private(set) var names: [[UInt8]] = []
    private var marks: [Mark] = []
    private var slots = [Int32](repeating: -1, count: 64)

    package init() {}

    /// A name that was not asked for before has the next number.
    package mutating func number(of name: String) -> Int {
        var name = name
        return name.withUTF8 { number(of: UnsafeRawBufferPointer($0)) }
    }

    private mutating func number(of name: UnsafeRawBufferPointer) -> Int {
        let mark = Mark(name)
        var slot = mark.hash & (slots.count - 1)
        while slots[slot] >= 0 {
            let number = Int(slots[slot])
            if marks[number] == mark, mark.isWhole || names[number].withUnsafeBytes({ compareBytes($0, name) == 0 }) {
                return number
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        names.append(Array(name))
        marks.append(mark)
        slots[slot] = Int32(truncatingIfNeeded: names.count - 1)
        if names.count * 2 > slots.count { grow() }
        return names.count - 1
    }

    private mutating func grow() {
        slots = Array(repeating: -1, count: slots.count * 2)
        for (number, mark) in marks.enumerated() {
            var slot = mark.hash & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(truncatingIfNeeded: number)
        }
    }

    /// What tells most names apart: how long they are, and their first eight bytes, mixed with the others where there are more.
    private struct Mark: Equatable {
        let bits: UInt64
        let count: Int

        init(_ name: UnsafeRawBufferPointer) {
            count = name.count
            var bits: UInt64 = 0
            for place in 0..<min(count, 8) { bits = bits << 8 | UInt64(name[place]) }
            for place in 8..<max(count, 8) { bits = (bits ^ UInt64(name[place])) &* 0x100_0000_01B3 }
            self.bits = bits
        }

        /// It is the whole name.
        var isWhole: Bool { count <= 8 }

        /// The same on every machine and in every run.
        var hash: Int { Int(truncatingIfNeeded: (bits &+ UInt64(truncatingIfNeeded: count)) &* 0x9E37_79B9_7F4A_7C15 >> 20) }
    }
}
