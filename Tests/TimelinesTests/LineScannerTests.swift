import Fetching
import Language
import TestSupport
import Testing

@testable import Timelines

/// Lines that are scanned give what they give when they are parsed.
struct LineScannerTests {
    private static let mappings = [
        """
        missing: ["", "n/a"]
        map:
          id: 'it.id'
          partner: 'it.who'
          kind: 'it.kind'
          opened: 'timestamp(it.events[0].at)'
          closed: 'timestamp("2026-06-30T00:00:00Z")'
          severity: {of: 'it.sev', table: {urgent: S1, high: S2}, otherwise: S4}
          owner: 'it.?owner.orValue("nobody")'
          customer: {id: 'string(it.org)', name: '"always"'}
          attributes: {count: 'it.count'}
          events:
            - for: [e in it.events]
              at: 'timestamp(e.at)'
              activity: 'e.what'
              actor: {id: 'string(e.who)', party: 'e.role'}
              text: 'e.text'
              attributes: {reason: 'e.reason'}
        """,
        """
        map:
          id: 'string(it.id)'
          partner: 'it.who'
          opened: 'it.?opened.optMap(t, timestamp(t))'
          owner: 'it.kind == "x" ? "yes" : "no"'
          events:
            - at: 'timestamp(it.opened)'
              activity: '"opened"'
            - for: [e in it.events]
              when: 'e.what != "noise"'
              at: 'timestamp(e.at)'
              activity: {of: 'e.what', table: {opened: resolved}, otherwise: 'it.kind'}
              channel: 'it.who'
            - for: [n in it.notes]
              at: 'timestamp(n.at)'
              activity: 'n.what'
              actor: {id: 'n.who'}
        """,
    ]

    @Test(arguments: mappings.indices, 0..<4)
    func `a line gives the same whether it is scanned or parsed`(index: Int, round: Int) throws {
        var random = Lines(state: UInt64(100 * index + round + 1))
        for _ in 0..<120 {
            let text = (0..<Int.random(in: 1...6, using: &random)).map { _ in random.line() }.joined(separator: "\n")
            let bytes = Array((text + (Bool.random(using: &random) ? "\n" : "")).utf8)
            let scanned = try Self.map(bytes, Self.mappings[index], scans: true)
            let parsed = try Self.map(bytes, Self.mappings[index], scans: false)
            #expect(scanned == parsed, "\(text)")
        }
    }

    @Test(arguments: mappings.indices, 0..<4)
    func `a record gives the same whether its page is cut, cut and parsed, or parsed`(index: Int, round: Int) throws {
        var random = Lines(state: UInt64(100 * index + round + 1))
        var cuts = 0
        for _ in 0..<200 {
            let lines = (0..<Int.random(in: 1...5, using: &random)).map { _ in random.line() }
            // One line that is not JSON is enough for the page.
            let rows = lines.filter { (try? JSONDocument(parsing: $0)) != nil || round == 0 }
            let comma = [",", " , ", ",\n  ", "\r\n,"].randomElement(using: &random) ?? ","
            let text = "{\"rows\": [ " + rows.joined(separator: comma) + (Bool.random(using: &random) ? "\n]}" : "]}")
            var bytes = Array(text.utf8)
            guard let list = JSONList(cutting: &bytes, at: ["rows"]) else { continue }
            cuts += 1
            let document = Page.Content.document(try JSONDocument(parsing: Array(text.utf8)))
            let parsed = try Self.map(page: document, Self.mappings[index], scans: false)
            #expect(try Self.map(page: .list(list), Self.mappings[index], scans: true) == parsed, "\(text)")
            #expect(try Self.map(page: .list(list), Self.mappings[index], scans: false) == parsed, "\(text)")
        }
        #expect(cuts > (round == 0 ? 2 : 60))
    }

    @Test func `bytes that are no text are refused whether they are scanned or parsed`() throws {
        let line = #"{"id":"1","who":"p","kind":"é","other":"ü","events":[{"at":"2026-01-05T09:00:00Z","what":"opened"}]}"#
        for place in Array(line.utf8).indices {
            for byte: UInt8 in [0x00, 0x0A, 0x1F, 0x22, 0x5C, 0x7F, 0x80, 0xC3, 0xFF] {
                var bytes = Array((line + "\n").utf8)
                bytes[place] = byte
                let scanned = try Self.map(bytes, Self.mappings[0], scans: true)
                #expect(scanned == (try Self.map(bytes, Self.mappings[0], scans: false)), "\(place) \(byte)")
            }
        }
    }

