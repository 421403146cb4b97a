import Testing

@testable import Language
@testable import Timelines

struct CSVScannerTests {
    /// The rows as lists of fields with their lines, scanned in chunks of a given size.
    private func scan(_ text: String, chunk: Int, maxRow: Int = 1 << 20) throws(CSVError) -> [String] {
        var scanner = CSVScanner(maxRow: maxRow)
        let bytes = Array(text.utf8)
        var rows: [String] = []
        func take(_ block: CSVBlock?) {
            guard let block else { return }
            for (index, row) in block.rows.enumerated() {
                let fields = block.header(ofRow: index).names.indices.map {
                    String(decoding: block.field($0, ofRow: index), as: UTF8.self)
                }
                rows.append("\(row.line):" + fields.joined(separator: "|"))
            }
        }
        var at = 0
        while at < bytes.count {
            let piece = Array(bytes[at..<min(bytes.count, at + chunk)])
            let result = piece.withUnsafeBufferPointer { buffer -> Result<Void, CSVError> in
                do throws(CSVError) { return .success(try scanner.push(buffer)) } catch { return .failure(error) }
            }
            try result.get()
            take(try scanner.takeBlock())
            at += chunk
        }
        try scanner.finish()
        take(try scanner.takeBlock())
        return rows
    }

    @Test(arguments: [
        ("a,b\n1,2\n3,4\n", ["2:1|2", "3:3|4"]), ("a,b\r\n1,2\r\n", ["2:1|2"]), ("a,b\n1,2", ["2:1|2"]), ("a,b\n1,", ["2:1|"]),
        ("\u{FEFF}a,b\n1,2\n", ["2:1|2"]), ("a,b\n\n1,2\n\r\n3,4", ["3:1|2", "5:3|4"]), ("a,b\n", []), ("", []), ("\u{FEFF}", []),
        ("a,b\n\"x,y\",\"p\"\"q\"\n", ["2:x,y|p\"q"]), ("a,b\n\"l1\nl2\",2\n5,6\n", ["2:l1\nl2|2", "4:5|6"]),
        ("a,b\r\n\"\",\"\"\"\"\r\n", ["2:|\""]), ("a\n\"\"\nx\n", ["2:", "3:x"]), ("a,b\n5\" disk,é\n", ["2:5\" disk|é"]),
        ("a,b\n\"1\",\"2\"\r\n\"a\"\"\"\"b\",c", ["2:1|2", "3:a\"\"b|c"]), ("\"a\",\"b\"\n1,2\n", ["2:1|2"]),
        ("a,b\n,\n", ["2:|"]),
        // What is moved together leaves pieces of letters behind.
        ("a,\"é\"\"é\"\n\"\"\"é\",\"ü \"\"x\"\" ü\"\n\"\"\"€\",\"é\"\"😀\"\r\n", ["2:\"é|ü \"x\" ü", "3:\"€|é\"😀"]),
        ("a\n\"\"\"€\"", ["2:\"€"]),
    ])
    func `rows are the same however the chunks are cut`(text: String, expected: [String]) throws {
        for chunk in [1, 2, 3, 5, 7, 1000] {
            #expect(try scan(text, chunk: chunk) == expected, "chunks of \(chunk)")
        }
    }

    @Test(arguments: [
        ("a,b\n1,\"2\n3\n", 2, "not closed"), ("a,b\n1,2\n\"x\"y,2\n", 3, "closing quote"),
        ("a,b\n1\n", 2, "1 field, the header 2"),
        ("a,b\n1,2\n1,2,3\n", 3, "3 fields"), ("a,b\n\"x\n\ny\"z,2\n", 4, "closing quote"),
        ("a,b\n\"x\"\rz,2\n", 2, "closing quote"),
        ("a\n" + String(repeating: "x", count: 200), 2, "longer than 100"),
    ])
    func `a broken row is named by its line`(text: String, line: Int, message: String) {
        for chunk in [1, 4, 1000] {
            let error = #expect(throws: CSVError.self) { try scan(text, chunk: chunk, maxRow: 100) }
            #expect(error?.line == line)
            #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        }
    }

    @Test func `bytes that are not UTF-8 are refused`() throws {
        var scanner = CSVScanner()
        try Array("a\n1\n".utf8).withUnsafeBufferPointer { try scanner.push($0) }
        try ([0x78, 0xFF, 0x0A] as [UInt8]).withUnsafeBufferPointer { try scanner.push($0) }
        var failed = false
        do { _ = try scanner.takeBlock() } catch { failed = true }
        #expect(failed)
    }

    @Test func `of a doubled column name the last one counts`() {
        let header = CSVHeader(["a", "b", "a", "a"])
        #expect(header.column(of: "a") == 3)
        #expect(header.column(of: "c") == nil)
        #expect(header.doubled == ["a"])
    }
}
