import Checklists
import Language
import Synchronization
import Timelines

/// The judgements of an audit on their way to be sorted: compact rows, in memory or in a temporary file. Batches may be
/// added from any thread and in any order.
final class JudgementSpool: Sendable {
    /// Rows encoded by one thread, so that the spool is locked once a batch and not once a record.
    struct Batch {
        fileprivate var rows: [(key: [UInt8], payload: [UInt8])] = []

        mutating func add(_ judgement: Judgement) {
            var payload: [UInt8] = []
            judgement.encode(into: &payload)
            rows.append((judgement.sortKey, payload))
        }
    }

    private let sort = Mutex(JudgementSpool.emptySort)

    /// Little enough that an audit of a hundred thousand records takes no more memory than one of ten thousand.
    private static var emptySort: SpillingSort { SpillingSort(memoryLimit: 8 << 20) }

    func add(_ batch: Batch) throws {
        try sort.withLock { sort in
            for row in batch.rows { try sort.add(key: row.key, payload: row.payload) }
        }
    }

    /// Hands over every judgement by partner, record and order of reading. Called once, when all batches are added.
    func forEachSorted(_ body: (Judgement) throws -> Void) throws {
        let sort = sort.withLock { sort in
            let taken = sort
            sort = Self.emptySort
            return taken
        }
        var rows = try sort.sorted()
        while let row = try rows.nextRow() { try body(try Judgement(decoding: row.payload)) }
    }
}
