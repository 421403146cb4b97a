import CZstd
import Dispatch
import Foundation
import Synchronization

/// One object on its way into the store: chunks are hashed and compressed on a thread of their own, and at most
/// `mostWaiting` bytes wait for it.
///
/// Unchecked: all but `waiting` is used on `queue` alone.
final class ObjectWriter: @unchecked Sendable {
    private let store: SnapshotStore
    private let path: String
    private let queue = DispatchQueue(label: "touchline snapshot")
    private let waiting = Atomic(0)
    private var descriptor: Int32 = -1
    private var stream: OpaquePointer?
    private var digest = Digest()
    private var count = 0
    private var output: [UInt8] = []
    private var failure: SnapshotError?
    private var result: Result<SnapshotManifest.Object, SnapshotError>?

    private static let mostWaiting = 4 << 20
    /// Fast: what matters is that a pull takes no longer.
    private static let level: Int32 = 1

    /// `name` is used by no other object that is being written.
    init(_ store: SnapshotStore, name: String) {
        self.store = store
        path = store.aside + "/" + name
    }

    deinit {
        ZSTD_freeCCtx(stream)
        if descriptor >= 0 {
            close(descriptor)
            unlink(path)
        }
    }

    func write(_ bytes: [UInt8]) async {
        let before = waiting.add(bytes.count, ordering: .relaxed).oldValue
        queue.async { [self] in
            compress(bytes, isEnd: false)
            waiting.subtract(bytes.count, ordering: .relaxed)
        }
        guard before > Self.mostWaiting else { return }
        await withCheckedContinuation { continuation in queue.async { continuation.resume() } }
    }

    /// Puts what was written into the store. Asked again it says the same.
    func finish() async -> Result<SnapshotManifest.Object, SnapshotError> {
        await withCheckedContinuation { continuation in
            queue.async { [self] in continuation.resume(returning: finished()) }
        }
    }

    private func finished() -> Result<SnapshotManifest.Object, SnapshotError> {
        if let result { return result }
        compress([], isEnd: true)
        if failure == nil { keep() }
        let result: Result<SnapshotManifest.Object, SnapshotError> =
            if let failure { .failure(failure) } else { .success(SnapshotManifest.Object(sha256: digest.hex, count: count)) }
        self.result = result
        return result
    }

    private func open() -> Bool {
        if descriptor >= 0 { return true }
        descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        stream = ZSTD_createCCtx()
        guard descriptor >= 0, stream != nil else { return false }
        ZSTD_CCtx_setParameter(stream, ZSTD_c_compressionLevel, Self.level)
        ZSTD_CCtx_setParameter(stream, ZSTD_c_checksumFlag, 1)
        output = [UInt8](repeating: 0, count: ZSTD_CStreamOutSize())
        return true
    }

    private func compress(_ bytes: [UInt8], isEnd: Bool) {
        guard failure == nil, result == nil else { return }
        guard open() else { return fail() }
        digest.update(bytes)
        count += bytes.count
        let isDone = bytes.withUnsafeBytes { input in
            var from = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
            while true {
                var produced = 0
                let left = output.withUnsafeMutableBytes { buffer in
                    var to = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
                    defer { produced = to.pos }
                    return ZSTD_compressStream2(stream, &to, &from, isEnd ? ZSTD_e_end : ZSTD_e_continue)
                }
                guard ZSTD_isError(left) == 0 else { return false }
                let isWritten = output.withUnsafeBytes {
                    writeAll(UnsafeRawBufferPointer(rebasing: $0[..<produced]), to: descriptor)
                }
                guard isWritten else { return false }
                if isEnd ? left == 0 : from.pos == from.size { return true }
            }
        }
        if !isDone { fail() }
    }

    /// Renamed over whatever stands there: it has the same bytes, or is damaged.
    private func keep() {
        defer {
            ZSTD_freeCCtx(stream)
            stream = nil
            output = []
        }
        let isClosed = close(descriptor) == 0
        descriptor = -1
        let target = store.object(digest.hex)
        if isClosed, rename(path, target) == 0 { return }
        mkdir(store.objects + "/" + digest.hex.prefix(2), 0o755)
        guard isClosed, rename(path, target) == 0 else {
            fail()
            unlink(path)
            return
        }
    }

    private func fail() {
        failure = .unusable(path: store.path, why: String(cString: strerror(errno)))
    }
}
