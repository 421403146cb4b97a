import Fetching
import Language

/// One stream for all records, its rows sorted by the record that they belong to: in memory, or in a temporary file.
/// Records ask in the order of their ids.
struct ChildStream {
    let name: String
    /// Rows that name a record that did not come.
    private(set) var strays = 0
    private var rows: SortedRows
    private var current: SortedRows.Row?
    /// Why no record's list is known.
    private let problem: String?
    private let mostBytes: Int
    /// The id that was asked for last, and its rows: an id may come twice.
    private var id: [UInt8]?
    private var found: [[UInt8]] = []
    private var isTooLarge = false

    init(_ plan: ChildPlan, _ sort: SpillingSort, problem: String?) throws(SpillError) {
        name = plan.name
        self.problem = problem
        mostBytes = plan.source.limits.maxPage
        rows = sort.sorted()
        current = try rows.next()
    }

    /// Puts the rows of a record into it. Says why it cannot, where that is not the fault of the whole stream.
    mutating func join(_ id: [UInt8], into row: inout JoinedRow) throws(SpillError) -> String? {
        if let problem {
            row.lose(name, problem)
            return nil
        }
        if id != self.id { try find(id) }
        if isTooLarge { return ChildReader.tooLarge(mostBytes).message }
        row.attach(name, found)
        return nil
    }

    private mutating func find(_ id: [UInt8]) throws(SpillError) {
        self.id = id
        found = []
        isTooLarge = false
        var size = 0
        while let row = current {
            let order = id.withUnsafeBytes { compareBytes(row.key, $0) }
            if order > 0 { break }
            if order == 0 {
                size += row.payload.count
                isTooLarge = size > mostBytes
                if isTooLarge { found = [] } else { found.append(Array(row.payload)) }
            } else {
                strays += 1
            }
            current = try rows.next()
        }
    }

    /// No more records come: what is left belongs to none, where the stream was read at all.
    mutating func finish() throws(SpillError) {
        while problem == nil, current != nil {
            strays += 1
            current = try rows.next()
        }
    }
}
