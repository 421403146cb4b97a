import Foundation

/// The right to write a history, held by one process at a time: a lock on a file beside the database, which the system
/// drops when its holder ends, however it ends.
package final class HistoryLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock of the history at `path`, or says at once that another holds it.
    package init(path: String) throws(HistoryError) {
        try AuditHistory.makeFolder(of: path)
        let descriptor = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .unusable(path: path, why: "no lock beside it: " + Self.systemError(errno)) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            if code == EWOULDBLOCK { throw .locked(path: path) }
            throw .unusable(path: path, why: "its lock failed: " + Self.systemError(code))
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    static func systemError(_ code: Int32) -> String { String(cString: strerror(code)) }
}
