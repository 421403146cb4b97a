import Language
import Testing

@testable import Fetching

/// Where the parts of records are that lie elsewhere: what may be written, what comes of it for a record, and who is told a
/// secret.
struct ChildSourceTests {
    private static let web =
        "{id: a, url: 'https://desk.example/api/tickets?x=1', format: json, origins: ['https://cdn.example']}"
    private static let file = "{id: a, url: 'file:pages/t.json', format: json}"

    private static func load(_ child: String, of parent: String) throws -> (child: ChildSource?, parent: Source, said: [String]) {
        let diagnostics = Diagnostics()
        let node = try #require(YAMLDocument.read(parent, file: "p", diagnostics: diagnostics))
        var keys = try #require(YAMLMapping(node, "a source", diagnostics))
        let source = try #require(Source.load(&keys, configFolder: "conf"))
        let childNode = try #require(YAMLDocument.read(child, file: "f", diagnostics: diagnostics))
        var childKeys = try #require(YAMLMapping(childNode, "the child 'c'", diagnostics))
        let loaded = ChildSource.load("c", &childKeys, of: source, configFolder: "conf")
        _ = childKeys.node("records")
        childKeys.finish()
        return (loaded, source, diagnostics.sorted.map(\.description))
    }

    @Test(arguments: [
        ("{}", "f:1:1: error[TL106]: the child 'c' needs the key 'url'"),
        ("{url: [a]}", "f:1:7: error[TL104]: 'url' must be text, not a list"),
        ("{url: '/t/{it.id', key: x}", "f:1:11: error[TL150]: '{' is never closed"),
        ("{url: '/t/{itt.id}'}", "f:1:12: error[TL203]: undeclared reference to 'itt' (did you mean 'it'?)"),
        ("{url: '/t/{it.}'}", "f:1:15: error[TL201]"),
        ("{url: '/t?since={since}'}", "f:1:18: error[TL154]: '{since}' in the URL of a child is not supported yet"),
        ("{url: 'https://{it.host}/t'}", "a value cannot be part of the host"),
        ("{url: 'https://desk.example{it.id}/t'}", "a value cannot be part of the host"),
        ("{url: 'https://desk.example:{it.port}/t'}", "a URL"),
        ("{url: 'https://u:p@desk.example/{it.id}'}", "f:1:7: error[TL155]: the URL holds a user or a password"),
        ("{url: 'https://evil.example/{it.id}'}", "is neither the source's own origin nor one that it lists"),
        ("{url: 'http://desk.example/{it.id}'}", "is neither the source's own origin nor one that it lists"),
        ("{url: '//evil.example/{it.id}'}", "the URL cannot be used"),
        ("{url: 'ftp://desk.example/{it.id}'}", "the URL cannot be used"),
        ("{url: 'file:t/{it.id}.json'}", "the children of a web source cannot be at"),
        ("{url: '/t/{it.id}', format: jsn}", "'jsn' is no format (did you mean 'json'?)"),
        ("{url: '/t/{it.id}', page: {ofset: {param: o}}}", "'page' has no key 'ofset' (did you mean 'offset'?)"),
        ("{url: '/t/{it.id}', recrds: 'body.x'}", "the child 'c' has no key 'recrds' (did you mean 'records'?)"),
        ("{url: '/t/{it.id}', limits: {retris: 1}}", "'limits' has no key 'retris' (did you mean 'retries'?)"),
    ])
    func `what is wrong with a child is said at its place`(child: String, expected: String) throws {
        let said = try Self.load(child, of: Self.web).said
        #expect(said.contains { $0.contains(expected.replacing("a URL", with: "")) && $0.hasPrefix("f:1:") }, "\(said)")
    }

    @Test(arguments: [
        ("{url: 'https://desk.example/t/{it.id}'}", "a file cannot"), ("{url: '/t/{it.id}'}", "a file cannot"),
        ("{url: 'file:t/{it.id}.json', page: {number: {param: p}}}", "the pages of a file cannot be told apart"),
    ])
    func `the children of a file are files`(child: String, expected: String) throws {
        let said = try Self.load(child, of: Self.file).said
        #expect(said.count == 1 && said[0].contains(expected), "\(said)")
    }

