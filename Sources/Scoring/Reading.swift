import Checklists
import Foundation
import Language

/// One reading of a record, kept in memory of its own until every reading of the record is known.
final class Reading {
    private var memory: UnsafeMutableRawBufferPointer = .allocate(byteCount: 1024, alignment: 8)
    private(set) var row: JudgementRow?

    deinit { memory.deallocate() }

    var isEmpty: Bool { row == nil }

    func removeAll() { row = nil }

    /// True for another reading of the record that is held.
    @inline(__always)
    func isOfSameRecord(as other: JudgementRow) -> Bool {
        guard let row else { return false }
        return row.record.hasBytes(of: other.record) && row.partner.hasBytes(of: other.partner)
    }

    /// Takes a copy of a row.
    func hold(_ other: JudgementRow) {
        let count = other.partner.count + other.record.count + other.payload.count
        if count > memory.count {
            memory.deallocate()
            memory = .allocate(byteCount: 2 * count, alignment: 8)
        }
        var place = 0
        func copy(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
            let target = UnsafeMutableRawBufferPointer(rebasing: memory[place..<place + bytes.count])
            target.copyMemory(from: bytes)
            place += bytes.count
            return UnsafeRawBufferPointer(target)
        }
        row = other.moved(partner: copy(other.partner), record: copy(other.record), payload: copy(other.payload))
    }

    func isOfSameSource(as other: Reading) -> Bool {
        guard let row, let other = other.row else { return false }
        return row.source.hasBytes(of: other.source)
    }

    /// By the names of the sources.
    func precedes(_ other: Reading) -> Bool {
        guard let row, let other = other.row else { return false }
        return row.source.precedes(other.source)
    }

    /// Negative where this one was updated before the other. A reading without `updated` is older than any that has it.
    func compareUpdates(_ other: Reading) -> Int {
        switch (row?.updated, other.row?.updated) {
        case (nil, nil): 0
        case (nil, .some): -1
        case (.some, nil): 1
        case (let mine?, let theirs?): mine < theirs ? -1 : mine > theirs ? 1 : 0
        }
    }

    /// Whether of two readings of one source this one counts.
    func replaces(_ other: Reading) -> Bool {
        let order = compareUpdates(other)
        return order != 0 ? order > 0 : (row?.sequence ?? 0) >= (other.row?.sequence ?? 0)
    }
}
