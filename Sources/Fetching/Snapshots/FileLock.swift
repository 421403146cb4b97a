import Foundation

/// The right to write something, held by one process at a time: a lock on a file, which the system drops when its holder
/// ends, however it ends.
package final class FileLock: Sendable {
    package enum Problem: Error {
        /// Another process holds it.
        case held
        case failed(String)
    }

    private let descriptor: Int32

    /// Takes the lock, or says at once that another holds it.
    package init(path: String) throws(Problem) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .failed("no lock beside it: " + String(cString: strerror(errno))) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            throw code == EWOULDBLOCK ? .held : .failed("its lock failed: " + String(cString: strerror(code)))
        }
        self.descriptor = descriptor
    }

    deinit {
        // A process that is just being started has the descriptor too until it is somebody else: the lock goes at once.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
