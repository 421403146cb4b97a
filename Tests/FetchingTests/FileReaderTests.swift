import Foundation
import Testing

@testable import Fetching

/// A file is handed out in chunks, those of rows cut at line ends.
struct FileReaderTests {
    @Test(arguments: [
        "", "\n", "one line", "one line\n", String(repeating: "a line of some length\n", count: 200_000),
        String(repeating: "a line of some length\n", count: 200_000) + "cut", String(repeating: "x", count: 3 << 20),
        "a\n" + String(repeating: "x", count: 3 << 20) + "\nb\n",
    ])
    func `chunks are the file, and end at line feeds where lines are asked for`(text: String) async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "touchline-\(UUID().uuidString)")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        for endsAtLines in [false, true] {
            let reader = try #require(FileReader(path: file.path, endsAtLines: endsAtLines))
            var chunks: [[UInt8]] = []
            while let chunk = try await reader.next() { chunks.append(chunk) }
            #expect(chunks.flatMap { $0 } == Array(text.utf8))
            #expect(chunks.allSatisfy { !$0.isEmpty && $0.count < 4 << 20 })
            let isCut = chunks.dropLast().contains { $0.contains(UInt8(ascii: "\n")) && $0.last != UInt8(ascii: "\n") }
            #expect(!endsAtLines || !isCut)
        }
    }
}
