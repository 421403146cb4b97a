import Foundation

/// Sorts rows of bytes by a key of bytes, with as little memory as it is given: what does not fit is sorted in runs that
/// lie in a temporary file without a name, and merged when they are read. Rows of equal keys keep the order of insertion.
///
/// Keys compare byte by byte; a shorter one that the longer begins with comes first.
package final class SpillingSort {
    /// Where a row lies in `arena`: the key first, then the payload.
    private struct Entry {
        let start: Int
        let keyCount: Int
        let count: Int
        /// The first eight bytes of the key, so that most comparisons touch nothing else.
        let prefix: UInt64
    }

    private let memoryLimit: Int
    private var arena: [UInt8] = []
    private var entries: [Entry] = []
    private var runs: [Range<Int64>] = []
    private var file: SpillFile?
    package private(set) var count = 0

    package init(memoryLimit: Int = 64 << 20) { self.memoryLimit = max(1, memoryLimit) }

    /// True once a run has been written to the file.
    package var hasSpilled: Bool { file != nil }

    package func add(key: some Sequence<UInt8>, payload: some Sequence<UInt8>) throws(SpillError) {
        let start = arena.count
        arena += key
        let keyCount = arena.count - start
        arena += payload
        count += 1
        entries.append(
            Entry(start: start, keyCount: keyCount, count: arena.count - start, prefix: prefix(start, keyCount)))
        if arena.count + entries.count * MemoryLayout<Entry>.stride > memoryLimit { try spill() }
    }

    private func prefix(_ start: Int, _ count: Int) -> UInt64 {
        var prefix: UInt64 = 0
        for index in 0..<8 { prefix = prefix << 8 | (index < count ? UInt64(arena[start + index]) : 0) }
        return prefix
    }

    /// The rows in order. Nothing may be added afterwards.
    package func sorted() throws(SpillError) -> Rows {
        guard let file else {
            sortEntries()
            return Rows(arena: arena, places: entries.map { ($0.start, $0.keyCount, $0.count) })
        }
        if !entries.isEmpty { try spill() }
        arena = []
        return try Rows(file: file, runs: runs)
    }

    private func sortEntries() {
        arena.withUnsafeBufferPointer { arena in
            entries.sort { a, b in
                if a.prefix != b.prefix { return a.prefix < b.prefix }
                let left = arena[a.start..<a.start + a.keyCount]
                let right = arena[b.start..<b.start + b.keyCount]
                switch Self.compare(left, right) {
                case 0: return a.start < b.start
                case let order: return order < 0
                }
            }
        }
    }

    static func compare(_ a: Slice<UnsafeBufferPointer<UInt8>>, _ b: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
        let left = UnsafeBufferPointer(rebasing: a)
        let right = UnsafeBufferPointer(rebasing: b)
        if let x = left.baseAddress, let y = right.baseAddress {
            let order = memcmp(x, y, min(left.count, right.count))
            if order != 0 { return Int(order) }
        }
        return left.count - right.count
    }

    private func spill() throws(SpillError) {
        sortEntries()
        let file: SpillFile
        if let begun = self.file { file = begun } else { file = try SpillFile() }
        self.file = file
        let start = file.count
        for entry in entries {
            try file.append(UInt32(entry.keyCount), UInt32(entry.count - entry.keyCount))
            try file.append(arena[entry.start..<entry.start + entry.count])
        }
        try file.flush()
        runs.append(start..<file.count)
        arena.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
    }

    /// The rows in order, one after the other.
    package struct Rows {
        private var arena: [UInt8] = []
        private var places: [(start: Int, keyCount: Int, count: Int)] = []
        private var next = 0
        private var merge: [RunReader] = []

        fileprivate init(arena: [UInt8], places: [(Int, Int, Int)]) {
            self.arena = arena
            self.places = places.map { (start: $0.0, keyCount: $0.1, count: $0.2) }
        }

        fileprivate init(file: SpillFile, runs: [Range<Int64>]) throws(SpillError) {
            // Shared among the runs so that many runs take no more memory than few.
            let buffer = max(16 << 10, (16 << 20) / max(1, runs.count))
            for run in runs { merge.append(try RunReader(file: file, run: run, bufferSize: buffer)) }
        }

        /// The next row, or nil at the end.
        package mutating func nextRow() throws(SpillError) -> (key: [UInt8], payload: [UInt8])? {
            if merge.isEmpty {
                guard next < places.count else { return nil }
                let place = places[next]
                next += 1
                let middle = place.start + place.keyCount
                return (Array(arena[place.start..<middle]), Array(arena[middle..<place.start + place.count]))
            }
            // Few runs: a linear search is simple and, runs being in the order of insertion, stable.
            var best: Int?
            for index in merge.indices where merge[index].current != nil {
                if let other = best, !merge[index].isBefore(merge[other]) { continue }
                best = index
            }
            guard let best, let row = merge[best].current else { return nil }
            try merge[best].advance()
            return row
        }
    }
}

