import Language
import Testing

@testable import Timelines

/// However a page is cut into chunks, its lines come out whole and in order.
struct LineCutterTests {
    @Test(arguments: [1, 2, 3, 7, 64, 1000], [0, 10, 200])
    func `blocks are whole lines, whatever the chunks are`(chunk: Int, size: Int) {
        let text = (0..<60).map { "line \($0)" + String(repeating: ".", count: $0 % 17) + ($0 % 9 == 0 ? "\n\n" : "\n") }.joined()
        for end in ["", "the last one"] {
            let page = Array((text + end).utf8)
            var cutter = LineCutter()
            var told: [UInt8] = []
            var line = 1
            func take(isEnd: Bool) {
                while let block = cutter.cut(atLeast: isEnd ? 0 : size, isEnd: isEnd) {
                    let lines = block.bytes[..<block.count]
                    #expect(isEnd || lines.last == UInt8(ascii: "\n"))
                    #expect(block.bytes.capacity - block.count >= JSONDocument.padding)
                    #expect(block.firstLine == line)
                    line += block.lines
                    told += lines
                }
            }
            for start in stride(from: 0, to: page.count, by: chunk) {
                var piece = Array(page[start..<min(page.count, start + chunk)])
                // As a file reader hands them out.
                if start % 2 == 0 { piece.reserveCapacity(piece.count + JSONDocument.padding) }
                cutter.append(piece)
                take(isEnd: false)
            }
            take(isEnd: true)
            #expect(told == page)
            #expect(line == 1 + page.filter { $0 == UInt8(ascii: "\n") }.count + (end.isEmpty ? 0 : 1))
        }
    }
}
