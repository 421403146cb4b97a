import FlyingFox
import Foundation
import Language
import Testing

@testable import Fetching

/// What is kept of a pull, and that it gives the same pull again.
struct SnapshotTests {
    /// A folder of snapshots that goes away with its holder.
    private final class Folder {
        let store = SnapshotStore(
            path: FileManager.default.temporaryDirectory.appending(path: "touchline-\(UUID().uuidString)").path)

        deinit { try? FileManager.default.removeItem(atPath: store.path) }

        var objects: [String] {
            (FileManager.default.enumerator(atPath: store.objects)?.compactMap { $0 as? String } ?? []).filter {
                $0.hasSuffix(".zst")
            }
        }
    }

    /// What a pull hands over: bytes of rows, values of pages, and how it ended.
    private struct Pulled: Equatable {
        var rows: [Int: [UInt8]] = [:]
        var documents: [String] = []
        var pages: [String] = []
        var outcome = ""
    }

    private static let hasty = Patience(wait: { _ in }, now: { .zero })
    private static let instant = Instant(seconds: 1_800_000_000)

    private static func source(_ yaml: String) throws -> Source {
        let diagnostics = Diagnostics()
        let node = try #require(YAMLDocument.read(yaml, file: "f", diagnostics: diagnostics))
        var mapping = try #require(YAMLMapping(node, "a source", diagnostics))
        return try #require(Source.load(&mapping, configFolder: "."), "\(diagnostics.sorted)")
    }

    private static func collect(_ events: PullSequence) async -> Pulled {
        var pulled = Pulled()
        for await event in events {
            switch event {
            case .page(let page):
                var json = JSONWriter()
                if let document = try? page.document() { json.element(document.root) }
                pulled.documents.append(json.text)
            case .bytes(let bytes, let page): pulled.rows[page, default: []] += bytes
            case .pageEnded(let page): pulled.pages.append("\(page.number) \(page.url) \(page.byteCount) \(page.sha256)")
            case .ended(let outcome):
                pulled.outcome += [outcome.name, outcome.reason?.code, outcome.reason?.message].compactMap(\.self).joined(
                    separator: ": ")
            }
        }
        return pulled
    }

    /// Pulls a source into a snapshot.
    private static func keep(
        _ source: Source, in store: SnapshotStore, at instant: Instant = instant, _ puller: Puller? = nil
    ) async throws -> (Pulled, String) {
        let puller = puller ?? Puller(certificateAuthorities: nil, patience: hasty)
        let writer = try SnapshotWriter(store, key: "k", clock: { instant })
        let pulled = await collect(puller.pull(source, keeping: writer.recorder(of: source)))
        await puller.shutDown()
        let name = try await writer.keep(
            network: "n", config: "sha256:0", asOf: nil, options: SnapshotManifest.PullOptions())
        return (pulled, name)
    }

    private static func replay(_ source: Source, _ snapshot: Snapshot) async throws -> Pulled {
        let puller = Puller(certificateAuthorities: nil, patience: hasty)
        let replay: ExchangeReplay = try #require(snapshot.replay(of: source))
        let pulled = await collect(puller.pull(source, from: replay))
        await puller.shutDown()
        return pulled
    }

    private static let large = Array(String(repeating: "{\"n\": 12345678}\n", count: 200_000).utf8)