/// The disk under a sort could not be used.
package struct SpillError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
}

/// A temporary file that has no name any more: it goes when it is closed, however the program ends.
private final class SpillFile {
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private(set) var count: Int64 = 0

    init() throws(SpillError) {
        let folder = FileManager.default.temporaryDirectory.path
        var template = Array("\(folder)/touchline-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw SpillError(description: "no temporary file in '\(folder)' (error \(errno))") }
        unlink(template)
    }

    deinit { close(descriptor) }

    func append(_ numbers: UInt32...) throws(SpillError) {
        for number in numbers { withUnsafeBytes(of: number.littleEndian) { buffer += $0 } }
        count += Int64(4 * numbers.count)
    }

    func append(_ bytes: ArraySlice<UInt8>) throws(SpillError) {
        buffer += bytes
        count += Int64(bytes.count)
        if buffer.count > 1 << 20 { try flush() }
    }

    func flush() throws(SpillError) {
        var written = 0
        while written < buffer.count {
            let result = buffer.withUnsafeBytes { write(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written) }
            guard result > 0 else {
                if result < 0, errno == EINTR { continue }
                throw SpillError(description: "cannot write to a temporary file (error \(errno))")
            }
            written += result
        }
        buffer.removeAll(keepingCapacity: true)
    }

    func read(at offset: Int64, into target: UnsafeMutableRawBufferPointer) -> Result<Int, SpillError> {
        while true {
            let result = pread(descriptor, target.baseAddress, target.count, off_t(offset))
            if result >= 0 { return .success(result) }
            guard errno == EINTR else {
                return .failure(SpillError(description: "cannot read a temporary file (error \(errno))"))
            }
        }
    }
}

/// One sorted run, read from its start to its end.
private struct RunReader {
    private let file: SpillFile
    private var offset: Int64
    private let end: Int64
    private let bufferSize: Int
    private var buffer: [UInt8] = []
    private var position = 0
    private(set) var current: (key: [UInt8], payload: [UInt8])?

    init(file: SpillFile, run: Range<Int64>, bufferSize: Int) throws(SpillError) {
        self.file = file
        offset = run.lowerBound
        end = run.upperBound
        self.bufferSize = bufferSize
        try advance()
    }

    func isBefore(_ other: RunReader) -> Bool {
        guard let mine = current?.key, let theirs = other.current?.key else { return current != nil }
        return mine.lexicographicallyPrecedes(theirs)
    }

    mutating func advance() throws(SpillError) {
        guard position < buffer.count || offset < end else {
            current = nil
            return
        }
        try fill(8)
        let keyCount = Int(number(at: position))
        let count = keyCount + Int(number(at: position + 4))
        position += 8
        try fill(count)
        let middle = position + keyCount
        current = (Array(buffer[position..<middle]), Array(buffer[middle..<position + count]))
        position += count
    }

    private func number(at index: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(buffer[index + $1]) << (8 * UInt32($1)) }
    }

    /// Makes sure that `needed` bytes lie at the position.
    private mutating func fill(_ needed: Int) throws(SpillError) {
        guard buffer.count - position < needed else { return }
        buffer.removeFirst(position)
        position = 0
        let kept = buffer.count
        let wanted = Int(min(end - offset, Int64(max(bufferSize, needed) - kept)))
        buffer += repeatElement(0, count: max(0, wanted))
        var filled = kept
        while filled < buffer.count {
            let read = try buffer.withUnsafeMutableBytes { bytes -> Result<Int, SpillError> in
                file.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: bytes[filled...]))
            }.get()
            guard read > 0 else { throw SpillError(description: "a temporary file ends too soon") }
            filled += read
            offset += Int64(read)
        }
        guard buffer.count >= needed else { throw SpillError(description: "a temporary file ends too soon") }
    }
}
