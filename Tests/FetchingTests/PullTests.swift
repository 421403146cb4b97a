import FlyingFox
import FlyingSocks
import Foundation
import Language
import Testing

@testable import Fetching

/// Whole pulls against a server under our control: what is delivered, and how each ends.
struct PullTests {
    /// What a pull gave.
    struct Pulled: Sendable {
        var pages: [PageSummary] = []
        var bytes: [UInt8] = []
        var documents = 0
        var outcomes: [Outcome] = []
        var outcome: String { outcomes.map { $0.name + ($0.reason.map { ":" + $0.code } ?? "") }.joined(separator: ",") }
    }

    /// Waits of the pulls under test: none takes time, all are remembered.
    final class Waits: Sendable {
        let all = Guarded<[Duration]>([])
        var patience: Patience {
            Patience(
                wait: { delay in self.all.withLock { $0.append(delay) } }, now: { self.all.withLock { $0.reduce(.zero, +) } })
        }
    }

    private func pull(_ yaml: String, _ waits: Waits = Waits()) async throws -> Pulled {
        let diagnostics = Diagnostics()
        let node = try #require(YAMLDocument.read(yaml, file: "f", diagnostics: diagnostics))
        var mapping = try #require(YAMLMapping(node, "a source", diagnostics))
        let source = try #require(Source.load(&mapping, configFolder: "."), "\(diagnostics.sorted)")
        let puller = Puller(certificateAuthorities: nil, patience: waits.patience)
        var pulled = Pulled()
        for await event in puller.pull(source) {
            switch event {
            case .page: pulled.documents += 1
            case .bytes(let bytes, _): pulled.bytes += bytes
            case .pageEnded(let page): pulled.pages.append(page)
            case .ended(let outcome): pulled.outcomes.append(outcome)
            }
        }
        await puller.shutDown()
        return pulled
    }