    @Test func `what stands behind a record belongs to its line`() throws {
        let record = #"{"id":"1","who":"p","kind":"x"}"#
        for behind in ["\0", "\0{}", " \0", "\0" + record, "\r", " \t", " x", record, ",", "\0\0\0"] {
            for end in ["", "\n", "\n" + record, "\n" + record + "\n"] {
                let bytes = Array((record + behind + end).utf8)
                let scanned = try Self.map(bytes, Self.mappings[1], scans: true)
                #expect(scanned == (try Self.map(bytes, Self.mappings[1], scans: false)), "\(behind.debugDescription)")
            }
        }
    }

    @Test func `long keys are found, and not looked for where nothing is`() throws {
        let key = "prefix__" + String(repeating: "k", count: 300)
        let mapping = "map: {id: 'it.id', partner: 'it.who', owner: 'it.\(key)', kind: 'it.a_key_of_twenty_bytes'}"
        let line = #"{"id":"1","who":"p","\#(key)":"dana","a_key_of_twenty_bytes":"x"}"# + "\n"
        for length in stride(from: line.utf8.count, to: 10, by: -3) {
            let bytes = Array((line + line + line).utf8) + Array(line.utf8.prefix(length))
            let scanned = try Self.map(bytes, mapping, scans: true)
            #expect(scanned == (try Self.map(bytes, mapping, scans: false)), "\(length)")
            #expect(scanned.count { $0.contains("dana") } >= 3)
        }
    }

    @Test func `plain mappings are scanned, and those that evaluate are not`() throws {
        for text in Self.mappings { #expect(try Self.mapping(text).plan.line != nil) }
        let longer = ["it.a.b", "it.a + it.b", "string(row_number)", "it.events.map(e, e.what)[0]"]
        for expression in longer {
            #expect(try Self.mapping("map: {id: '\(expression)', partner: 'it.who'}").plan.line == nil, "\(expression)")
        }
    }

    @Test func `a plain line is mapped without the parser`() throws {
        let text = String(repeating: "text ", count: 20)
        let event = #"{"at":"2026-01-05T09:00:00Z","what":"opened","who":7,"text":"\#(text)","more":[{"a":[1.5,"\n"]}]}"#
        let line = #"{"id":"1","who":"p","sev":"high","org":12, "more":{"a":null},"events":[\#(event), \#(event)]}"#
        let mapping = try Self.mapping(Self.mappings[0])
        var mapper = Mapper(mapping: mapping, activities: ActivityTable(["opened"]))
        let bytes = Array(line.utf8) + Array(repeating: 0, count: JSONDocument.padding)
        var record = ServiceRecord(partner: "", id: "", provenance: Provenance(source: "", page: 0, pointer: "", sequence: 0))
        let isMapped = bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress,
                mapper.scope.scanner?.scan(start, last: start + line.utf8.count) == start + line.utf8.count
            else {
                return false
            }
            return mapper.mapLine(Provenance(source: "s", page: 1, pointer: "/1", sequence: 1), into: &record) == .record
        }
        #expect(isMapped && record.events.count == 2)
        #expect(record.severity == "S2")
    }

    private static func mapping(_ text: String, _ format: PageFormat = .ndjson) throws -> Mapping {
        let diagnostics = Diagnostics()
        let node = try #require(YAMLDocument.read(text, file: "f", diagnostics: diagnostics))
        var keys = try #require(YAMLMapping(node, "source", diagnostics))
        return try #require(Mapping.load(&keys, source: "s", format: format, partner: nil), "\(diagnostics.sorted)")
    }

    private static func map(_ bytes: [UInt8], _ text: String, scans: Bool) throws -> [String] {
        var reader = RecordReader(
            source: "s", mapping: try mapping(text), format: .ndjson, activities: ActivityTable(["opened", "resolved"]))
        try reader.consume(.bytes(bytes, page: 1))
        return try told(&reader, scans: scans)
    }

    private static func map(page: Page.Content, _ text: String, scans: Bool) throws -> [String] {
        var reader = RecordReader(
            source: "s", mapping: try mapping("records: 'body.rows'\n" + text, .json), format: .json,
            activities: ActivityTable(["opened", "resolved"]))
        try reader.consume(.page(Page(number: 1, content: page)))
        return try told(&reader, scans: scans)
    }

    private static func told(_ reader: inout RecordReader, scans: Bool) throws -> [String] {
        try reader.finish()
        var told: [String] = []
        while var work = reader.next() {
            work.scansLines = scans
            let batch = work.run()
            told += batch.records.map { record in
                let unreadable = record.unreadable.map { "\($0.path) \($0.event ?? -1) \($0.why)" }.sorted()
                var record = record
                record.unreadable = []
                return "\(record) \(unreadable)"
            }
            told += (batch.rejections + batch.eventRejections).map { "\($0)" }
            if let failure = batch.failure { told.append("\(failure)") }
        }
        return told
    }
}

