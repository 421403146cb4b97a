import FlyingFox
import FlyingSocks
import Foundation
import Language
import TestSupport
import Testing

@testable import Timelines

/// How children are asked for: side by side, in order, and no more than may be.
struct ChildRequestsTests {
    private static func serving(
        _ route: @escaping @Sendable (HTTPRequest) async -> HTTPResponse, _ body: (String) async throws -> Void
    ) async throws {
        let server = HTTPServer(address: try .inet(ip4: "127.0.0.1", port: 0), logger: .disabled)
        await server.appendRoute("*") { await route($0) }
        let running = Task { try await server.run() }
        try await server.waitUntilListening(timeout: 60)
        guard case .ip4(_, let port) = await server.listeningAddress else {
            Issue.record("the server has no port")
            return
        }
        let result: Result<Void, any Error>
        do { result = .success(try await body("http://127.0.0.1:\(port)")) } catch { result = .failure(error) }
        running.cancel()
        await server.stop()
        _ = try? await running.value
        try result.get()
    }

    private static func answer(_ text: String, _ status: HTTPStatusCode = .ok) -> HTTPResponse {
        HTTPResponse(statusCode: status, body: Data(text.utf8))
    }

    /// Requests that wait for one another: some so many at once, then all of them go on, the last one first.
    private final class Gate: Sendable {
        private let state = Guarded((waiting: [CheckedContinuation<Void, Never>](), now: 0, most: 0))
        private let size: Int

        init(_ size: Int) { self.size = size }

        var most: Int { state.withLock { $0.most } }

        func pass() async {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state -> [CheckedContinuation<Void, Never>] in
                    state.now += 1
                    state.most = max(state.most, state.now)
                    state.waiting.append(continuation)
                    guard state.waiting.count == size else { return [] }
                    defer { state.waiting = [] }
                    return state.waiting
                }
                for continuation in ready.reversed() { continuation.resume() }
            }
            state.withLock { $0.now -= 1 }
        }
    }

    /// The server answers only when three are under way: one after the other it would wait for ever.
    @Test(.timeLimit(.minutes(1)))
    func `resources are asked for side by side, and records follow in their order`() async throws {
        let gate = Gate(3)
        var found = ChildRecordsTests.Found()
        try await Self.serving { request in
            if request.path == "/t" {
                return Self.answer("{\"rows\": [\((1...9).map { "{\"id\": \($0)}" }.joined(separator: ", "))]}")
            }
            await gate.pass()
            let id = request.path.split(separator: "/").last.map(String.init) ?? ""
            if id == "5" { return Self.answer("gone", .notFound) }
            return Self.answer("[{\"at\": \"2026-01-05T09:00:00Z\", \"what\": \"e\(id)\"}]")
        } _: { base in
            found = try await ChildRecordsTests.run(
                """
                {id: s, partner: p, url: '\(base)/t', format: json, records: 'body.rows', limits: {concurrency: 3},
                 children: {audits: {url: '/t/{it.id}'}},
                 map: {id: 'string(it.id)', events: [{for: [a in it.audits], at: 'timestamp(a.at)', activity: 'a.what'}]}}
                """, folder: ".")
        }
        #expect(found.records == (1...9).map { $0 == 5 ? "5 ? #absent" : "\($0) e\($0) #absent" })
        #expect(gate.most == 3)
        #expect(found.pages == 8)
        #expect(found.noted.count == 1 && found.noted[0].hasPrefix("event 5: no audits: 'audits' could not be had: "))
        #expect(found.problem?.contains("/t/5: status 404") == true, "\(found.problem ?? "")")
    }

    @Test func `a stream is read once, however many records there are`() async throws {
        let asked = Guarded<[String]>([])
        var found = ChildRecordsTests.Found()
        try await Self.serving { request in
            asked.withLock { $0.append(request.path + request.query.map { "?\($0.name)=\($0.value)" }.joined()) }
            if request.path == "/t" { return Self.answer(#"[{"id": "b"}, {"id": "a"}]"#) }
            let page = request.query.first { $0.name == "page" }?.value ?? ""
            return Self.answer(page == "3" ? "[]" : "[{\"of\": \"a\", \"at\": \"2026-01-05T09:00:00Z\", \"what\": \"e\(page)\"}]")
        } _: { base in
            found = try await ChildRecordsTests.run(
                """
                {id: s, partner: p, url: '\(base)/t', format: json,
                 children: {audits: {url: '\(base)/all', key: 'it.of', page: {number: {param: page}}}},
                 map: {id: 'it.id', events: [{for: [a in it.audits], at: 'timestamp(a.at)', activity: 'a.what'}]}}
                """, folder: ".")
        }
        #expect(found.records == ["a e1 e2 #absent", "b #absent"])
        #expect(asked.withLock { $0 } == ["/t", "/all?page=1", "/all?page=2", "/all?page=3"])
        #expect(found.problem == nil && found.noted.isEmpty && found.pages == 3)
    }

    /// Ids that begin with one another, and that hold what separates keys.
    @Test(arguments: [1 as UInt64, 2, 3]) func `a join finds what a table in memory finds`(seed: UInt64) async throws {
        var random = SeededNumbers(state: seed)
        let names = ["a", "aa", "a\\u0000", "a\\u0000b", "", "é", "z", "10", "1", "2", "a b", "\\ud83d\\ude00", "unknown"]
        let records = (0..<200).map { _ in names[Int.random(in: 0..<names.count - 1, using: &random)] }
        let rows = (0..<500).map { (names[Int.random(in: 0..<names.count, using: &random)], "e\($0)") }
        let shop = try Folder()
        try shop.write("t.ndjson", records.map { id in "{\"id\": \"\(id)\"}\n" }.joined())
        try shop.write(
            "c.ndjson",
            rows.map { "{\"of\": \"\($0.0)\", \"at\": \"2026-01-05T09:00:00Z\", \"what\": \"\($0.1)\"}\n" }.joined())
        let found = try await ChildRecordsTests.run(
            """
            {id: s, partner: p, url: 'file:t.ndjson', format: ndjson,
             children: {audits: {url: 'file:c.ndjson', format: ndjson, key: 'it.of'}},
             map: {id: 'it.id', events: [{for: [a in it.audits], at: 'timestamp(a.at)', activity: 'a.what'}]}}
            """, folder: shop.path, memoryLimit: seed == 1 ? 1 : 2000)
        let texts = try Dictionary(
            uniqueKeysWithValues: names.map { ($0, try JSONDecoder().decode(String.self, from: Data("\"\($0)\"".utf8))) })
        var expected: [String] = []
        for record in records where !record.isEmpty {
            let events = rows.filter { $0.0 == record }.map(\.1)
            expected.append(([texts[record] ?? ""] + events + ["#absent"]).joined(separator: " "))
        }
        #expect(found.records.sorted() == expected.sorted())
        let rejected = records.filter(\.isEmpty).count
        let unnamed = rows.filter { $0.0.isEmpty }.count
        #expect(rejected > 0 && unnamed > 0)
        #expect(found.noted.count == rejected + unnamed + 1, "\(found.noted)")
    }
}
