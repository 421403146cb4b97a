import CZlib
import Language

/// Unpacks a gzip stream and knows whether it came to its end. libcurl's own unpacking takes a stream that was cut for a
/// whole one, so rows would be lost without a word.
///
/// Unchecked: the one reader of a transfer has it.
final class GzipDecoder: @unchecked Sendable {
    /// At most so much is unpacked at once, however small its packed form is.
    static let piece = 1 << 20

    private let stream: UnsafeMutablePointer<z_stream>
    private let isReady: Bool
    private var input: [UInt8] = []
    private var used = 0
    private var isAtEnd = true

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

    /// The packed bytes that follow; those before must have been unpacked.
    func push(_ bytes: [UInt8]) {
        input = bytes
        used = 0
    }

    /// The next unpacked bytes, nil where more packed ones are needed.
    func next() throws(TransferError) -> [UInt8]? {
        guard isReady else { throw TransferError(.badEncoding, "no memory to unpack the answer") }
        while used < input.count || stream.pointee.avail_out == 0 {
            if isAtEnd {
                guard used < input.count else { return nil }
                // A further member follows: gzip streams may be put one behind the other.
                inflateReset(stream)
                isAtEnd = false
            }
            let (bytes, status) = inflateOnce()
            switch status {
            case Z_STREAM_END: isAtEnd = true
            case Z_OK, Z_BUF_ERROR: break
            default: throw TransferError(.badEncoding, "the answer's compression is damaged")
            }
            if !bytes.isEmpty { return bytes }
            if status == Z_BUF_ERROR { return nil }
        }
        return nil
    }

    /// Throws where the stream was cut.
    func finish() throws(TransferError) {
        guard isAtEnd else { throw TransferError(.truncated, "the answer's compressed bytes end too early") }
    }

    private func inflateOnce() -> ([UInt8], Int32) {
        var status = Z_OK
        let left = input.count - used
        let room = min(Self.piece, max(left * 8, Self.piece / 4))
        let bytes = input.withUnsafeMutableBufferPointer { input in
            [UInt8](unsafeUninitializedCapacity: room) { output, count in
                stream.pointee.next_in = input.baseAddress.map { $0 + used }
                stream.pointee.avail_in = UInt32(left)
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = UInt32(room)
                status = inflate(stream, Z_NO_FLUSH)
                count = room - Int(stream.pointee.avail_out)
            }
        }
        used += left - Int(stream.pointee.avail_in)
        guard bytes.count < room / 4 else { return (bytes, status) }
        // A small answer need not hold the room of a large one for as long as it is under way.
        var small: [UInt8] = []
        small.reserveCapacity(bytes.count + JSONDocument.padding)
        small.append(contentsOf: bytes)
        return (small, status)
    }
}