    /// Runs a server with the routes for as long as `body` takes; it gets the server's address.
    private func serving(
        _ route: @escaping @Sendable (HTTPRequest, Int) throws -> HTTPResponse, body: (String) async throws -> Void
    ) async throws {
        let counts = Guarded<[String: Int]>([:])
        let server = HTTPServer(address: try .inet(ip4: "127.0.0.1", port: 0), logger: .disabled)
        await server.appendRoute("*") { request in
            let nth = counts.withLock { counts -> Int in
                counts[request.path, default: 0] += 1
                return counts[request.path, default: 0]
            }
            return try route(request, nth)
        }
        let running = Task { try await server.run() }
        try await server.waitUntilListening(timeout: 60)
        guard case .ip4(_, let port) = await server.listeningAddress else { return #expect(Bool(false), "no port") }
        try await body("http://127.0.0.1:\(port)")
        await server.stop()
        _ = try? await running.value
    }

    private static func json(_ text: String, _ headers: [HTTPHeader: String] = [:]) -> HTTPResponse {
        HTTPResponse(
            statusCode: .ok, headers: HTTPHeaders(headers.merging([.contentType: "application/json"]) { first, _ in first }),
            body: Data(text.utf8))
    }

    private static func status(_ code: Int, _ body: String = "", _ headers: [HTTPHeader: String] = [:]) -> HTTPResponse {
        HTTPResponse(statusCode: HTTPStatusCode(code, phrase: "x"), headers: HTTPHeaders(headers), body: Data(body.utf8))
    }

    /// 100,000 blanks as gzip, in hex.
    private static let gzipBomb = Data(
        [
            "1f8b0800000000000203edc13101000000c2a02aeb9fd21a1e4001000000000000000000000000000000000000000000",
            "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
            "000000000000000000000000000000000000000000000000000000af062df079caa0860100",
        ].joined().chunksOfTwo.compactMap { UInt8($0, radix: 16) })

    @Test func `pages are followed by next_url to their end`() async throws {
        try await serving { request, _ in
            let page = Int(request.query.first { $0.name == "page" }?.value ?? "1") ?? 1
            return Self.json(#"{"rows": [\#(page)], "next": \#(page < 5 ? "\"?page=\(page + 1)\"" : "null")}"#)
        } body: { base in
            let pulled = try await pull("{id: a, url: '\(base)/t', format: json, page: {next_url: 'body.next'}}")
            #expect(pulled.outcome == "complete")
            #expect(pulled.documents == 5)
            #expect(pulled.pages.map(\.number) == [1, 2, 3, 4, 5])
            #expect(pulled.pages.map(\.url).last == base + "/t?page=5")
            #expect(pulled.pages.first?.sha256 == sha256Hex(Array(#"{"rows": [1], "next": "?page=2"}"#.utf8)))
        }
    }

    @Test func `pages are followed by the Link header, for rows too`() async throws {
        try await serving { request, _ in
            let second = request.query.contains { $0.name == "page" }
            let link: [HTTPHeader: String] = second ? [:] : [HTTPHeader("Link"): "</t?page=2>; rel=\"next\""]
            return HTTPResponse(statusCode: .ok, headers: HTTPHeaders(link), body: Data((second ? "c\n" : "a\nb\n").utf8))
        } body: { base in
            let pulled = try await pull("{id: a, url: '\(base)/t', format: ndjson, page: {link_header: true}}")
            #expect(pulled.outcome == "complete")
            #expect(pulled.bytes == Array("a\nb\nc\n".utf8))
            #expect(pulled.pages.map(\.byteCount) == [4, 2])
        }
    }

    @Test(arguments: [
        ("/404", "failed:http_status"), ("/html", "failed:html"), ("/htmlbody", "failed:html"), ("/cut", "failed:not_json"),
        ("/redirect", "failed:foreign_origin"), ("/large", "failed:too_large"), ("/bomb", "failed:too_large"),
        ("/badgzip", "failed:bad_encoding"),
        ("/empty204", "complete"), ("/utf8", "failed:not_utf8"), ("/bom", "complete"), ("/ok", "complete"),
        ("/500", "failed:http_status"),
    ])
    func `every bad answer has its own outcome`(path: String, outcome: String) async throws {
        try await serving { request, _ in
            switch request.path {
            case "/404": Self.status(404, "{\"error\": \"no such view\"}")
            case "/500": Self.status(500, "oops")
            case "/html":
                HTTPResponse(statusCode: .ok, headers: [.contentType: "text/html; charset=utf-8"], body: Data("{}".utf8))
            case "/htmlbody": Self.json(" <!doctype html><p>Sign in")
            case "/cut": Self.json("{\"rows\": [{\"id\": 1,")
            case "/redirect": Self.status(302, "", [.location: "https://elsewhere.example/"])
            case "/large": Self.json("[" + String(repeating: " ", count: 20_000) + "]")
            // 100 kB of blanks in 133 bytes of gzip.
            case "/bomb": HTTPResponse(statusCode: .ok, headers: [HTTPHeader("Content-Encoding"): "gzip"], body: Self.gzipBomb)
            case "/badgzip":
                HTTPResponse(
                    statusCode: .ok, headers: [HTTPHeader("Content-Encoding"): "gzip"], body: Data("not gzip at all".utf8))
            case "/empty204": Self.status(204)
            case "/utf8": HTTPResponse(statusCode: .ok, body: Data([0x22, 0xFF, 0x22]))
            case "/bom": HTTPResponse(statusCode: .ok, body: Data([0xEF, 0xBB, 0xBF] + Array("[]".utf8)))
            default: Self.json("[]")
            }
        } body: { base in
            let pulled = try await pull("{id: a, url: '\(base)\(path)', format: json, limits: {max_page: 10kB, retries: 1}}")
            #expect(pulled.outcome == outcome, "\(pulled.outcomes)")
        }
    }

    @Test func `what was read before a late fault is partial`() async throws {
        try await serving { request, _ in
            let page = Int(request.query.first { $0.name == "page" }?.value ?? "1") ?? 1
            return page == 3 ? Self.status(404) : Self.json(#"{"next": "/t?page=\#(page + 1)"}"#)
        } body: { base in
            let pulled = try await pull("{id: a, url: '\(base)/t', format: json, page: {next_url: 'body.next'}}")
            #expect(pulled.outcome == "partial:http_status")
            #expect(pulled.pages.count == 2)
        }
    }

    @Test func `a loop is the same page with the same content`() async throws {
        try await serving { request, nth in
            request.path == "/same"
                ? Self.json(#"{"next": "/same"}"#) : Self.json(#"{"n": \#(nth), "next": \#(nth < 4 ? "\"/changing\"" : "null")}"#)
        } body: { base in
            let loop = try await pull("{id: a, url: '\(base)/same', format: json, page: {next_url: 'body.next'}}")
            #expect(loop.outcome == "partial:loop")
            let legal = try await pull("{id: a, url: '\(base)/changing', format: json, page: {next_url: 'body.next'}}")
            #expect(legal.outcome == "complete")
            #expect(legal.pages.count == 4)
        }
    }

    @Test func `another origin is never contacted unless the source lists it`() async throws {
        let asked = Guarded(0)
        try await serving { _, _ in
            asked.withLock { $0 += 1 }
            return Self.json("{}")
        } body: { foreign in
            try await serving { _, _ in
                Self.json(#"{"next": "\#(foreign)/x"}"#)
            } body: { base in
                let refused = try await pull("{id: a, url: '\(base)/t', format: json, page: {next_url: 'body.next'}}")
                #expect(refused.outcome == "partial:foreign_origin")
                #expect(asked.withLock { $0 } == 0)
                let allowed = try await pull(
                    "{id: a, url: '\(base)/t', format: json, origins: ['\(foreign)'], page: {next_url: 'body.next'}}")
                #expect(allowed.outcome == "complete")
                #expect(asked.withLock { $0 } == 1)
            }
        }
    }

    @Test func `what may pass is tried again, as patiently as asked`() async throws {
        try await serving { request, nth in
            if request.path == "/busy", nth <= 2 { return Self.status(429, "", [HTTPHeader("Retry-After"): "7"]) }
            if request.path == "/shaky", nth <= 2 { return Self.status(503) }
            return Self.json("[]")
        } body: { base in
            let waits = Waits()
            let busy = try await pull("{id: a, url: '\(base)/busy', format: json}", waits)
            #expect(busy.outcome == "complete")
            #expect(busy.pages.first?.attempt == 3)
            #expect(waits.all.withLock { $0 } == [.seconds(7), .seconds(7)])
            let shaky = try await pull("{id: a, url: '\(base)/shaky', format: json, limits: {retries: 1}}")
            #expect(shaky.outcome == "failed:http_status")
            let late = try await pull("{id: a, url: '\(base)/busy2', format: json}", waits)
            #expect(late.outcome == "complete")
        }
    }

    @Test func `a Retry-After beyond the deadline ends at once`() async throws {
        try await serving { _, _ in
            Self.status(429, "", [HTTPHeader("Retry-After"): "3600"])
        } body: { base in
            let waits = Waits()
            let pulled = try await pull("{id: a, url: '\(base)/t', format: json}", waits)
            #expect(pulled.outcome == "failed:http_status")
            #expect(waits.all.withLock { $0 }.isEmpty)
        }
    }

    @Test func `nobody at the address is a failed source`() async throws {
        let pulled = try await pull("{id: a, url: 'http://127.0.0.1:1/t?token=hunter2', format: json, limits: {retries: 2}}")
        #expect(pulled.outcome == "failed:connect")
        #expect(!"\(pulled.outcomes)".contains("hunter2"))
    }

    @Test func `a body larger than the buffer arrives whole and in order`() async throws {
        let lines = (0..<400_000).map { "{\"n\": \($0)}\n" }.joined()
        try await serving { _, _ in
            HTTPResponse(statusCode: .ok, body: Data(lines.utf8))
        } body: { base in
            let pulled = try await pull("{id: a, url: '\(base)/t', format: ndjson}")
            #expect(pulled.outcome == "complete")
            #expect(pulled.bytes == Array(lines.utf8))
            #expect(pulled.pages.first?.sha256 == sha256Hex(Array(lines.utf8)))
        }
    }

    @Test func `many pulls at once share the loop`() async throws {
        try await serving { request, _ in
            Self.json("\"\(request.path)\"")
        } body: { base in
            let outcomes = try await withThrowingTaskGroup(of: String.self) { group in
                for index in 0..<40 { group.addTask { try await pull("{id: a, url: '\(base)/\(index)', format: json}").outcome } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes == Array(repeating: "complete", count: 40))
        }
    }

    @Test func `files are read as pages, and a missing one fails by its name`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fetching-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(#"{"next": "two.json"}"#.utf8).write(to: folder.appending(path: "one.json"))
        try Data(#"{"next": null}"#.utf8).write(to: folder.appending(path: "two.json"))
        let pulled = try await pull("{id: a, url: 'file:\(folder.path)/one.json', format: json, page: {next_url: 'body.next'}}")
        #expect(pulled.outcome == "complete")
        #expect(pulled.pages.map(\.url) == ["file:one.json", "file:two.json"])
        let missing = try await pull("{id: a, url: 'file:\(folder.path)/gone.json', format: json}")
        #expect(missing.outcome == "failed:missing_file")
        #expect(missing.outcomes.first?.reason?.message.contains("gone.json") == true)
    }
}

extension String {
    fileprivate var chunksOfTwo: [Substring] {
        stride(from: 0, to: count, by: 2).map { self[index(startIndex, offsetBy: $0)...].prefix(2) }
    }
}
