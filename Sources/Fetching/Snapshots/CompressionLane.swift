import CZstd
import Dispatch

/// A thread that compresses, one object after the other, with the working memory that small ones share. There are few, so
/// that a pull of many pages does not begin a thread for each.
///
/// Unchecked: the context is used on the queue alone.
final class CompressionLane: @unchecked Sendable {
    static let all = [CompressionLane(), CompressionLane()]
    /// Fast: what matters is that a pull takes no longer.
    private static let level: Int32 = 1

    let queue = DispatchQueue(label: "touchline snapshot")
    private let shared: OpaquePointer?

    private init() { shared = Self.context() }

    deinit { ZSTD_freeCCtx(shared) }

    /// For an object of its own; its owner frees it.
    static func context() -> OpaquePointer? {
        guard let context = ZSTD_createCCtx() else { return nil }
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
        return context
    }

    /// All of some bytes as one frame; nil where there is no memory for it. On the queue.
    func compress(_ bytes: [UInt8]) -> [UInt8]? {
        guard let shared else { return nil }
        var isError = false
        let packed = [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(bytes.count)) { output, count in
            let written = bytes.withUnsafeBytes { input in
                ZSTD_compress2(shared, output.baseAddress, output.count, input.baseAddress, input.count)
            }
            isError = ZSTD_isError(written) != 0
            count = isError ? 0 : written
        }
        return isError ? nil : packed
    }
}