/// Lines that are mostly plain records, now and then with something strange in them; the same on every machine.
private struct Lines: RandomNumberGenerator {
    private var numbers: SeededNumbers

    init(state: UInt64) { numbers = SeededNumbers(state: state) }

    mutating func next() -> UInt64 { numbers.next() }

    private mutating func isRare(_ odds: Int = 12) -> Bool { Int.random(in: 0..<odds, using: &self) == 0 }

    private static let texts = [
        #""x""#, #""""#, #""n/a""#, #""urgent""#, #""high""#, #""opened""#, #""noise""#, #""customer""#, #""vendor""#, "null",
        #""a text of more than thirty-two bytes, as comments are""#, #""Zürich""#, #""日本""#, #""seventeen_bytes17""#,
    ]
    private static let strange = [
        #""tab\tquote\"""#, #""\u00e9""#, #""\ud83d\ude00""#, #""\ud83d""#, #""\u00e""#, #""\uD7ff\u000A""#, #""\uDC00x""#, "7",
        "-7", "-0", "01", "1.5", "1e3", "1.", "1E400",
        "9223372036854775807", "18446744073709551616", "123456789012345678", "1234567890123456789", "true", "false", "tru", "nul",
        "[]", "{}", #"[1,"x",{"a":null}]"#, #"{"a":{"b":[1.25,-3]},"a":1}"#, "\"\u{1}\"", "", #""open"#, "\"\\x\"", "[1,]",
        #"{"a":1,}"#, "\"2026-01-05T09:00:00Z\"", "00", "-", "+1", "falsey", String(repeating: "[", count: 40),
        String(repeating: "[", count: 40) + String(repeating: "]", count: 40),
    ]

    private mutating func value(_ odds: Int = 12) -> String {
        (isRare(odds) ? Self.strange : Self.texts).randomElement(using: &self) ?? "null"
    }

    private mutating func time() -> String {
        if isRare(20) { return value(3) }
        let day = Int.random(in: 10...28, using: &self)
        return ["\"2026-01-\(day)T09:12:00Z\"", "\"2026-01-\(day)T09:12:00.5+01:00\""].randomElement(using: &self) ?? "null"
    }

    /// Pairs in order, some left out, some twice or moved.
    private mutating func object(_ pairs: [(String, String)]) -> String {
        var pairs = pairs.filter { _ in !isRare(9) }
        if isRare(20) { pairs.shuffle(using: &self) }
        if isRare(20), let pair = pairs.randomElement(using: &self) { pairs.append((pair.0, value(3))) }
        if isRare(15) { pairs.insert(("more_\(Int.random(in: 0..<5, using: &self))", value(2)), at: 0) }
        let isWide = isRare(6)
        let written = pairs.map { key, value in
            let key = isRare(60) ? #"\u0069d"# : key
            return isWide ? "\"\(key)\" : \(value)" : "\"\(key)\":\(value)"
        }
        return isWide ? "{ " + written.joined(separator: ",\t") + " }" : "{" + written.joined(separator: ",") + "}"
    }

    private mutating func list() -> String {
        if isRare(25) { return value(2) }
        let objects = (0..<Int.random(in: 0...4, using: &self)).map { _ in
            isRare(40)
                ? value(2)
                : object([
                    ("at", time()), ("what", value(30)), ("who", value()), ("role", value()), ("text", value()),
                    ("reason", value()),
                ])
        }
        return "[" + objects.joined(separator: ",") + "]"
    }

    mutating func line() -> String {
        if isRare(30) {
            return ["", "  ", "{}", "[]", "null", "{", "}", "{\"id\"", "x", "\u{FEFF}{}"].randomElement(using: &self) ?? ""
        }
        var line = object([
            ("id", isRare(8) ? value(2) : "\"k\(next() % 99)\""), ("who", isRare(8) ? value(2) : "\"p1\""), ("kind", value()),
            ("sev", value()), ("org", value(3)), ("count", value(2)), ("opened", time()), ("unwanted", value(3)),
            ("events", list()), ("notes", list()), ("owner", value()),
        ])
        if isRare(20) { line = String(line.dropLast(Int.random(in: 1...5, using: &self))) }
        if isRare(20) { line += [" ", "\r", "x", "{}", ",", "\t"].randomElement(using: &self) ?? "" }
        return line
    }
}
