import Dispatch
import Foundation
import Language

/// The bytes of a page as they come, from a transfer or a file.
enum PageBody: Sendable {
    case transfer(Transfer, TransferLoop)
    case file(FileReader)

    /// The next bytes, nil at the end.
    func next() async throws(TransferError) -> [UInt8]? {
        switch self {
        case .transfer(let transfer, let loop): try await transfer.next { loop.resume(transfer) }
        case .file(let reader): try await reader.next()
        }
    }

    /// Gives up what is still to come.
    func cancel() {
        if case .transfer(let transfer, let loop) = self { loop.cancel(transfer) }
    }
}

/// A file read in chunks on a thread that may block. The handle is used by one read at a time.
final class FileReader: @unchecked Sendable {
    private let handle: FileHandle
    private let queue = DispatchQueue(label: "touchline file")
    private static let chunk = 1 << 20

    /// Nil where the file cannot be opened.
    init?(path: String) {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        self.handle = handle
    }

    func next() async throws(TransferError) -> [UInt8]? {
        let read = await withCheckedContinuation { (continuation: CheckedContinuation<[UInt8]?, Never>) in
            queue.async { [handle] in
                guard let data = try? handle.read(upToCount: Self.chunk) else {
                    continuation.resume(returning: [])
                    return
                }
                // Room for the JSON parser to read behind the end, so that a page of one chunk need not be copied.
                var bytes: [UInt8] = []
                bytes.reserveCapacity(data.count + JSONDocument.padding)
                bytes.append(contentsOf: data)
                continuation.resume(returning: bytes.isEmpty ? [] : bytes)
            }
        }
        return read?.isEmpty == true ? nil : read
    }
}
