import Checklists
import Foundation
package import Scoring
import Timelines

/// `verdicts.ndjson`, written while records stream by, sorted as they come from the scorer. Records are packed and handed
/// on: their lines are made on a thread of their own, one pack after the other, while the next records are scored.
package struct VerdictFile {
    private let writer: VerdictWriter
    private let failsOnly: Bool
    private var pack = VerdictPack()

    package init(to file: OutputFile, lines: consuming VerdictLines) {
        failsOnly = lines.failsOnly
        writer = VerdictWriter(file, lines)
    }

    package mutating func write(_ record: Scorer.ScoredRecord) throws {
        if failsOnly, !record.hasFails { return }
        pack.add(record.row, failsOnly ? record.fails : record.verdicts)
        if pack.size > 1 << 16 { try handOn() }
    }

    package mutating func write(_ customer: CustomerScorer.ScoredCustomer, _ slots: ItemSlots) throws {
        try handOn()
        try writer.write(customer, slots)
    }

    /// Writes what is left.
    package mutating func finish() throws {
        try handOn()
        try writer.finish()
    }

    private mutating func handOn() throws {
        guard pack.size > 0 else { return }
        try writer.take(pack)
        pack = VerdictPack()
    }
}

/// Records with the verdicts that lines are to be made of, packed to be handed to another thread.
private struct VerdictPack: Sendable {
    private struct Row {
        let partner: Int
        let record: Int
        let payload: Int
        let verdicts: Int
    }

    /// Of each row its partner, its record and its payload.
    private var bytes: [UInt8] = []
    private var rows: [Row] = []
    private var verdicts: [Scorer.ScoredVerdict] = []

    var size: Int { bytes.count }

    mutating func add(_ row: JudgementRow, _ counted: [Scorer.ScoredVerdict]) {
        bytes.append(contentsOf: row.partner)
        bytes.append(contentsOf: row.record)
        bytes.append(contentsOf: row.payload)
        rows.append(
            Row(
                partner: row.partner.count, record: row.record.count, payload: row.payload.count, verdicts: counted.count))
        verdicts += counted
    }

    func forEach(_ body: (JudgementRow, ArraySlice<Scorer.ScoredVerdict>) throws -> Void) throws {
        try bytes.withUnsafeBytes { bytes in
            var place = 0
            var first = 0
            func next(_ count: Int) -> UnsafeRawBufferPointer {
                defer { place += count }
                return UnsafeRawBufferPointer(rebasing: bytes[place..<place + count])
            }
            for row in rows {
                let (partner, record, payload) = (next(row.partner), next(row.record), next(row.payload))
                try body(
                    JudgementRow(partner: partner, record: record, payload: payload), verdicts[first..<first + row.verdicts])
                first += row.verdicts
            }
        }
    }
}

/// The thread that makes the lines: what it holds is touched on its queue alone.
private final class VerdictWriter: @unchecked Sendable {
    private let queue = DispatchQueue(label: "verdict lines")
    /// Packs that may wait at once, so that memory stays bounded.
    private let room = DispatchSemaphore(value: 4)
    private let file: OutputFile
    private var lines: VerdictLines
    /// Why nothing more is written.
    private var failure: (any Error)?

    init(_ file: OutputFile, _ lines: consuming VerdictLines) {
        self.file = file
        self.lines = lines
    }

    func take(_ pack: VerdictPack) throws {
        room.wait()
        queue.async { [self] in
            attempt { try pack.forEach { try lines.write($1, of: $0) } }
            room.signal()
        }
    }

    func write(_ customer: CustomerScorer.ScoredCustomer, _ slots: ItemSlots) throws {
        try queue.sync {
            attempt { lines.write(customer, slots) }
            if let failure { throw failure }
        }
    }

    func finish() throws {
        try queue.sync {
            attempt { try flush() }
            if let failure { throw failure }
            try file.close()
        }
    }

    private func attempt(_ body: () throws -> Void) {
        guard failure == nil else { return }
        do {
            try body()
            if lines.count > 1 << 16 { try flush() }
        } catch {
            failure = error
        }
    }

    private func flush() throws(ReportError) {
        try file.write(lines.bytes)
        lines.removeAll()
    }
}
