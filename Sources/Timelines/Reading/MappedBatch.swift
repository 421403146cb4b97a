package import Fetching

/// What came of one piece of work: records, and everything that could not be one.
package struct MappedBatch: Sendable {
    /// In the order of the source; none where they were handed on one by one.
    package var records: [ServiceRecord] = []
    /// How many records there were.
    package var recordCount = 0
    /// Records that could not be mapped.
    package var rejections: [Rejection] = []
    /// Events that could not be mapped; their records are here.
    package var eventRejections: [Rejection] = []
    /// About the source as a whole, such as a column name that stands twice.
    package var warnings: [String] = []
    /// The first row of this batch that is not of the source's format. The other rows were mapped; the source is not
    /// complete. Of several, the one with the smallest sequence tells the reason.
    package var failure: ReadFailure?

    package init() {}
}

/// Rows that cannot be cut or read: the source becomes partial or failed.
package struct ReadFailure: Error, Hashable, Sendable {
    package let reason: Outcome.Reason
    /// The row's place in the order of reading, as in `Provenance.sequence`.
    package let sequence: Int

    package init(_ reason: Outcome.Reason, sequence: Int = 0) {
        self.reason = reason
        self.sequence = sequence
    }
}
