import Foundation
import Language

/// Cuts a stream of bytes into blocks of whole lines.
struct LineCutter {
    struct Block {
        /// The lines, and at least `JSONDocument.padding` readable bytes of anything behind them, be it spare capacity.
        let bytes: [UInt8]
        /// Without the padding.
        let count: Int
        /// From 1.
        let firstLine: Int
        let lines: Int
    }

    private var bytes: [UInt8] = []
    /// Where a search for line ends goes on.
    private var searched = 0
    private var lastEnd: Int?
    private var line = 1

    /// How many bytes wait for the end of their line.
    var waiting: Int { bytes.count - (lastEnd ?? 0) }

    mutating func append(_ chunk: [UInt8]) {
        if bytes.isEmpty, chunk.last == UInt8(ascii: "\n"), Self.hasPadding(chunk) {
            // Whole lines are taken as they are.
            bytes = chunk
            lastEnd = chunk.count
            searched = chunk.count
            return
        }
        // Where much comes, room for a whole block and a chunk more.
        if bytes.count < chunk.count, chunk.count >= 1 << 16 {
            bytes.reserveCapacity(RecordReader.blockSize + chunk.count + JSONDocument.padding)
        }
        bytes += chunk
        if let end = bytes[searched...].lastIndex(of: UInt8(ascii: "\n")) { lastEnd = end + 1 }
        searched = bytes.count
    }

    /// Bytes can be read behind its end. What they are does not matter behind a line feed.
    private static func hasPadding(_ bytes: [UInt8]) -> Bool { bytes.capacity - bytes.count >= JSONDocument.padding }

    /// A block of at least that many bytes; at the end the last line needs no line end.
    mutating func cut(atLeast size: Int, isEnd: Bool) -> Block? {
        guard let count = isEnd ? bytes.count : lastEnd, count > 0, count >= size else { return nil }
        // The bytes become the block, and only what follows its last line is copied: it is padding as good as any.
        let rest = Array(bytes[count...])
        var block = bytes
        bytes = rest
        searched = bytes.count
        lastEnd = nil
        var lines = block.withUnsafeBufferPointer { countOfLineEnds(UnsafeBufferPointer(rebasing: $0[..<count])) }
        if block[count - 1] != UInt8(ascii: "\n") { lines += 1 }
        if rest.count < JSONDocument.padding, !(rest.isEmpty && block[count - 1] == UInt8(ascii: "\n") && Self.hasPadding(block))
        {
            block += repeatElement(0, count: JSONDocument.padding - rest.count)
        }
        defer { line += lines }
        return Block(bytes: block, count: count, firstLine: line, lines: lines)
    }
}

/// How many line feeds there are, told at the speed of the C library.
private func countOfLineEnds(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var count = 0
    var rest = bytes[...]
    while let end = lineEnd(in: rest) {
        count += 1
        rest = bytes[(end + 1)...]
    }
    return count
}

/// The place of the first line feed.
func lineEnd(in bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
    let rest = UnsafeBufferPointer(rebasing: bytes)
    guard let start = rest.baseAddress, let found = memchr(start, 10, rest.count) else { return nil }
    return bytes.startIndex + UnsafeRawPointer(found).distance(from: start)
}

extension UnsafeRawPointer {
    fileprivate func distance(from start: UnsafePointer<UInt8>) -> Int { self - UnsafeRawPointer(start) }
}
