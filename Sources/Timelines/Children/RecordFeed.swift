package import Fetching

/// The work of one source, as a pull brings it: give it every event, and take the work after each. Where the source has
/// children its records are complete when they are handed on.
package struct RecordFeed {
    private var reader: RecordReader
    private let join: RecordJoin?
    private var isFinished = false

    /// `pull` begins the pull of a part of the source; nothing is pulled where there are no children. Records that wait for
    /// their children take no more than about `memoryLimit` bytes, and the rows of each stream as much.
    /// Of records with children, no more than `mostRecords` are handed on.
    package init(
        source: Source, mapping: Mapping, children: [ChildPlan], activities: ActivityTable, memoryLimit: Int = 8 << 20,
        mostRecords: Int? = nil,
        pull: @escaping @Sendable (Source) -> PullSequence
    ) {
        reader = RecordReader(
            source: source.id, mapping: mapping, format: source.format, activities: activities, maxRow: source.limits.maxRow)
        join =
            children.isEmpty
            ? nil
            : RecordJoin(
                parent: source, mapping: mapping, activities: activities, children: children, memoryLimit: memoryLimit,
                mostRecords: mostRecords, pull: pull
            )
    }

    /// How the children went, once everything was taken.
    package var children: ChildTally? { join?.tally }

    /// Takes in the next event of the pull.
    package mutating func consume(_ event: PullEvent) throws(ReadFailure) { try reader.consume(event) }

    /// Nothing more comes.
    package mutating func finish() throws(ReadFailure) {
        isFinished = true
        try reader.finish()
    }

    /// The next piece of work, where there is one. Waits for children.
    package mutating func next() async throws(ReadFailure) -> MappingWork? {
        guard let join else { return reader.next() }
        while let work = reader.next() { try join.add(work) }
        if isFinished { join.finish() }
        return try await join.next()
    }
}
