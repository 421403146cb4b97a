import CZstd
import Dispatch
import Foundation
import Synchronization

/// One object on its way into the store: chunks are hashed and compressed beside the pull, and at most `mostWaiting` bytes
/// of it wait for that. A small one is compressed at once when it is whole.
///
/// Unchecked: all but `waiting` is used on the lane's queue alone.
final class ObjectWriter: @unchecked Sendable {
    private let store: SnapshotStore
    private let path: String
    private let lane: CompressionLane
    private var queue: DispatchQueue { lane.queue }
    private let waiting = Atomic(0)
    private var descriptor: Int32 = -1
    private var stream: OpaquePointer?
    /// Nil where the reader makes it.
    private var digest: Digest? = Digest()
    /// What the reader told.
    private var told: String?
    private var count = 0
    /// All that came, as long as it is little.
    private var small: [UInt8] = []
    private var output: [UInt8] = []
    private var failure: SnapshotError?
    private var result: Result<SnapshotManifest.Object, SnapshotError>?

    private static let mostWaiting = 4 << 20
    private static let mostSmall = 256 << 10

    /// `name` is used by no other object that is being written.
    init(_ store: SnapshotStore, name: String, number: Int = 0) {
        self.store = store
        lane = CompressionLane.all[number % CompressionLane.all.count]
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
            take(bytes)
            waiting.subtract(bytes.count, ordering: .relaxed)
        }
        guard before > Self.mostWaiting else { return }
        await withCheckedContinuation { continuation in queue.async { continuation.resume() } }
    }

    /// The reader makes the digest, and tells it before the object is finished.
    func leaveDigest() { queue.async { [self] in digest = nil } }

    func tell(sha256: String) { queue.async { [self] in told = sha256 } }

    /// Puts what was written into the store and says so, on the lane's queue. Returns at once.
    func finish(sha256: String, then: @escaping @Sendable (Result<SnapshotManifest.Object, SnapshotError>) -> Void) {
        queue.async { [self] in
            told = sha256
            then(finished())
        }
    }

    /// Puts what was written into the store. Asked again it says the same.
    func finish() async -> Result<SnapshotManifest.Object, SnapshotError> {
        await withCheckedContinuation { continuation in
            queue.async { [self] in continuation.resume(returning: finished()) }
        }
    }

    private func finished() -> Result<SnapshotManifest.Object, SnapshotError> {
        if let result { return result }
        if stream == nil { compressSmall() } else { compress([], isEnd: true) }
        if failure == nil { keep() }
        let result: Result<SnapshotManifest.Object, SnapshotError> =
            if let failure { .failure(failure) } else { .success(SnapshotManifest.Object(sha256: sha256, count: count)) }
        self.result = result
        return result
    }

    private var sha256: String { told ?? digest?.hex ?? "" }

    private func take(_ bytes: [UInt8]) {
        guard failure == nil, result == nil else { return }
        digest?.update(bytes)
        count += bytes.count
        if stream == nil, small.count + bytes.count <= Self.mostSmall {
            small += bytes
            return
        }
        if stream == nil {
            stream = CompressionLane.context()
            guard openFile(), stream != nil else { return fail() }
            output = [UInt8](repeating: 0, count: ZSTD_CStreamOutSize())
            compress(small, isEnd: false)
            small = []
        }
        compress(bytes, isEnd: false)
    }

    private func openFile() -> Bool {
        descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        return descriptor >= 0
    }

    private func compressSmall() {
        guard failure == nil else { return }
        guard let packed = lane.compress(small), openFile(), writeAll(packed, to: descriptor) else { return fail() }
        small = []
    }

    private func compress(_ bytes: [UInt8], isEnd: Bool) {
        guard failure == nil else { return }
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
        let target = store.object(sha256)
        if isClosed, rename(path, target) == 0 { return }
        mkdir(store.objects + "/" + sha256.prefix(2), 0o755)
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
