import Timelines

/// Blocks of bytes that are written once and read in any order: in memory up to a limit, and beyond it in a temporary file
/// that no other process can see.
struct BlockStore: Sendable {
    private enum Block: Sendable {
        case memory([UInt8])
        case file(at: Int64, count: Int)
    }

    private let memoryLimit: Int
    private var blocks: [Block] = []
    private var file: SpillFile?
    private var fileCount: Int64 = 0
    private var memoryCount = 0

    init(memoryLimit: Int) { self.memoryLimit = memoryLimit }

    var count: Int { blocks.count }

    /// True once a block has been written to the file.
    var hasSpilled: Bool { file != nil }

    /// Keeps a copy, and gives the number of the block.
    mutating func append(_ bytes: UnsafeRawBufferPointer) throws -> Int {
        let block = [UInt8](bytes)
        if memoryCount + block.count <= memoryLimit {
            memoryCount += block.count
            blocks.append(.memory(block))
        } else {
            let target = try file ?? SpillFile()
            file = target
            try target.write(block, at: fileCount)
            blocks.append(.file(at: fileCount, count: block.count))
            fileCount += Int64(block.count)
        }
        return blocks.count - 1
    }

    /// Lends a block, read into a buffer where it is not in memory.
    func withBlock<Result>(
        _ number: Int, _ buffer: inout [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        switch blocks[number] {
        case .memory(let bytes): return try bytes.withUnsafeBytes(body)
        case .file(let offset, let count):
            if buffer.count < count { buffer = Array(repeating: 0, count: count) }
            try buffer.withUnsafeMutableBytes { bytes in
                try file?.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<count]))
            }
            return try buffer.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }
}
