import CBrotli
import CZlib
import CZstd

/// gzip (RFC 1952) by zlib; members may stand one behind the other.
final class GzipCodec: Codec {
    private let stream: UnsafeMutablePointer<z_stream>
    private let isReady: Bool

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        isReady = touchline_inflate_start(stream) == Z_OK
    }

    deinit {
        if isReady { inflateEnd(stream) }
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    func restart() -> Bool { isReady && inflateReset(stream) == Z_OK }

    func step(
        _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>, produced: inout Int
    ) -> CodecStep {
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(output.count)
        let status = inflate(stream, Z_NO_FLUSH)
        produced = output.count - Int(stream.pointee.avail_out)
        let consumed = input.count - Int(stream.pointee.avail_in)
        switch status {
        case Z_STREAM_END: return CodecStep(consumed: consumed, outcome: .end)
        case Z_OK, Z_BUF_ERROR: return CodecStep(consumed: consumed, outcome: .more)
        default: return CodecStep(consumed: consumed, outcome: .damaged)
        }
    }
}

/// zstd (RFC 8878); frames may stand one behind the other. A window beyond 8 MiB, which RFC 8878 lets a reader refuse, is
/// refused.
final class ZstdCodec: Codec {
    private let stream = ZSTD_createDStream()

    init() { ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, 23) }

    deinit { ZSTD_freeDStream(stream) }

    func restart() -> Bool { ZSTD_isError(ZSTD_DCtx_reset(stream, ZSTD_reset_session_only)) == 0 }

    func step(
        _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>, produced: inout Int
    ) -> CodecStep {
        var from = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var to = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let left = ZSTD_decompressStream(stream, &to, &from)
        produced = to.pos
        if ZSTD_isError(left) != 0 { return CodecStep(consumed: from.pos, outcome: .damaged) }
        return CodecStep(consumed: from.pos, outcome: left == 0 ? .end : .more)
    }
}

/// Brotli (RFC 7932): one stream, and nothing behind it.
final class BrotliCodec: Codec {
    private let state = BrotliDecoderCreateInstance(nil, nil, nil)
    private var hasBegun = false

    deinit { BrotliDecoderDestroyInstance(state) }

    func restart() -> Bool {
        defer { hasBegun = true }
        return state != nil && !hasBegun
    }

    func step(
        _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>, produced: inout Int
    ) -> CodecStep {
        var left = input.count
        var from = input.baseAddress
        var room = output.count
        var to = output.baseAddress
        let result = BrotliDecoderDecompressStream(state, &left, &from, &room, &to, nil)
        produced = output.count - room
        let consumed = input.count - left
        switch result {
        case BROTLI_DECODER_RESULT_SUCCESS: return CodecStep(consumed: consumed, outcome: .end)
        case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT, BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT:
            return CodecStep(consumed: consumed, outcome: .more)
        default: return CodecStep(consumed: consumed, outcome: .damaged)
        }
    }
}
