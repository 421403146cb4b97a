import Language

/// Sorts rows of bytes by group and key, with as little memory as it is given: what does not fit is sorted in runs that
/// lie in a temporary file without a name, and merged when they are read. Rows that one thread added keep their order
/// where group and key are equal.
///
/// Names of groups and keys compare byte by byte; a shorter one that the longer begins with comes first. Rows may be added
/// on any thread: each fills and sorts a batch of its own.
package final class SpillingSort: Sendable {
    private struct State {
        /// Batches that nobody fills at the moment.
        var idle: [RowBatch] = []
        var file: SpillFile?
        var fileCount: Int64 = 0
        var runs: [Range<Int64>] = []
    }

    private let memoryLimit: Int
    private let state = Guarded(State())

    /// `memoryLimit` holds for each of the threads that add rows at once.
    package init(memoryLimit: Int = 64 << 20) { self.memoryLimit = max(1, memoryLimit) }

    /// True once a run has been written to the file.
    package var hasSpilled: Bool { state.withLock { $0.file != nil } }

    /// Lends a batch to fill, to this thread alone.
    package func withBatch<Result>(_ fill: (inout RowBatch) -> Result) throws(SpillError) -> Result {
        var batch = state.withLock { $0.idle.popLast() } ?? RowBatch()
        let result = fill(&batch)
        if batch.size > memoryLimit { try spill(batch.seal()) }
        let filled = batch
        state.withLock { $0.idle.append(filled) }
        return result
    }

    package func add(group: String = "", key: [UInt8], payload: [UInt8]) throws(SpillError) {
        try withBatch { $0.add(group: group, key: key, payload: payload) }
    }

    private func spill(_ run: [UInt8]) throws(SpillError) {
        let place = state.withLock { state -> Result<(file: SpillFile, offset: Int64), SpillError> in
            do throws(SpillError) {
                let file: SpillFile
                if let begun = state.file { file = begun } else { file = try SpillFile() }
                state.file = file
                let start = state.fileCount
                state.fileCount += Int64(run.count)
                state.runs.append(start..<state.fileCount)
                return .success((file, start))
            } catch {
                return .failure(error)
            }
        }
        let (file, offset) = try place.get()
        try file.write(run, at: offset)
    }

    /// The rows in order. Nothing may be added afterwards, and it is asked once.
    package func sorted() -> SortedRows {
        let state = state.withLock { state in
            let taken = state
            state = State()
            return taken
        }
        // Shared among the runs so that many runs take no more memory than few.
        let bufferSize = max(16 << 10, (8 << 20) / max(1, state.runs.count))
        var readers: [RunReader] = []
        for run in state.runs { readers.append(RunReader(file: state.file, run: run, bufferSize: bufferSize)) }
        for var batch in state.idle where !batch.isEmpty { readers.append(RunReader(memory: batch.seal())) }
        return SortedRows(readers)
    }
}
