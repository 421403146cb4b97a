import Language
import Testing

@testable import Fetching

/// What a source may not say, since it would leak or lie.
struct SafeSourceTests {
    @Test(arguments: [
        (
            "{id: a, url: 'http://127.evil.example.com/', format: json}",
            "f:1:14: error[TL151]: plain http to '127.evil.example.com'"
        ),
        ("{id: a, url: 'http://127.0.0.evil/', format: json}", "f:1:14: error[TL151]: plain http to '127.0.0.evil'"),
        (
            "{id: a, url: 'http://localhost.evil.example/', format: json}",
            "f:1:14: error[TL151]: plain http to 'localhost.evil.example'"
        ),
        (
            "{id: a, url: 'https://u:hunter2@x.example/', format: json}",
            "f:1:14: error[TL155]: the URL holds a user or a password"
        ),
        ("{id: a, url: 'https://x/', format: json, origins: ['http://x/']}", "f:1:52: error[TL151]: plain http to 'x'"),
        ("{id: a, url: 'https://x/', format: csv, page: {next_url: 'body.next'}}", "f:1:59: error[TL203]:"),
        (
            "{id: a, url: 'https://x/', format: json, page: {link_header: false}}",
            "f:1:62: error[TL152]: 'link_header' can only be true"
        ),
    ])
    func `it is refused with its place`(text: String, expected: String) throws {
        let diagnostics = Diagnostics()
        let node = try #require(YAMLDocument.read(text, file: "f", diagnostics: diagnostics))
        var mapping = try #require(YAMLMapping(node, "a source", diagnostics))
        _ = Source.load(&mapping, configFolder: "conf")
        mapping.finish()
        let said = diagnostics.sorted.map(\.description)
        #expect(said.count == 1, "\(said)")
        #expect(said.first?.hasPrefix(expected) == true, "\(said)")
        #expect(!said.joined().contains("hunter2"))
    }

    @Test func `a secret in a query is refused, and not repeated`() throws {
        let diagnostics = Diagnostics()
        let text = "{id: a, url: 'https://x/?page=1&API_key=hunter2&token=', format: json}"
        let node = try #require(YAMLDocument.read(text, file: "f", diagnostics: diagnostics))
        var mapping = try #require(YAMLMapping(node, "a source", diagnostics))
        _ = Source.load(&mapping, configFolder: "conf")
        #expect(
            diagnostics.sorted.filter { $0.severity == .error }.map(\.description) == [
                "f:1:14: error[TL155]: a secret seems to stand in the URL, as 'API_key' (use 'auth: {query: {name: API_key, value: {env: NAME}}}')"
            ])
        #expect(!"\(diagnostics.sorted)".contains("hunter2"))
    }

    @Test(arguments: [
        ("https://u:p@x.example/a", "https://x.example/a"),
        ("https://x.example/a?t%6Fken=abc&b=1", "https://x.example/a?t%6Fken=***&b=***"),
        ("https://x.example/a?page[token]=abc", "https://x.example/a?page[token]=***"),
    ])
    func `credentials are neither kept nor shown`(text: String, shown: String) {
        #expect(WebAddress(text)?.redacted == shown)
    }
}
