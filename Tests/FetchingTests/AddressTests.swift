import Testing

@testable import Fetching

/// Addresses and links: what is contacted, what is refused, what is shown.
struct AddressTests {
    @Test(arguments: [
        ("https://Desk.Example/a?b=1#c", "https://desk.example:443"), ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("HTTPS://u:p@x.example:443/", "https://x.example:443"), ("http://[::1]:81/x", "http://[::1]:81"),
    ])
    func `an origin is scheme, host and port`(text: String, origin: String) {
        #expect(WebAddress(text)?.origin == origin)
    }

    @Test(arguments: [
        "", "desk.example/a", "//desk.example/a", "ftp://x/", "file:///etc/passwd", "https://", "https://a b/",
        "https://x:99999/",
    ])
    func `what is no web address is refused`(text: String) {
        #expect(WebAddress(text) == nil)
    }

    @Test(arguments: [
        ("?page=2", "https://x.example/a/b?page=2"), ("c", "https://x.example/a/c"), ("/c?d", "https://x.example/c?d"),
        ("//y.example/z", "https://y.example/z"), ("http://y.example/", "http://y.example/"),
        ("#top", "https://x.example/a/b?page=1"),
    ])
    func `a link is resolved against its page`(link: String, expected: String) throws {
        let base = try #require(WebAddress("https://x.example/a/b?page=1"))
        #expect(WebAddress(link, relativeTo: base)?.text == expected)
    }

    @Test func `a link to another scheme than http is refused`() throws {
        let base = try #require(WebAddress("https://x.example/a"))
        for link in ["file:///etc/passwd", "ftp://x.example/a", "javascript:alert(1)"] {
            #expect(WebAddress(link, relativeTo: base) == nil, "\(link)")
        }
    }

    @Test(arguments: [
        ("https://x.example/a?page=2&api_key=abc&Token=q", "https://x.example/a?page=2&api_key=***&Token=***"),
        ("https://user:secret@x.example/a/b", "https://x.example/a/b"),
        ("https://x.example/", "https://x.example/"), ("https://x.example/a@b?limit=@", "https://x.example/a@b?limit=@"),
    ])
    func `what is shown holds no secret`(text: String, shown: String) {
        #expect(WebAddress(text)?.redacted == shown)
    }

    @Test(arguments: [
        (["<https://x/2>; rel=\"next\""], "https://x/2"),
        (["<https://x/1>; rel=\"prev\", <https://x/3>; rel=\"next\""], "https://x/3"),
        (["<https://x/1>;rel=prev,<https://x/3>;rel=next"], "https://x/3"),
        (["<https://x/2>; title=\"a, b; rel=\\\"next\\\"\"; rel=\"first\"", "<https://x/3>; rel=next"], "https://x/3"),
        (["</p?q=a,b>; rel=\"last next\"; title*=UTF-8''x"], "/p?q=a,b"),
        (["<https://x/2>; REL=\"NEXT\""], "https://x/2"),
        (["<https://x/2>; rel=first; rel=next"], nil),
        (["<https://x/2; rel=next"], nil), (["rubbish, <https://x/2>; rel=next"], "https://x/2"), ([""], nil), ([";,;,"], nil),
        (["<a>; =; ;; rel=next"], "a"), (["<>; rel=next"], ""), (["<a>; rel"], nil), (["<a>; rel=\"next"], "a"),
    ])
    func `the Link header is read as RFC 8288 says`(headers: [String], target: String?) {
        #expect(LinkHeader.target(of: "next", in: headers) == target)
    }

    @Test func `no mutation of a Link header hangs or crashes its reader`() {
        var state: UInt64 = 88
        let alphabet = Array("<>;,=\"\\ relnxt/aé".utf8)
        for _ in 0..<10_000 {
            var bytes: [UInt8] = []
            for _ in 0..<24 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes.append(alphabet[Int(state >> 33) % alphabet.count])
            }
            let target = LinkHeader.target(of: "next", in: [String(decoding: bytes, as: UTF8.self)])
            #expect((target?.utf8.count ?? 0) <= 96)
        }
    }

    @Test(arguments: [("64MB", 64_000_000), ("1MiB", 1_048_576), ("10", 10), ("5kB", 5000), ("7B", 7), ("1GB", 1_000_000_000)])
    func `sizes have units`(text: String, bytes: Int) {
        #expect(Limits.byteCount(text) == bytes)
    }

    @Test(arguments: ["MB", "-1MB", "1.5MB", "1 MB", "1TB", "99999999999999GB", ""])
    func `what is no size is refused`(text: String) {
        #expect(Limits.byteCount(text) == nil)
    }
}
