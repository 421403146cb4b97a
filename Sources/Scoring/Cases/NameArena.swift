import Foundation
import Language

/// Names by their bytes, numbered in the order in which they came: one piece of memory for all of them, since a partner may have
/// as many customers as records.
final class NameArena {
    // Asked for every record, and never while they are written.
    @exclusivity(unchecked)
    private var bytes = OutputBytes(capacity: 256)
    /// Where each name ends.
    @exclusivity(unchecked)
    private var ends: UnsafeMutableBufferPointer<UInt32> = .allocate(capacity: 64)
    /// Numbers of names by hash, at most half full; empty while nobody asks for numbers.
    @exclusivity(unchecked)
    private var slots: UnsafeMutableBufferPointer<Int32> = .allocate(capacity: 0)
    @exclusivity(unchecked)
    private(set) var count = 0

    deinit {
        ends.deallocate()
        slots.deallocate()
    }

    subscript(number: Int) -> UnsafeRawBufferPointer {
        let start = number == 0 ? 0 : Int(ends[number - 1])
        return UnsafeRawBufferPointer(rebasing: bytes.bytes[start..<Int(ends[number])])
    }

    /// A name that was not asked for before has the next number.
    func number(of name: UnsafeRawBufferPointer) -> Int {
        if count * 2 >= slots.count { makeSlots(max(64, count * 4)) }
        let (slots, ends) = (slots, ends)
        let known = bytes.bytes
        var slot = Self.hash(name) & (slots.count &- 1)
        while case let number = Int(slots[slot]), number >= 0 {
            let start = number == 0 ? 0 : Int(ends[number &- 1])
            if UnsafeRawBufferPointer(rebasing: known[start..<Int(ends[number])]).hasBytes(of: name) { return number }
            slot = (slot &+ 1) & (slots.count &- 1)
        }
        slots[slot] = Int32(truncatingIfNeeded: count)
        bytes.append(name)
        if count == ends.count { growEnds() }
        self.ends[count] = UInt32(truncatingIfNeeded: bytes.count)
        count += 1
        return count - 1
    }

    /// Forgets how to find names fast, until the next one is asked for.
    func rest() {
        slots.deallocate()
        slots = .allocate(capacity: 0)
    }

    private func growEnds() {
        let larger = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: 2 * ends.count)
        _ = larger.initialize(from: ends)
        ends.deallocate()
        ends = larger
    }

    /// By name: its place among all, in the order of their bytes; and the names in that order.
    func sorted() -> (places: [Int32], names: [String]) {
        let order = (0..<count).sorted { self[$0].precedes(self[$1]) }
        var places = [Int32](repeating: 0, count: count)
        for (place, number) in order.enumerated() { places[number] = Int32(truncatingIfNeeded: place) }
        return (places, order.map { self[$0].text })
    }

    private func makeSlots(_ needed: Int) {
        var size = 64
        while size < needed { size *= 2 }
        slots.deallocate()
        slots = .allocate(capacity: size)
        slots.initialize(repeating: -1)
        for number in 0..<count {
            var slot = Self.hash(self[number]) & (size - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Int32(truncatingIfNeeded: number)
        }
    }

    /// Eight bytes at a time, each mixed with those before.
    private static func hash(_ name: UnsafeRawBufferPointer) -> Int {
        var state = UInt64(truncatingIfNeeded: name.count) &* 0x9E37_79B9_7F4A_7C15
        var place = 0
        while place &+ 8 <= name.count {
            state = mixed(state ^ name.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            place &+= 8
        }
        var rest: UInt64 = 0
        while place < name.count {
            rest = rest << 8 | UInt64(name[place])
            place &+= 1
        }
        return Int(truncatingIfNeeded: mixed(state ^ rest) >> 16)
    }

    @inline(__always)
    private static func mixed(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low
    }
}
