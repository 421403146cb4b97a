import Language
import Testing

@testable import Fetching

/// What an entry of `sources:` may say.
struct SourceTests {
    private func load(_ text: String) -> (Source?, [String]) {
        let diagnostics = Diagnostics()
        guard let node = YAMLDocument.read(text, file: "f", diagnostics: diagnostics),
            var mapping = YAMLMapping(node, "a source", diagnostics)
        else { return (nil, diagnostics.sorted.map(\.description)) }
        let source = Source.load(&mapping, configFolder: "conf")
        mapping.finish()
        return (source, diagnostics.sorted.map(\.description))
    }

    @Test(arguments: [
        "{id: a, url: 'https://x.example/t', format: json}",
        "{id: a, url: 'http://127.0.0.1:80/t', format: csv, page: none}",
        "{id: a, url: 'http://x.example/t', allow_http: true, format: ndjson, page: {link_header: true}}",
        "{id: a, url: 'https://x.example/t', format: json, page: {next_url: 'body.n'}, records: 'body.r.filter(i, i.k == 1)'}",
        "{id: a, url: 'https://x.example/t', format: json, page: {number: {param: p}}, records: 'body.r.map(i, i.k)'}",
        "{id: a, url: 'file:x.json', format: json, page: {next_url: 'body.next'}, origins: ['https://cdn.example'], limits: {max_page: 1MB, deadline: 2m, retries: 0}}",
    ])
    func `a sound source says nothing`(text: String) {
        let (source, said) = load(text)
        #expect(source != nil)
        #expect(said.isEmpty, "\(said)")
    }

    @Test(arguments: [
        ("{url: 'https://x/', format: json}", ["f:1:1: error[TL106]: a source needs the key 'id'"]),
        (
            "{id: a, url: 'x.example', format: json}",
            ["f:1:14: error[TL150]: the URL cannot be used (write an https, http or file URL without spaces)"]
        ),
        (
            "{id: a, url: 'http://x.example/', format: json}",
            ["f:1:14: error[TL151]: plain http to 'x.example' can be read on the way (use https, or set 'allow_http: true')"]
        ),
        ("{id: a, url: 'https://x/', format: jsn}", ["f:1:36: error[TL107]: 'jsn' is no format (did you mean 'json'?)"]),
        (
            "{id: a, url: 'https://x/', format: json, page: {cursor: {param: c}}}",
            ["f:1:57: error[TL106]: 'cursor' needs the key 'from'"]
        ),
        (
            "{id: a, url: 'https://x/', format: json, limits: {rate: fast}}",
            [
                "f:1:57: error[TL107]: 'rate' must be a number of requests in a time, not 'fast' (write it as '10/s', '600/m' or '1000/h')"
            ]
        ),
        (
            "{id: a, url: 'https://x/', format: json, page: {next_ulr: 'body.x'}}",
            [
                "f:1:49: error[TL105]: 'page' has no key 'next_ulr' (did you mean 'next_url'?)"
            ]
        ),
        (
            "{id: a, url: 'https://x/', format: json, origins: [x]}",
            ["f:1:52: error[TL153]: 'x' is no origin (write it as 'https://cdn.example')"]
        ),
        (
            "{id: a, url: 'https://x/', format: json, limits: {max_page: big}}",
            ["f:1:61: error[TL107]: 'max_page' must be a size, not 'big' (write it as '64MB' or '64MiB')"]
        ),
        (
            "{id: a, url: 'https://x/', format: json, page: {number: {param: p}}, records: 'body.r.filter(i, i.k == 1)'}",
            [
                "f:1:79: error[TL160]: the records of these pages are counted, so none may be left out here (name the whole list; what is not wanted is left out by a checklist's 'applies')"
            ]
        ),
    ])
    func `what is wrong with a source is said with its place`(text: String, expected: [String]) {
        #expect(load(text).1 == expected)
    }

    @Test func `secrets in a URL are not repeated in a diagnostic`() {
        let (_, said) = load("{id: a, url: 'https://u:hunter2@x y/?token=hunter3', format: json}")
        #expect(said.count == 1)
        #expect(!said.joined().contains("hunter"))
    }
}
