import Language
import Testing

@testable import Fetching

/// Which pages follow, without anybody to ask: what a walk gives while pages are read.
struct PageWalkTests {
    private func paging(_ text: String) throws -> Paging {
        let diagnostics = Diagnostics()
        let node = try #require(YAMLDocument.read("{page: \(text)}", file: "f", diagnostics: diagnostics))
        var mapping = try #require(YAMLMapping(node, "a source", diagnostics))
        return try #require(Paging.load(&mapping, .json), "\(diagnostics.sorted)")
    }

    /// Reads pages of an offset: what each says of the total, and how many records it has. Gives the offsets asked for, where
    /// three may be asked for at once.
    private func offsets(_ pages: [(total: Int?, records: Int)]) throws -> [Int] {
        var walk = PageWalk(try paging("{offset: {param: o, total: 'body.total'}}"))
        var asked: [Int] = []
        var planned: [Int] = []
        for page in pages {
            while planned.count < 3, let place = walk.take() {
                planned.append(place.position)
                asked.append(place.position)
            }
            guard !planned.isEmpty else { break }
            let document = try JSONDocument(parsing: "{\"total\": \(page.total.map(String.init) ?? "null")}")
            var facts = PageFacts(body: document.root.value, headers: [])
            try walk.read(&facts, position: planned.removeFirst(), records: page.records)
            if walk.isTurned { planned = [] }
        }
        return asked
    }

    @Test(
        arguments: [
            ([(50, 10), (50, 10), (50, 10), (50, 10), (50, 10)], [0, 10, 20, 30, 40]),
            ([(nil, 10), (nil, 3), (nil, 0)], [0, 10, 13]),
            // A page in the middle that is too short: what was asked for beyond it is asked for anew.
            ([(50, 10), (50, 7), (50, 10), (50, 10), (50, 13)], [0, 10, 20, 30, 17, 27, 37, 47]),
            // Records go away while they are read: what was announced first is looked for all the same.
            ([(50, 10), (20, 10), (20, 10)], [0, 10, 20, 30, 40]),
            // A total that is wrong tells no end.
            ([(0, 10), (0, 10), (0, 0)], [0, 10, 20]),
            ([(20, 10), (20, 15), (20, 0)], [0, 10, 25]),
            // More come.
            ([(20, 10), (30, 10), (30, 10)], [0, 10, 20]),
            ([(nil, 10), (25, 10), (25, 5)], [0, 10, 20]),
            ([(0, 0)], [0]),
            ([(10, 10)], [0]),
            ([(50, 0)], [0]),
        ] as [([(Int?, Int)], [Int])])
    func `offsets lose nothing and end`(pages: [(Int?, Int)], expected: [Int]) throws {
        #expect(try offsets(pages.map { (total: $0.0, records: $0.1) }) == expected)
    }

    @Test func `a query value stands where it stood, written as a URL needs it`() throws {
        let address = try #require(WebAddress("https://x.example/a?b=1&p%61ge=0&c=2&page=7"))
        let values = [QueryValue(name: "page", value: "a b&c=d/é"), QueryValue(name: "filter[x]", value: "1")]
        #expect(
            address.setting(values)?.text == "https://x.example/a?b=1&page=a%20b%26c%3Dd%2F%C3%A9&c=2&filter%5Bx%5D=1")
        #expect(WebAddress("https://x.example/a")?.setting([QueryValue(name: "p", value: "")])?.text == "https://x.example/a?p=")
    }

    @Test(arguments: [
        ("", PageFormat.ndjson, 0), ("\n \r\n\t\n", .ndjson, 0), ("1\n\n2", .ndjson, 2), ("{\"a\": \"\n", .ndjson, 1),
        ("", .csv, 0), ("id\n", .csv, 0), ("id\n1\r\n\r\n2", .csv, 2), ("id\n\"a\nb\"\n\"c\"\"\n\"\n", .csv, 2),
    ])
    func `rows are counted without reading them`(text: String, format: PageFormat, expected: Int) {
        for size in [1, 3, 100] {
            var counter = RowCounter(format)
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                counter.add(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            #expect(counter.finish() == expected)
        }
    }

    @Test(arguments: [
        ("{cursor: {from: 'body.x'}}", "'cursor' needs the key 'param'"),
        ("{cursor: {param: c}}", "'cursor' needs the key 'from'"),
        ("{cursor: {param: c, form: 'body.x'}}", "'cursor' has no key 'form' (did you mean 'from'?)"),
        ("{cursor: {param: c, from: body.x}}", "must be quoted"),
        ("{number: {start: 1}}", "'number' needs the key 'param'"),
        ("{number: {param: p, size: 0}}", "'size' must be a whole number"),
        ("{number: {param: p, size_param: s}}", "'size_param' needs the key 'size' beside it"),
        ("{number: {param: p, pages: 'bdy.pages'}}", "did you mean 'body'?"),
        ("{offset: {param: [a]}}", "'param' must be the name of a query parameter, not a list"),
        ("{offset: {param: o}, number: {param: p}}", "'page' needs exactly one kind of paging"),
        ("{}", "'page' needs exactly one kind of paging"),
        ("{ofset: {param: o}}", "'page' has no key 'ofset' (did you mean 'offset'?)"),
        ("cursor", "'page' cannot be 'cursor'"),
    ])
    func `what is wrong with 'page' is said`(text: String, expected: String) throws {
        let diagnostics = Diagnostics()
        let node = try #require(YAMLDocument.read("{page: \(text)}", file: "f", diagnostics: diagnostics))
        var mapping = try #require(YAMLMapping(node, "a source", diagnostics))
        _ = Paging.load(&mapping, .json)
        let said = diagnostics.sorted.map(\.description)
        #expect(said.contains { $0.contains(expected) && $0.hasPrefix("f:1:") }, "\(said)")
    }

    @Test(arguments: [
        ("{id: a, url: 'file:x.json', format: json, page: {number: {param: p}}}", "the pages of a file cannot be told apart"),
        ("{id: a, url: 'https://x/', format: csv, page: {cursor: {param: c, from: 'body.x'}}}", "body"),
        (
            "{id: a, url: 'https://x/', format: json, total: 'body.a', page: {offset: {param: o, total: 'body.b'}}}",
            "the total is given twice"
        ),
        ("{id: a, url: 'https://x/', format: ndjson, total: 'body.a'}", "body"),
    ])
    func `what does not go together is said`(text: String, expected: String) throws {
        let diagnostics = Diagnostics()
        let node = try #require(YAMLDocument.read(text, file: "f", diagnostics: diagnostics))
        var mapping = try #require(YAMLMapping(node, "a source", diagnostics))
        _ = Source.load(&mapping, configFolder: ".")
        let said = diagnostics.sorted.map(\.description)
        #expect(said.contains { $0.contains(expected) }, "\(said)")
    }
}