    /// Where the pull begins, the keys of the source beside it, and how it must end.
    static let pulls: [(path: String, keys: String, outcome: String)] = [
        ("/handed?view=all", "format: json, page: {cursor: {param: c, from: 'headers[\"x-next-token\"]'}}", "complete"),
        ("/handed?view=all", "format: ndjson, page: {cursor: {param: d, from: 'headers[\"x-next-key\"]'}}", "complete"),
        ("/behind", "format: json, page: {number: {param: page, size_param: n, size: 2}}, records: 'body.items'", "complete"),
        ("/links?secret=s3cr3t-0", "format: json, page: {link_header: true}", "complete"),
        ("/body?secret=s3cr3t-0", "format: json, page: {next_url: 'body.next'}", "complete"),
        ("/rows", "format: ndjson, page: {next_url: 'headers[\"x-next\"]'}", "complete"),
        ("/none", "format: json", "complete"),
        ("/moved?secret=s3cr3t-0", "format: json, page: {next_url: 'body.?next'}", "complete"),
        ("/lost", "format: json", "failed: foreign_origin"),
        (
            "/numbered",
            "format: json, page: {number: {param: at, size_param: n, size: 1, pages: 'body.pages'}}, records: 'body.items'",
            "complete"
        ),
        ("/numbered", "format: json, page: {cursor: {param: token, from: 'body.?next'}}", "complete"),
        ("/gone", "format: json", "failed: http_status"),
        ("/late", "format: json, page: {next_url: 'body.next'}", "partial: http_status"),
        ("/cut", "format: ndjson", "partial: truncated"),
        ("/cut", "format: json, limits: {retries: 2}", "failed: truncated"),
        ("/once-cut", "format: json", "complete"),
        ("/large", "format: ndjson, limits: {max_bytes: 3MB}", "partial: too_large"),
        ("/large", "format: json, limits: {max_page: 1MB}", "failed: too_large"),
        ("/html", "format: json", "failed: html"),
        ("/latin1", "format: csv", "partial: not_utf8"),
        ("/broken", "format: json", "failed: not_json"),
        ("/same", "format: json, page: {next_url: 'body.next'}", "partial: loop"),
        ("/foreign", "format: json, page: {next_url: 'body.next'}", "partial: foreign_origin"),
        ("/endless", "format: json, page: {link_header: true}, limits: {max_pages: 3}", "partial: max_pages"),
    ]

    private static func route(_ request: HTTPRequest, _ nth: Int) -> HTTPResponse {
        let page = request.query.first { $0.name == "secret" }?.value.split(separator: "-").last.flatMap { Int($0) } ?? 0
        let next = "?secret=s3cr3t-\(page + 1)&page=\(page + 1)"
        func json(_ text: String, _ headers: [String: String] = [:]) -> HTTPResponse {
            LoopbackServer.answer(Array(text.utf8), 200, headers)
        }
        switch request.path {
        // Every page is the same but the last: only its address tells it apart.
        case "/links":
            return json(
                "{\"items\": []}",
                page < 4 ? ["Link": "</links\(next)>; rel=\"next\"", "Set-Cookie": "id=c00kie"] : ["X-Api-Token": "t0ken"])
        // A cursor that needs encoding, out of a header whose name is that of a secret.
        case "/handed":
            let next = nth < 4 ? "s3cr3t/\(nth % 2)=+ &é" : ""
            return json("{\"n\": \(nth)}", ["X-Next-Token": next, "X-Next-Key": next])
        case "/behind":
            let page = request.query.first { $0.name == "page" }.flatMap { Int($0.value) } ?? 0
            return page < 3 ? json("{\"items\": [\(page)\(page == 1 ? ", 0" : "")]}") : LoopbackServer.answer([], 404)
        case "/body": return json(page < 3 ? "{\"page\": \(page), \"next\": \"/body\(next)\"}" : "{\"page\": \(page)}")
        case "/rows": return LoopbackServer.answer(large, 200, nth < 3 ? ["X-Next": "/rows?n=\(nth)"] : [:])
        case "/numbered":
            let at = request.query.first { $0.name == "at" || $0.name == "token" }.flatMap { Int($0.value.suffix(1)) } ?? 1
            return json("{\"pages\": 4, \"items\": [\(at)]" + (at < 4 ? ", \"next\": \"s3cr3t\(at + 1)\"}" : "}"))
        case "/moved": return LoopbackServer.answer([], 302, ["Location": "/far/away/first?secret=s3cr3t-1"])
        case "/far/away/first": return json("{\"next\": \"second\"}")
        case "/far/away/second": return json("{}")
        case "/lost": return LoopbackServer.answer([], 302, ["Location": "https://elsewhere.example/?secret=s3cr3t-1"])
        case "/none": return LoopbackServer.answer([], 204)
        case "/late": return json("{\"next\": \"/gone?token=hunter2\"}")
        case "/cut": return LoopbackServer.broken(large, length: large.count + 10, then: .drop)
        case "/once-cut": return nth == 1 ? LoopbackServer.broken(Array("[1".utf8), length: 9, then: .drop) : json("[1, 2]")
        case "/large": return LoopbackServer.answer(large)
        case "/html": return json("<html>sign in</html>")
        case "/latin1": return LoopbackServer.answer(Array("id\n1\n2".utf8) + [0xFC, 10])
        case "/broken": return json("{\"a\": ")
        case "/same": return json("{\"next\": \"/same\"}")
        case "/foreign": return json("{\"next\": \"https://elsewhere.example/?token=hunter2\"}")
        case "/endless": return json("[\(nth)]", ["Link": "</endless?page=\(nth)>; rel=next"])
        default: return LoopbackServer.answer([], 404)
        }
    }

