import Fetching

/// The right to write a history, held by one process at a time: a lock on a file beside the database.
package final class HistoryLock: Sendable {
    private let lock: FileLock

    /// Takes the lock of the history at `path`, or says at once that another holds it.
    package init(path: String) throws(HistoryError) {
        try AuditHistory.makeFolder(of: path)
        do throws(FileLock.Problem) {
            lock = try FileLock(path: path + ".lock")
        } catch {
            switch error {
            case .held: throw .locked(path: path)
            case .failed(let why): throw .unusable(path: path, why: why)
            }
        }
    }
}
