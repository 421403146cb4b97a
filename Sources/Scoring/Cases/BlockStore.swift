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

    /// Reads a block into a buffer, where it stays until the next is read.
    func read(_ number: Int, into buffer: BlockBuffer) throws -> UnsafeRawBufferPointer {
        switch blocks[number] {
        case .memory(let bytes):
            let target = buffer.room(for: bytes.count)
            target.copyBytes(from: bytes)
            return UnsafeRawBufferPointer(target)
        case .file(let offset, let count):
            let target = buffer.room(for: count)
            try file?.read(at: offset, into: target)
            return UnsafeRawBufferPointer(target)
        }
    }
}

/// Memory for one block at a time.
final class BlockBuffer {
    private var memory: UnsafeMutableRawBufferPointer = .allocate(byteCount: 0, alignment: 8)

    deinit { memory.deallocate() }

    fileprivate func room(for count: Int) -> UnsafeMutableRawBufferPointer {
        if memory.count < count {
            memory.deallocate()
            memory = .allocate(byteCount: 2 * count, alignment: 8)
        }
        return UnsafeMutableRawBufferPointer(rebasing: memory[..<count])
    }
}
