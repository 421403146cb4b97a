/// Names by their bytes, each with a number: a hash table, at most half full, probed one by one. For a few names that are
/// asked for again and again.
package struct NameTable: Sendable {
    /// By number.
    package private(set) var names: [[UInt8]] = []
    private var slots = [Int32](repeating: -1, count: 64)

    package init() {}

    /// A name that was not asked for before has the next number.
    package mutating func number(of name: String) -> Int {
        var name = name
        return name.withUTF8 { number(of: UnsafeRawBufferPointer($0)) }
    }

    private mutating func number(of name: UnsafeRawBufferPointer) -> Int {
        var slot = Self.hash(name) & (slots.count - 1)
        while slots[slot] >= 0 {
            let number = Int(slots[slot])
            if names[number].withUnsafeBytes({ compareBytes($0, name) == 0 }) { return number }
            slot = (slot + 1) & (slots.count - 1)
        }
        names.append(Array(name))
        slots[slot] = Int32(truncatingIfNeeded: names.count - 1)
        if names.count * 2 > slots.count { grow() }
        return names.count - 1
    }

    private mutating func grow() {
        slots = Array(repeating: -1, count: slots.count * 2)
        for number in names.indices {
            var slot = names[number].withUnsafeBytes(Self.hash) & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(truncatingIfNeeded: number)
        }
    }

    /// FNV-1a: the same on every machine and in every run.
    private static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: hash >> 1)
    }
}