    /// What comes of a URL for a record: an address, `none`, or the reason why there is none.
    @Test(arguments: [
        ("https://desk.example/t/{it.id}/audits", #"{"id": 17}"#, "https://desk.example/t/17/audits"),
        ("/t/{it.id}/audits", #"{"id": 17}"#, "https://desk.example/t/17/audits"),
        ("/t/{ it.id }", #"{"id": "a/b c?d#e&f=g%h+ü"}"#, "https://desk.example/t/a%2Fb%20c%3Fd%23e%26f%3Dg%25h%2B%C3%BC"),
        (
            "/t?id={it.id}&n={it.n}", #"{"id": "x&admin=1", "n": 18446744073709551615}"#,
            "https://desk.example/t?id=x%26admin%3D1&n=18446744073709551615"
        ),
        ("https://cdn.example/{it.id}", #"{"id": "x"}"#, "https://cdn.example/x"),
        (#"/t/{it["a}b"]}"#, #"{"a}b": "x"}"#, "https://desk.example/t/x"),
        (#"/t/{{"k": it.id}["k"]}"#, #"{"id": "x"}"#, "https://desk.example/t/x"),
        (#"/t/{it.?id.orValue("none")}"#, "{}", "https://desk.example/t/none"),
        ("/t/{it.?id}", "{}", "none"),
        ("/t/{it.?id}", #"{"id": "7"}"#, "https://desk.example/t/7"),
        ("/t/{it.id}", "{}", "'{it.id}' cannot be told: no such key: id"),
        ("/t/{it.id}", #"{"id": null}"#, "'{it.id}' cannot be told: no such key: id"),
        ("/t/{it.id}", #"{"id": 1.5}"#, "'{it.id}' is neither a text nor a whole number"),
        ("/t/{it.id}", #"{"id": ["x"]}"#, "'{it.id}' is neither a text nor a whole number"),
        ("/t/{it.id}", #"{"id": ""}"#, "'{it.id}' is '', which names nothing"),
        ("/t/{it.id}/x", #"{"id": ".."}"#, "'{it.id}' is '..', which names nothing"),
        ("/t/{it.id}/x", #"{"id": "."}"#, "'{it.id}' is '.', which names nothing"),
        ("/t/{it.id}/x", #"{"id": "../../admin"}"#, "https://desk.example/t/..%2F..%2Fadmin/x"),
        ("/t/{it.id}/x", #"["x"]"#, "'{it.id}' cannot be told"),
    ])
    func `a record's resource is named by what the record says, and by nothing more`(
        url: String, record: String, expected: String
    ) throws {
        let loaded = try Self.load("{url: '\(url)'}", of: Self.web)
        let child = try #require(loaded.child, "\(loaded.said)")
        let document = try JSONDocument(parsing: record)
        do throws(ChildSource.Fault) {
            let source = try child.source(for: document.root.plainValue, of: loaded.parent)
            #expect(Self.name(source) == expected)
        } catch {
            #expect(error.message.hasPrefix(expected), "\(error.message)")
        }
    }

    private static func name(_ source: Source?) -> String {
        switch source?.location {
        case .web(let address): address.text
        case .file(let path): path
        case nil: "none"
        }
    }

    @Test(arguments: [
        ("file:t/{it.id}.json", "17", "conf/t/17.json"), ("file:///srv/{it.id}", "17", "/srv/17"),
        // A record cannot lead to another folder.
        ("file:t/{it.id}.json", "../../etc/passwd", "conf/t/..%2F..%2Fetc%2Fpasswd.json"),
        ("file:a%20b/{it.id}.json", "a b", "conf/a b/a%20b.json"),
    ])
    func `a record's file lies in the folder that the config names`(url: String, id: String, expected: String) throws {
        let loaded = try Self.load("{url: '\(url)'}", of: Self.file)
        let child = try #require(loaded.child, "\(loaded.said)")
        let document = try JSONDocument(parsing: "{\"id\": \"\(id)\"}")
        #expect(Self.name(try child.source(for: document.root.plainValue, of: loaded.parent)) == expected)
    }

    @Test func `a child has the limits of its source where it says nothing else`() throws {
        let parent = "{id: a, url: 'https://desk.example/', format: json, limits: {retries: 1, concurrency: 9}}"
        let child = try #require(try Self.load("{url: '/t/{it.id}', limits: {concurrency: 2}}", of: parent).child)
        #expect(child.limits.retries == 1)
        #expect(child.limits.concurrency == 2)
    }

    @Test func `a part that begins when the time of the whole is over is not asked for`() async throws {
        let server = try RawServer { _ in .answer("[]") }
        defer { server.stop() }
        let clock = Guarded(Duration.zero)
        let puller = Puller(
            certificateAuthorities: nil, patience: Patience(wait: { _ in }, now: { clock.withLock { $0 } }))
        let source = try FaultStage.source("{id: a, url: '\(server.base)/t', format: json, limits: {deadline: 60s}}")
        let beginning = puller.begin()
        var outcomes: [String] = []
        for seconds in [59, 61] {
            clock.withLock { $0 = .seconds(seconds) }
            for await event in puller.pull(source, since: beginning) {
                if case .ended(let outcome) = event { outcomes.append("\(outcome.name) \(outcome.reason?.code ?? "")") }
            }
        }
        await puller.shutDown()
        #expect(outcomes == ["complete ", "failed deadline"])
        #expect(server.requests.count == 1)
    }

    @Test func `a child at a listed origin is asked without the secrets of its source`() async throws {
        let own = try RawServer { _ in .answer("[]") }
        let foreign = try RawServer { _ in .answer("[]") }
        defer {
            own.stop()
            foreign.stop()
        }
        let keys = "auth: {bearer: {env: TOKEN}}, origins: ['\(foreign.base)']"
        let parent = try FaultStage.source("{id: a, url: '\(own.base)/t', format: json, \(keys)}")
        let puller = Puller(certificateAuthorities: nil, patience: Patience(wait: { _ in }, now: { .zero }))
        var outcomes: [String] = []
        for base in [own.base, foreign.base] {
            let loaded = try Self.load(
                "{url: '\(base)/t/{it.id}'}", of: "{id: a, url: '\(own.base)/t', format: json, origins: ['\(foreign.base)']}")
            let child = try #require(loaded.child, "\(loaded.said)")
            let document = try JSONDocument(parsing: #"{"id": 7}"#)
            let source = try #require(try child.source(for: document.root.plainValue, of: parent))
            for await event in puller.pull(source) { if case .ended(let outcome) = event { outcomes.append(outcome.name) } }
        }
        await puller.shutDown()
        #expect(outcomes == ["complete", "complete"])
        #expect(own.requests.map(\.target) == ["/t/7"] && foreign.requests.map(\.target) == ["/t/7"])
        #expect(own.requests.allSatisfy { $0.raw.contains(FaultStage.token) })
        #expect(foreign.requests.allSatisfy { !$0.raw.contains("zebra") && !$0.raw.lowercased().contains("authorization") })
    }
}
