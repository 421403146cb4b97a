import TestSupport
import Testing

@testable import Language

/// Where a list is cut out of a text, the parser would have found the same.
struct JSONListTests {
    private static func cut(_ text: some Sequence<UInt8>, _ path: [String]) -> JSONList? {
        var bytes = Array(text)
        return JSONList(cutting: &bytes, at: path)
    }

    private static func texts(_ list: JSONList) -> [String] {
        list.withBytes { bytes in
            list.elements.map { String(decoding: bytes[$0.start..<$0.end], as: UTF8.self).trimmingCharacters() }
        }
    }

    @Test(
        arguments: [
            ("[]", [], []), ("[ ]", [], []), ("[1]", [], ["1"]),
            (" [1 , {\"a\":[2,3]},\n[4]] ", [], ["1", "{\"a\":[2,3]}", "[4]"]),
            (#"{"n":{"a":[9]},"a":[1,"]",null]}"#, ["a"], ["1", "\"]\"", "null"]),
            (#"{"d":{"x":{"a":[9]},"a":[true,-0.5]},"a":[7]}"#, ["d", "a"], ["true", "-0.5"]),
            (#"{"x":"\"\\\u00e9\ud83d\ude00","a":["\n\/"]}"#, ["a"], [#""\n\/""#]),
            (#"{"more":[{"a":[0]}],"a":[[[]],{}]}"#, ["a"], ["[[]]", "{}"]),
        ] as [(String, [String], [String])])
    func `the elements of the list that a path leads to are found`(text: String, path: [String], elements: [String]) throws {
        let list = try #require(Self.cut(text.utf8, path))
        #expect(Self.texts(list) == elements)
        #expect(try list.document().root.find("a")?.isArray != false)
    }

    @Test func `what is left beside the list is the text with an empty one`() throws {
        let list = try #require(Self.cut(#"{"next":"?p=2","rows":[ {"id":1},{"id":2} ], "n":2}"#.utf8, ["rows"]))
        #expect(String(decoding: list.rest, as: UTF8.self) == #"{"next":"?p=2","rows":[], "n":2}"#)
    }

    @Test(
        arguments: [
            // No list there.
            (#"{"a":1}"#, ["a"]), (#"{"a":null}"#, ["a"]), (#"{"b":[1]}"#, ["a"]), (#"{"a":[1]}"#, []), ("7", []), ("7", ["a"]),
            (#"[{"a":[1]}]"#, ["a"]), (#"{"d":[{"a":[1]}]}"#, ["d", "a"]), (#"{"d":{"b":{"a":[1]}}}"#, ["d", "a"]), ("", []),
            // What only the parser can tell.
            (#"{"a":[1],"a":[2]}"#, ["a"]), (#"{"d":{"a":[1]},"d":{"a":[2]}}"#, ["d", "a"]), (#"{"\u0061":[1]}"#, ["a"]),
            (#"{"d":{"a":[1],"a":2}}"#, ["d", "a"]), (#"{"d":{},"d":{"a":[2]}}"#, ["d", "a"]), ("[1e3]", []), ("[1E400]", []),
            ("\u{FEFF}[1]", []), (String(repeating: "[", count: 70) + String(repeating: "]", count: 70), []),
            ("[1\(String(repeating: "0", count: 320))]", []),
            // Not JSON.
            ("[1,]", []), ("[,1]", []), ("[1 2]", []), ("[1]]", []), ("[[1]", []), ("[1]x", []), ("[01]", []), ("[1.]", []),
            ("[-]", []), ("[tru]", []), ("[truex]", []), ("[nullnull]", []), (#"["\x"]"#, []), (#"["\ud83d"]"#, []),
            (#"["\u00g0"]"#, []), (#"["a]"#, []), ("[\"\u{1}\"]", []), (#"{"a":[1],"b"}"#, ["a"]), (#"{"a":[1],}"#, ["a"]),
            (#"{"a":[1],1:2}"#, ["a"]), (#"{"a":[1}"#, ["a"]), (#"{"a":[1],"b":2]"#, ["a"]), (#"{"a":[1] "b":2}"#, ["a"]),
            (#"["a"b]"#, []), (#"[1"a"]"#, []), ("[1\\]", []), (#"{"a":["x" \]}"#, ["a"]), (#"{"b" \:1,"a":[]}"#, ["a"]),
        ] as [(String, [String])])
    func `what the parser must decide is not cut, and left as it is`(text: String, path: [String]) {
        var bytes = Array(text.utf8)
        #expect(JSONList(cutting: &bytes, at: path) == nil)
        #expect(bytes == Array(text.utf8))
    }

    @Test func `bytes that are no text are not cut`() {
        for byte: UInt8 in [0x80, 0xC3, 0xFF] { #expect(Self.cut(Array("[\"".utf8) + [byte] + Array("\"]".utf8), []) == nil) }
    }

    /// Whatever is cut is JSON for the parser too, with the same elements and the same rest.
    @Test(arguments: 0..<8)
    func `a text with wrong bytes is cut only where the parser reads the same`(seed: UInt64) throws {
        let good = #"""
            {"next": "\u00e9\ud83d\ude00", "page": {"n": -12.50, "rows": [{"id": 1, "é": "a\"b\\"}, [true,false , null],
             "x\ty", 123456789012345678901, {"rows": [1], "page": {"rows": 7}}], "more": [[], {}]}, "z": 0}
            """#
        let strange = Array(#""\{}[],:0123456789.eE+-truefalsn u"#.utf8) + [0x00, 0x0A, 0x1F, 0x80, 0xC3, 0xFF]
        var random = SeededNumbers(state: seed)
        var cuts = 0
        for _ in 0..<4000 {
            var bytes = Array(good.utf8)
            for _ in 0..<random.below(4) {
                let place = random.below(bytes.count)
                switch random.below(4) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(strange[random.below(strange.count)], at: place)
                case 2: bytes.insert(contentsOf: bytes[place...].prefix(1 + random.below(20)), at: place)
                default: bytes[place] = strange[random.below(strange.count)]
                }
            }
            guard let list = Self.cut(bytes, ["page", "rows"]) else { continue }
            cuts += 1
            let shown = String(decoding: bytes, as: UTF8.self)
            let document = try #require(try? JSONDocument(parsing: bytes), "\(shown)")
            let rows = try #require(document.root.find("page")?.find("rows"), "\(shown)")
            let parsed = rows.children().map { Self.written($0) }
            #expect(try list.elements.map { Self.written(try list.document(of: $0).root) } == parsed, "\(shown)")
            let rest = try #require(try? JSONDocument(parsing: list.rest), "\(shown)").root
            #expect(rest.find("page")?.find("rows")?.count == 0, "\(shown)")
            #expect(Self.written(rest).count <= Self.written(document.root).count)
            #expect(rest.keys == document.root.keys, "\(shown)")
        }
        #expect(cuts > 200)
    }

    private static func written(_ element: JSONElement) -> String {
        var writer = JSONWriter()
        writer.element(element)
        return writer.text
    }
}

extension String {
    fileprivate func trimmingCharacters() -> String {
        var text = self[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
