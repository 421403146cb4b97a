import Foundation

/// A file that is written from its start to its end.
package final class OutputFile {
    private let path: String
    private var descriptor: Int32

    init(path: String) throws(ReportError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        if descriptor < 0 { throw failure }
    }

    deinit { if descriptor >= 0 { _ = Foundation.close(descriptor) } }

    package func write(_ bytes: [UInt8]) throws(ReportError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Foundation.write(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure }
            written += count
        }
    }

    package func close() throws(ReportError) {
        guard descriptor >= 0 else { return }
        let (synced, closed) = (fsync(descriptor), Foundation.close(descriptor))
        descriptor = -1
        if synced != 0 || closed != 0 { throw failure }
    }

    private var failure: ReportError { .unwritable(path: path, why: String(cString: strerror(errno))) }
}