    @Test(arguments: SnapshotTests.pulls)
    func `a replay hands over what the pull did, and ends as it did`(pull: (path: String, keys: String, outcome: String))
        async throws
    {
        let counts = Guarded<[String: Int]>([:])
        let folder = Folder()
        var kept: (pulled: Pulled, name: String)?
        var yaml = ""
        try await LoopbackServer.serving { request in
            let nth = counts.withLock { counts -> Int in
                counts[request.path, default: 0] += 1
                return counts[request.path, default: 0]
            }
            return Self.route(request, nth)
        } _: { base in
            yaml = "{id: a, url: '\(base)\(pull.path)', \(pull.keys)}"
            kept = try await Self.keep(try Self.source(yaml), in: folder.store)
        }
        // The server is gone: whoever asks it now fails.
        let (pulled, name) = try #require(kept)
        #expect(pulled.outcome.hasPrefix(pull.outcome), "\(pulled.outcome)")
        let snapshot = try Snapshot.find(name, in: folder.store)
        let replayed = try await Self.replay(try Self.source(yaml), snapshot)
        #expect(replayed == pulled)
        #expect(snapshot.damage == nil)
        #expect(snapshot.manifest.bytes == SnapshotManifest(snapshot.manifest.bytes)?.bytes)
        let manifest = String(decoding: snapshot.manifest.bytes, as: UTF8.self)
        for secret in ["s3cr3t", "hunter2", "c00kie", "t0ken"] { #expect(!manifest.contains(secret), "\(manifest)") }
    }

    @Test func `a page that was read in vain is kept once, as it came in the end`() async throws {
        let folder = Folder()
        let count = Guarded(0)
        try await LoopbackServer.serving { request in
            Self.route(
                request,
                count.withLock {
                    $0 += 1; return $0
                })
        } _: { base in
            let (_, name) = try await Self.keep(
                try Self.source("{id: a, url: '\(base)/once-cut', format: json}"), in: folder.store)
            let pages = try folder.store.manifest(named: name).sources[0].pages
            #expect(pages.map(\.isCut) == [false])
            #expect(pages.map(\.object?.sha256) == [sha256Hex(Array("[1, 2]".utf8))])
        }
    }

    @Test func `the same bytes are kept once, and as they came`() async throws {
        let folder = Folder()
        let file = folder.store.path + ".json"
        defer { try? FileManager.default.removeItem(atPath: file) }
        let text = Array("{\"a\": [1, 2, 3]}".utf8)
        try Data(text).write(to: URL(fileURLWithPath: file))
        let source = try Self.source("{id: a, url: 'file:\(file)', format: json}")
        for second in 0..<3 { _ = try await Self.keep(source, in: folder.store, at: Instant(seconds: Int64(second))) }
        #expect(folder.store.names.count == 3)
        #expect(folder.objects.count == 1)
        #expect(folder.objects[0].replacing("/", with: "") == sha256Hex(text) + ".zst")
    }

    /// What somebody did to the store, and what is said of it.
    @Test(arguments: ["changed", "shortened", "longer", "another", "missing", "empty"])
    func `what is kept is not believed where it is not what was pulled`(fault: String) async throws {
        let folder = Folder()
        let file = folder.store.path + ".ndjson"
        defer { try? FileManager.default.removeItem(atPath: file) }
        try Data(Self.large).write(to: URL(fileURLWithPath: file))
        let source = try Self.source("{id: a, url: 'file:\(file)', format: ndjson}")
        let (_, name) = try await Self.keep(source, in: folder.store)
        let object = folder.store.objects + "/" + (try #require(folder.objects.first))
        var bytes = try Data(contentsOf: URL(fileURLWithPath: object))
        switch fault {
        case "changed": bytes[bytes.count / 2] ^= 1
        case "shortened": bytes.removeLast()
        case "longer": bytes.append(0)
        case "another":
            let other = folder.store.path + ".other"
            defer { try? FileManager.default.removeItem(atPath: other) }
            try Data("{}\n".utf8).write(to: URL(fileURLWithPath: other))
            let (_, second) = try await Self.keep(
                try Self.source("{id: a, url: 'file:\(other)', format: ndjson}"), in: folder.store, at: Instant(seconds: 1))
            let digest = try #require(try folder.store.manifest(named: second).objects.first)
            bytes = try Data(contentsOf: URL(fileURLWithPath: folder.store.object(digest)))
        case "empty": bytes = Data()
        default: break
        }
        try FileManager.default.removeItem(atPath: object)
        if fault != "missing" { try bytes.write(to: URL(fileURLWithPath: object)) }
        let snapshot = try Snapshot.find(name, in: folder.store)
        let replayed = try await Self.replay(source, snapshot)
        #expect(!replayed.outcome.hasPrefix("complete"))
        guard case .damaged(name, let why) = try #require(snapshot.damage) else { throw SnapshotError.locked(path: "") }
        #expect(why.contains(".ndjson"), "\(why)")
    }

    @Test func `a changed byte of a manifest is found wherever it is`() async throws {
        let folder = Folder()
        let source = try Self.source("{id: a, url: 'file:/nowhere', format: json}")
        let (pulled, name) = try await Self.keep(source, in: folder.store)
        #expect(pulled.outcome.hasPrefix("failed: missing_file"))
        let path = "\(folder.store.pulls)/\(name).json"
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        for place in stride(from: 0, to: whole.count, by: 17) {
            var bytes = whole
            bytes[place] ^= 1
            try bytes.write(to: URL(fileURLWithPath: path))
            #expect(throws: SnapshotError.self) { try Snapshot.find(name, in: folder.store) }
        }
        try whole.write(to: URL(fileURLWithPath: path))
        #expect(try Snapshot.find(path, in: nil).name == name)
        #expect(try Snapshot.find(folder.store.path, in: nil).name == name)
        #expect(try Snapshot.find("latest", in: folder.store).name == name)
        #expect(try Snapshot.find(String(name.suffix(12).prefix(5)), in: folder.store).name == name)
        #expect(throws: SnapshotError.self) { try Snapshot.find("nothing", in: folder.store) }
    }

    @Test func `two pulls do not write at once, and what a killed one left is swept`() async throws {
        let folder = Folder()
        var writer: SnapshotWriter? = try SnapshotWriter(folder.store, key: "k", clock: { Self.instant })
        #expect(throws: SnapshotError.locked(path: folder.store.path)) {
            try SnapshotWriter(folder.store, key: "k", clock: { Self.instant })
        }
        // Killed in mid-pull: an object that nothing names, and one half-written.
        let orphan = folder.store.object(sha256Hex(Array("orphan".utf8)))
        try FileManager.default.createDirectory(
            atPath: (orphan as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data("x".utf8).write(to: URL(fileURLWithPath: orphan))
        try Data("half".utf8).write(to: URL(fileURLWithPath: folder.store.aside + "/0-3"))
        _ = writer
        writer = nil
        #expect(folder.store.names.isEmpty)
        let source = try Self.source("{id: a, url: 'file:/nowhere', format: json}")
        let (_, name) = try await Self.keep(source, in: folder.store)
        #expect(folder.store.names == [name])
        #expect(folder.objects.isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.store.aside).isEmpty)
    }

    /// Where the pull begins, how its pages are found, when the next pull is (in seconds), of which key, and how often each
    /// page is asked for altogether.
    static let resumptions: [(path: String, keys: String, later: Int64, key: String, asked: [Int])] = [
        ("/chain?start_time=1", "page: {next_url: 'body.?next'}", 60, "k", [1, 1, 1, 1]),
        ("/chain?start_time=1", "page: {link_header: true}", 60, "k", [1, 1, 1, 1]),
        ("/chain?start_time=1", "page: {cursor: {param: start_time, from: 'body.?cursor'}}", 60, "k", [1, 1, 1, 1]),
        // Where pages are named by their position, records may have moved to pages that were read.
        ("/chain?page=1", "page: {next_url: 'body.?next'}", 60, "k", [2, 2, 2, 1]),
        ("/chain?page=1", "page: {link_header: true}", 60, "k", [2, 2, 2, 1]),
        ("/chain", "page: {link_header: true}", 60, "k", [2, 2, 2, 1]),
        (
            "/chain", "page: {number: {param: page, pages: 'body.pages'}}, limits: {concurrency: 1}, records: 'body.rows'", 60,
            "k", [2, 2, 2, 1]
        ),
        // The link holds what is kept nowhere.
        ("/chain?start_time=1&token=s3cr3t", "page: {link_header: true}", 60, "k", [2, 2, 2, 1]),
        ("/chain?start_time=1&token=s3cr3t", "page: {next_url: 'body.?next'}", 60, "k", [2, 2, 2, 1]),
        ("/chain?start_time=1", "page: {next_url: 'body.?next'}", 60, "another", [2, 2, 2, 1]),
        ("/chain?start_time=1", "page: {next_url: 'body.?next'}", 7200, "k", [2, 2, 2, 1]),
    ]

    private static func lines(of path: String) -> Int {
        FileManager.default.contents(atPath: path)?.count { $0 == UInt8(ascii: "\n") } ?? 0
    }

    @Test(.timeLimit(.minutes(2)), arguments: SnapshotTests.resumptions)
    func `a pull goes on where one was killed not long before`(
        row: (path: String, keys: String, later: Int64, key: String, asked: [Int])
    ) async throws {
        let folder = Folder()
        let counts = Guarded([0, 0, 0, 0])
        try await LoopbackServer.serving { request in
            let place = request.query.first { $0.name == "page" || $0.name == "start_time" }
            let page = place.flatMap { Int($0.value) } ?? 1
            counts.withLock { $0[page - 1] += 1 }
            let token = request.query.contains { $0.name == "token" } ? "&token=s3cr3t" : ""
            let next = "/chain?\(place?.name ?? "page")=\(page + 1)\(token)"
            let more = page < 4 ? ", \"next\": \"\(next)\", \"cursor\": \(page + 1)" : ""
            let body = "{\"rows\": [\(page)], \"pages\": 4\(more)}"
            return LoopbackServer.answer(Array(body.utf8), 200, page < 4 ? ["Link": "<\(next)>; rel=next"] : [:])
        } _: { base in
            let source = try Self.source("{id: a, url: '\(base)\(row.path)', format: json, \(row.keys)}")
            // Killed in its second page: nothing is kept, but for what had come.
            do {
                let writer = try SnapshotWriter(folder.store, key: "k", clock: { Self.instant })
                let puller = Puller(certificateAuthorities: nil, patience: Self.hasty)
                var ended = 0
                for await event in puller.pull(source, keeping: writer.recorder(of: source)) {
                    if case .pageEnded = event { ended += 1 }
                    if ended == 2 { break }
                }
                // What was read is on its way into the journal, but for pages of which something is hidden.
                let lines = row.path.contains("token") ? 1 : 3
                while Self.lines(of: folder.store.journal) < lines { await Task.yield() }
                await puller.shutDown()
            }
            let journal = try #require(FileManager.default.contents(atPath: folder.store.journal))
            #expect(!String(decoding: journal, as: UTF8.self).contains("s3cr3t"))
            let now = Instant(seconds: Self.instant.seconds + row.later)
            let writer = try SnapshotWriter(folder.store, key: row.key, clock: { now })
            let began = row.later < 3600 && row.key == "k" ? Self.instant : now
            #expect(writer.pulledAt == began)
            let puller = Puller(certificateAuthorities: nil, patience: Self.hasty)
            let pulled = await Self.collect(puller.pull(source, keeping: writer.recorder(of: source)))
            await puller.shutDown()
            #expect(pulled.outcome == "complete")
            #expect(pulled.documents.count == 4)
            // The third page is asked for while the second is read: it may have been asked for before the kill.
            let asked = counts.withLock { $0 }
            for page in [0, 1, 3] { #expect(asked[page] == row.asked[page], "page \(page + 1)") }
            let name = try await writer.keep(
                network: "n", config: "c", asOf: nil, options: SnapshotManifest.PullOptions())
            let snapshot = try Snapshot.find(name, in: folder.store)
            #expect(try await Self.replay(source, snapshot) == pulled)
            #expect(snapshot.manifest.sources[0].pages.count == 4)
            #expect(!FileManager.default.fileExists(atPath: folder.store.journal))
            #expect(!String(decoding: snapshot.manifest.bytes, as: UTF8.self).contains("s3cr3t"))
        }
    }

    @Test func `pulls of one second follow one another as they were kept`() async throws {
        let folder = Folder()
        let file = folder.store.path + ".json"
        defer { try? FileManager.default.removeItem(atPath: file) }
        var kept: [String] = []
        for nth in 0..<12 {
            try Data("[\(nth)]".utf8).write(to: URL(fileURLWithPath: file))
            let (_, name) = try await Self.keep(try Self.source("{id: a, url: 'file:\(file)', format: json}"), in: folder.store)
            kept.append(name)
            #expect(try Snapshot.find("latest", in: folder.store).name == name)
        }
        #expect(folder.store.names == kept)
    }

    @Test func `an object that somebody cites stays`() async throws {
        let folder = Folder()
        let file = folder.store.path + ".json"
        defer { try? FileManager.default.removeItem(atPath: file) }
        let source = try Self.source("{id: a, url: 'file:\(file)', format: json}")
        for second in 0..<3 {
            try Data("[\(second)]".utf8).write(to: URL(fileURLWithPath: file))
            _ = try await Self.keep(source, in: folder.store, at: Instant(seconds: Int64(second)))
        }
        let lock = try folder.store.begin()
        #expect(folder.store.prune(before: Instant(seconds: 9), citing: [sha256Hex(Array("[1]".utf8))]).count == 2)
        #expect(
            Set(folder.objects.map { $0.replacing("/", with: "") })
                == Set(["[1]", "[2]"].map { sha256Hex(Array($0.utf8)) + ".zst" }))
        withExtendedLifetime(lock) {}
    }

    /// Each pull's day and the outcomes of its sources, and the days that are left at a limit.
    static let retentions: [(pulls: [String], limit: Int64, left: [Int64])] = [
        (["1 a+ b+", "2 a+ b+", "3 a+ b+"], 3, [3]),
        (["1 a+ b+", "2 a+ b-", "3 a+ b-"], 3, [1, 3]),
        (["1 a+ b+", "2 a- b+", "3 a- b-"], 10, [1, 2]),
        (["1 a-", "2 a-"], 10, []),
        (["1 a+", "2 a+"], 1, [1, 2]),
    ]

    @Test(arguments: SnapshotTests.retentions)
    func `old snapshots go, but never the newest complete one of a source`(row: (pulls: [String], limit: Int64, left: [Int64]))
        throws
    {
        let (pulls, limit, left) = row
        let folder = Folder()
        let lock = try folder.store.begin()
        for pull in pulls {
            let parts = pull.split(separator: " ")
            let instant = Instant(seconds: try #require(Int64(parts[0])) * 86400)
            let sources = parts.dropFirst().map { part in
                SnapshotManifest.PulledSource(
                    id: String(part.prefix(1)),
                    outcome: part.hasSuffix("+") ? .complete : .partial(Outcome.Reason("stalled", "it stalled")),
                    startedAt: instant, endedAt: instant)
            }
            _ = try folder.store.keep(
                SnapshotManifest(
                    network: "n", config: "c", pulledAt: instant, endedAt: instant, asOf: nil,
                    options: SnapshotManifest.PullOptions(), sources: sources))
        }
        _ = folder.store.prune(before: Instant(seconds: limit * 86400), citing: [])
        #expect(try folder.store.names.map { try folder.store.manifest(named: $0).pulledAt.seconds / 86400 } == left)
        withExtendedLifetime(lock) {}
    }

    @Test(arguments: [
        ("https://h/a?page=2&per_page=5", "https://h/a?page=2&per_page=5"),
        ("https://h/a?page=2&token=x&cursor=y&token=x", "https://h/a?page=2&token=***1&cursor=***2&token=***1"),
        ("https://h/a?flag&q=", "https://h/a?flag&q="),
        ("https://h/a", "https://h/a"),
    ])
    func `values are hidden and told apart`(url: String, hidden: String) {
        var values = HiddenValues()
        #expect(values.url(url) == hidden)
        #expect(values.header("link", "<\(url)>; rel=\"next\"") == "<\(hidden)>; rel=\"next\"")
    }

    @Test func `a URL is filled with the span, its instants escaped`() throws {
        let window = PullWindow(since: Instant(seconds: 0), until: Instant(seconds: 86400))
        let source = try Self.source("{id: a, url: 'https://h/t?from={since}&q=updated>{since},{until}', format: json}").asking(
            for: window)
        guard case .web(let address) = source.location else { throw SnapshotError.locked(path: "") }
        #expect(
            address.text
                == "https://h/t?from=1970-01-01T00%3A00%3A00Z&q=updated>1970-01-01T00%3A00%3A00Z,1970-01-02T00%3A00%3A00Z")
    }
}
