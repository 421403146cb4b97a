import Checklists
import Timelines

/// The judgements of an audit on their way to be sorted: compact rows, in memory or in a temporary file. They may be added
/// from any thread and in any order.
final class JudgementSpool: Sendable {
    /// Little enough that an audit of a million records takes no more memory than one of ten thousand.
    private let sort = SpillingSort(memoryLimit: 4 << 20)

    /// Lends a batch to add judgements to.
    func add<Result>(_ fill: (inout RowBatch) -> Result) throws -> Result { try sort.withBatch(fill) }

    /// Hands over every judgement by partner and record. Called once, when all are added.
    func forEachSorted(_ body: (JudgementRow) throws -> Void) throws {
        var rows = sort.sorted()
        while let row = try rows.next() {
            try body(try JudgementRow(partner: row.group, record: row.key, payload: row.payload))
        }
    }
}
