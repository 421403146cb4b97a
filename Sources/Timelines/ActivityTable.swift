/// The number of an activity within one plan: small, dense, compared instead of text.
package typealias Symbol = UInt16

/// The activities that a plan's checklists name, each with its symbol. Made once from the plan and then only read, so
/// records can be mapped and judged on any thread.
package final class ActivityTable: Sendable {
    /// The symbol of every activity that the plan does not name.
    package static let unknown: Symbol = 0

    /// Name by symbol; the first is that of `unknown` and empty.
    package let names: [String]
    private let symbols: [String: Symbol]
    private let texts: [ConstantText]
    /// A hash table of symbols by the bytes of their names, half empty, probed one by one.
    private let slots: [Symbol]

    /// Duplicates count once; at most 65,535 names.
    package init(_ activities: some Sequence<String>) {
        let sorted = Set(activities).subtracting([""]).sorted().prefix(Int(Symbol.max))
        names = [""] + sorted
        symbols = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, Symbol($0 + 1)) })
        texts = names.map(ConstantText.init)
        var slots = [Symbol](repeating: Self.unknown, count: Self.tableSize(for: sorted.count))
        for symbol in texts.indices.dropFirst() {
            var slot = Self.hash(texts[symbol].bytes) & (slots.count - 1)
            while slots[slot] != Self.unknown { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Symbol(symbol)
        }
        self.slots = slots
    }

    package func symbol(of activity: String) -> Symbol { symbols[activity] ?? Self.unknown }

    /// The symbol of an activity by the bytes of its name.
    package func symbol(utf8 name: UnsafeBufferPointer<UInt8>) -> Symbol {
        var slot = Self.hash(name) & (slots.count - 1)
        while slots[slot] != Self.unknown {
            if texts[Int(slots[slot])].equals(name) { return slots[slot] }
            slot = (slot + 1) & (slots.count - 1)
        }
        return Self.unknown
    }

    /// An activity by the bytes of its name: the text that the table has of it, where it has one, and its symbol.
    func activity(utf8 name: UnsafeBufferPointer<UInt8>) -> (String, Symbol) {
        let symbol = symbol(utf8: name)
        return (symbol == Self.unknown ? String(decoding: name, as: UTF8.self) : names[Int(symbol)], symbol)
    }

    private static func tableSize(for count: Int) -> Int {
        var size = 8
        while size < 2 * (count + 1) { size *= 2 }
        return size
    }

    /// FNV-1a: the same on every machine and in every run.
    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: hash >> 1)
    }
}
