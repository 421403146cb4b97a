import Foundation

/// The disk under a sort could not be used.
package struct SpillError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
}

/// A temporary file that has no name any more: it goes when it is closed, however the program ends. Written and read at
/// places that the caller gives, so that several threads can do so at once.
package final class SpillFile: Sendable {
    private let descriptor: Int32

    package init() throws(SpillError) {
        let folder = FileManager.default.temporaryDirectory.path
        var template = Array("\(folder)/touchline-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw SpillError(description: "no temporary file in '\(folder)' (error \(errno))") }
        unlink(template)
    }

    deinit { close(descriptor) }

    package func write(_ bytes: [UInt8], at offset: Int64) throws(SpillError) {
        var written = 0
        while written < bytes.count {
            let result = bytes.withUnsafeBytes { bytes in
                pwrite(
                    descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written, off_t(offset) + off_t(written))
            }
            guard result > 0 else {
                if result < 0, errno == EINTR { continue }
                throw SpillError(description: "cannot write to a temporary file (error \(errno))")
            }
            written += result
        }
    }

    /// Fills all of `target`.
    package func read(at offset: Int64, into target: UnsafeMutableRawBufferPointer) throws(SpillError) {
        var filled = 0
        while filled < target.count {
            let result = pread(
                descriptor, target.baseAddress.map { $0 + filled }, target.count - filled, off_t(offset) + off_t(filled))
            if result < 0, errno == EINTR { continue }
            guard result >= 0 else { throw SpillError(description: "cannot read a temporary file (error \(errno))") }
            guard result > 0 else { throw SpillError(description: "a temporary file ends too soon") }
            filled += result
        }
    }
}
