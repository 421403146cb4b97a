import Testing

@testable import Language

struct JSONDocumentTests {
    @Test(arguments: [
        ("null", "null"), ("true", "true"), ("[]", "[]"), ("{}", "{}"), ("  [ 1 ,2 ] ", "[1,2]"),
        (#"{"a":{"b":[1,"x",null]},"c":false}"#, #"{"a":{"b":[1,"x",null]},"c":false}"#),
        (#"{"a":1,"a":2}"#, #"{"a":2}"#), (#"{"a":null}"#, "{}"), (#"{"a":"?"}"#, "{}"), (#"["?",null]"#, #"["?",null]"#),
        ("9223372036854775807", "9223372036854775807"), ("-9223372036854775808", "-9223372036854775808"),
        ("9223372036854775808", "9223372036854775808u"), ("18446744073709551615", "18446744073709551615u"),
        ("18446744073709551616", "\"18446744073709551616\""), ("[1.5,1e3,-0.0]", "[1.5,1000.0,-0.0]"),
        (
            #"[{"n":123456789012345678901234567890,"s":"123456789012345678901234567890"}]"#,
            #"[{"n":"123456789012345678901234567890","s":"123456789012345678901234567890"}]"#
        ),
        (
            #"[-123456789012345678901,-123456789012345678902,1e30]"#,
            #"["-123456789012345678901","-123456789012345678902",1e+30]"#
        ),
        ("\u{FEFF}[1]", "[1]"), (#""é😀\"\\\/\n""#, "\"é😀\\\"\\\\/\\n\""),
    ])
    func `a document reads as its values`(text: String, expected: String) throws {
        let document = try JSONDocument(parsing: text)
        document.missing = MissingTexts(["?", "n/a"])
        #expect(describe(document.root.plainValue) == expected)
        #expect(describe(document.root.detached()) == expected)
    }

    @Test(arguments: [
        ("", 0), ("[1,2", 4), ("{\"a\":1,}", 7), ("[1 2]", 3), ("\"abc", 4), ("nul", 3), ("[01]", 2), ("{\"a\" 1}", 5),
        ("\"\\ud800x\"", 1), ("[\"\u{1}\"]", 2), ("[1]]", 3), ("<html>", 0), ("[1,\n 2,\n x]", 9), ("[\"\\q\"]", 2),
        ("[012345678901234567890]", 2), ("{12345678901234567890123: 1}", 1), ("[12345678901234567890123 1]", 25),
    ])
    func `what is no JSON is refused at its place`(text: String, offset: Int) throws {
        let error = try #require(throws: JSONError.self) { try JSONDocument(parsing: text) }
        #expect(error.offset == offset, "\(error)")
        #expect(!error.message.isEmpty)
    }

    @Test func `a fault has a line and a column`() throws {
        let bytes = Array("[1,\n 2,\n x]".utf8)
        let error = try #require(throws: JSONError.self) { try JSONDocument(parsing: bytes) }
        let place = try #require(error.place(in: bytes))
        #expect(place.line == 3)
        #expect(place.column == 2)
    }

    @Test func `bytes that are not UTF-8 are refused`() throws {
        for bytes: [UInt8] in [[0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] {
            let error = try #require(throws: JSONError.self) { try JSONDocument(parsing: bytes) }
            #expect(error.offset == 1)
        }
    }

    @Test func `nesting is bounded`() throws {
        let deep = String(repeating: "[", count: 2000) + String(repeating: "]", count: 2000)
        let error = try #require(throws: JSONError.self) { try JSONDocument(parsing: deep) }
        #expect(error.description == "nested more than 1024 deep at byte 1024")
        let fits = String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)
        #expect(describe(try JSONDocument(parsing: fits).root.detached()) == fits)
    }

    @Test func `a text with room behind it is parsed where it lies`() throws {
        var bytes = Array("{\"id\":7}".utf8)
        bytes.reserveCapacity(bytes.count + JSONDocument.padding)
        let document = try JSONDocument(parsing: bytes)
        guard case .int(7) = document.root.value(forKey: "id") else {
            Issue.record("no id")
            return
        }
    }

    @Test func `elements of an array and entries of an object are counted and reached`() throws {
        let document = try JSONDocument(parsing: #"{"list":[1,[2,3],{"x":4},"five"],"text":"five"}"#)
        let list = try #require(document.root.find("list"))
        #expect(list.count == 4)
        #expect(document.root.count == 2)
        #expect(list.children().map { describe($0.plainValue) } == ["1", "[2,3]", #"{"x":4}"#, "\"five\""])
        #expect((0..<4).map { describe(list.element(at: $0)) } == ["1", "[2,3]", #"{"x":4}"#, "\"five\""])
        #expect(document.root.find("text")?.count == 0)
        #expect(document.root.find("text")?.string == "five")
        #expect(document.root.find("none")?.string == nil)
        #expect(list.find("x")?.string == nil)
    }

    @Test func `more elements than the tape can count are counted`() throws {
        let count = 0xFF_FFFF + 5
        var bytes: [UInt8] = [UInt8(ascii: "[")]
        bytes.reserveCapacity(2 * count + 80)
        for _ in 1..<count {
            bytes.append(UInt8(ascii: "1"))
            bytes.append(UInt8(ascii: ","))
        }
        bytes += "1]".utf8
        #expect(try JSONDocument(parsing: bytes).root.count == count)
    }
}

struct JSONParserTests {
    @Test func `a parser reads line after line, and a document that is kept stays as it was`() throws {
        let text = Array(#"{"n":1}{"n":"two"}[broken"#.utf8) + [UInt8](repeating: 0, count: JSONDocument.padding)
        let parser = JSONParser()
        try text.withUnsafeBufferPointer { buffer in
            let kept = try parser.parse(padded: UnsafeBufferPointer(rebasing: buffer[0..<7])).root
            let second = try parser.parse(padded: UnsafeBufferPointer(rebasing: buffer[7..<18])).root
            #expect(describe(kept.plainValue) == #"{"n":1}"#)
            #expect(describe(second.plainValue) == #"{"n":"two"}"#)
            #expect(throws: JSONError.self) { try parser.parse(padded: UnsafeBufferPointer(rebasing: buffer[18..<25])) }
            #expect(describe(kept.plainValue) == #"{"n":1}"#)
        }
    }

    @Test func `missing texts count for every document of a parser`() throws {
        let text = Array(#"{"a":"-","b":"x"}"#.utf8) + [UInt8](repeating: 0, count: JSONDocument.padding)
        let parser = JSONParser()
        parser.missing = MissingTexts(["-"])
        try text.withUnsafeBufferPointer { buffer in
            let document = try parser.parse(padded: UnsafeBufferPointer(rebasing: buffer[0..<17]))
            #expect(document.root.keys == ["b"])
        }
    }
}

/// Writes a value out, for comparing.
func describe(_ value: Value) -> String {
    switch value {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .int(let value): "\(value)"
    case .uint(let value): "\(value)u"
    case .double(let value): "\(value)"
    case .string(let text):
        {
            var writer = JSONWriter()
            writer.string(text)
            return writer.text
        }()
    case .list(.json(let element)): "[" + element.children().map { describe($0.plainValue) }.joined(separator: ",") + "]"
    case .list(.array(let values)): "[" + values.map(describe).joined(separator: ",") + "]"
    case .map(.json(let element)):
        "{" + element.keys.map { "\"\($0)\":" + (element.value(forKey: $0).map(describe) ?? "?") }.joined(separator: ",") + "}"
    case .map(.entries(let map)):
        "{" + map.entries.map { describe($0.key) + ":" + describe($0.value) }.joined(separator: ",") + "}"
    default: "\(value)"
    }
}
