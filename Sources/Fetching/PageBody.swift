import Dispatch
import Foundation
import Language

/// The bytes of a page as they come, from a transfer or a file.
enum PageBody: Sendable {
    case transfer(Transfer, TransferLoop)
    case file(FileReader)
    /// One of the others, kept as it is read.
    case recorded(RecordedBody)
    /// One that was kept.
    case stored(StoredBody)

    /// The next bytes, nil at the end. A cancelled task ends its transfer.
    func next() async throws(TransferError) -> [UInt8]? {
        switch self {
        case .file(let reader): return try await reader.next()
        case .recorded(let body): return try await body.next()
        case .stored(let body): return try await body.next()
        case .transfer(let transfer, let loop):
            let next = await withTaskCancellationHandler { () -> Result<[UInt8]?, TransferError> in
                do throws(TransferError) {
                    return .success(try await transfer.next { loop.resume(transfer) })
                } catch {
                    return .failure(error)
                }
            } onCancel: {
                loop.cancel(transfer)
            }
            return try next.get()
        }
    }

    /// All bytes, with room for the parser to read behind their end, and their SHA-256. Refuses more than `most`; `usual` is
    /// how many there may well be.
    func whole(atMost most: Int, usual: Int) async throws(TransferError) -> WholePage {
        if case .recorded(let body) = self { return try await body.whole(atMost: most, usual: usual) }
        var digest = Digest()
        let bytes = try await gathered(atMost: most, usual: usual, &digest) { _ in }
        return WholePage(bytes: bytes, sha256: digest.hex)
    }

    /// The same, with what was read so far in `digest`, and in `also` as it comes.
    func gathered(
        atMost most: Int, usual: Int, _ digest: inout Digest, also: ([UInt8]) async -> Void
    ) async throws(TransferError) -> [UInt8] {
        var bytes: [UInt8] = []
        while let chunk = try await next() {
            digest.update(chunk)
            await also(chunk)
            if bytes.isEmpty, chunk.count >= usual {
                bytes = chunk
            } else {
                Self.makeRoom(in: &bytes, for: chunk.count, usual: usual, most: most)
                bytes.append(contentsOf: chunk)
            }
            guard bytes.count <= most else { throw TransferError(.tooLarge, "the page is larger than \(most) bytes") }
        }
        return bytes
    }

    /// Room for what comes, for as much as pages before had, and for the parser to read behind the end: then a page is copied
    /// neither while it grows nor later.
    private static func makeRoom(in bytes: inout [UInt8], for count: Int, usual: Int, most: Int) {
        let needed = bytes.count + count + JSONDocument.padding
        guard bytes.capacity < needed else { return }
        let room = max(needed, min(max(usual, 2 * bytes.count), most) + JSONDocument.padding)
        if var buffer = PageBuffers.take(room: room) {
            buffer += bytes
            bytes = buffer
        } else {
            // Pages are alike, not equal.
            bytes.reserveCapacity(room + room / 16)
        }
    }

    /// Gives up what is still to come.
    func cancel() {
        switch self {
        case .transfer(let transfer, let loop): loop.cancel(transfer)
        case .recorded(let body): body.cancel()
        case .file, .stored: break
        }
    }
}

/// A page that was read to its end.
struct WholePage: Sendable {
    var bytes: [UInt8]
    /// In lower-case hex.
    let sha256: String
}

/// A file read in chunks on a thread that may block. The descriptor is used by one read at a time.
final class FileReader: Sendable {
    private let descriptor: Int32
    private let endsAtLines: Bool
    private let state = Guarded(State())
    private let queue = DispatchQueue(label: "touchline file")

    private struct State {
        /// The line that the last chunk cut, which begins the next one.
        var cut: [UInt8] = []
        /// Read, and not yet taken: what goes along with a continuation no sanitizer can follow.
        var chunk: [UInt8]?
    }

    /// A little more than a megabyte, so that what ends at a line is a megabyte still.
    private static let chunk = 1 << 20 + 1 << 16

    /// Nil where the file cannot be opened. With `endsAtLines`, chunks end at line feeds where they can: whoever reads
    /// lines then needs no copy to put them together.
    init?(path: String, endsAtLines: Bool = false) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        self.descriptor = descriptor
        self.endsAtLines = endsAtLines
    }

    deinit { close(descriptor) }

    /// Throws where the file cannot be read: that is not its end.
    func next() async throws(TransferError) -> [UInt8]? {
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                state.withLock { $0.chunk = readChunk(after: &$0.cut) }
                continuation.resume()
            }
        }
        guard let read = state.withLock({ $0.chunk.take() }) else { throw TransferError(.unreadable, "the file cannot be read") }
        return read.isEmpty ? nil : read
    }

    /// Empty at the end, nil where reading fails.
    private func readChunk(after cut: inout [UInt8]) -> [UInt8]? {
        var failed = false
        var isEnd = false
        // Room for the JSON parser to read behind the end, so that a page of one chunk need not be copied.
        var bytes = [UInt8](unsafeUninitializedCapacity: cut.count + Self.chunk + JSONDocument.padding) { buffer, count in
            _ = buffer.update(fromContentsOf: cut)
            let rest = buffer.baseAddress.map { $0 + cut.count }
            var got = read(descriptor, rest, Self.chunk)
            while got < 0, errno == EINTR { got = read(descriptor, rest, Self.chunk) }
            failed = got < 0
            isEnd = got <= 0
            count = cut.count + max(0, got)
        }
        if failed { return nil }
        cut = []
        if endsAtLines, !isEnd, let end = bytes.lastIndex(of: UInt8(ascii: "\n")), end + 1 < bytes.count {
            cut = Array(bytes[(end + 1)...])
            bytes.removeLast(cut.count)
        }
        // A small file need not hold a megabyte for as long as it is under way.
        if bytes.count < Self.chunk / 4 {
            var small: [UInt8] = []
            small.reserveCapacity(bytes.count + JSONDocument.padding)
            small.append(contentsOf: bytes)
            bytes = small
        }
        return bytes
    }
}
