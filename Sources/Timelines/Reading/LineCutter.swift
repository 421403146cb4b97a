import Language

/// Cuts a stream of bytes into blocks of whole lines.
struct LineCutter {
    struct Block {
        /// The lines, and padding behind them.
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
        bytes += chunk
        if let end = bytes[searched...].lastIndex(of: UInt8(ascii: "\n")) { lastEnd = end + 1 }
        searched = bytes.count
    }

    /// A block of at least that many bytes; at the end the last line needs no line end.
    mutating func cut(atLeast size: Int, isEnd: Bool) -> Block? {
        guard let count = isEnd ? bytes.count : lastEnd, count > 0, count >= size else { return nil }
        var block = [UInt8]()
        block.reserveCapacity(count + JSONDocument.padding)
        block += bytes[..<count]
        var lines = 0
        for byte in block where byte == UInt8(ascii: "\n") { lines &+= 1 }
        if block.last != UInt8(ascii: "\n") { lines += 1 }
        block += repeatElement(0, count: JSONDocument.padding)
        defer { line += lines }
        bytes.removeFirst(count)
        searched = bytes.count
        lastEnd = nil
        return Block(bytes: block, count: count, firstLine: line, lines: lines)
    }
}
