import Language

/// Unpacks the body of an answer and knows whether it came to its end. libcurl's own unpacking takes a stream that was
/// cut for a whole one, so rows would be lost without a word.
///
/// Unchecked: the one reader of a transfer has it.
final class ContentDecoder: @unchecked Sendable {
    /// At most so much is unpacked at once, however small its packed form is.
    static let piece = 1 << 20
    /// What is asked for, best first.
    static let accepted = "zstd, br, gzip"

    private let codec: any Codec
    private var input: [UInt8] = []
    private var used = 0
    private var isAtEnd = true
    /// The codec stopped for want of room, not of input.
    private var mayHaveMore = false

    init(_ codec: any Codec) { self.codec = codec }

    /// The decoder of a `Content-Encoding`; nil for one that was not asked for.
    convenience init?(encoding: String) {
        let codec: (any Codec)? =
            switch encoding {
            case "gzip", "x-gzip": GzipCodec()
            case "zstd": ZstdCodec()
            case "br": BrotliCodec()
            default: nil
            }
        guard let codec else { return nil }
        self.init(codec)
    }

    /// The packed bytes that follow; those before must have been unpacked.
    func push(_ bytes: [UInt8]) {
        input = bytes
        used = 0
    }

    /// The next unpacked bytes, nil where more packed ones are needed.
    func next() throws(TransferError) -> [UInt8]? {
        while used < input.count || mayHaveMore {
            if isAtEnd {
                guard used < input.count else { return nil }
                // A further member follows, where the format allows one.
                guard codec.restart() else { throw Self.damaged }
                isAtEnd = false
            }
            let (bytes, outcome, isFull) = step()
            mayHaveMore = outcome == .more && isFull
            switch outcome {
            case .damaged: throw Self.damaged
            case .end: isAtEnd = true
            case .more: break
            }
            if !bytes.isEmpty { return bytes }
        }
        return nil
    }

    /// Throws where the stream was cut.
    func finish() throws(TransferError) {
        guard isAtEnd else { throw TransferError(.truncated, "the answer's compressed bytes end too early") }
    }

    private static let damaged = TransferError(.badEncoding, "the answer's compression is damaged")

    private func step() -> (bytes: [UInt8], outcome: CodecOutcome, isFull: Bool) {
        let left = input.count - used
        let room = min(Self.piece, max(left * 8, Self.piece / 4))
        var step = CodecStep(consumed: 0, outcome: .damaged)
        let bytes = input.withUnsafeBufferPointer { input in
            [UInt8](unsafeUninitializedCapacity: room) { output, count in
                step = codec.step(UnsafeBufferPointer(rebasing: input[used...]), into: output, produced: &count)
            }
        }
        used += step.consumed
        guard bytes.count < room / 4 else { return (bytes, step.outcome, bytes.count == room) }
        // A small answer need not hold the room of a large one for as long as it is under way.
        var small: [UInt8] = []
        small.reserveCapacity(bytes.count + JSONDocument.padding)
        small.append(contentsOf: bytes)
        return (small, step.outcome, false)
    }
}

/// What came of one step of a codec.
enum CodecOutcome {
    /// The stream goes on.
    case more
    case end
    case damaged
}

struct CodecStep {
    let consumed: Int
    let outcome: CodecOutcome
}

/// One format of compression: the library behind it, and nothing about where bytes come from.
protocol Codec: AnyObject {
    /// Unpacks what it can of `input` into `output`.
    func step(
        _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>, produced: inout Int
    ) -> CodecStep
    /// Called before the first byte and after an end with bytes behind it; false where nothing may follow.
    func restart() -> Bool
}
