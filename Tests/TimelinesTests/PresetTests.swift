import Fetching
import FlyingFox
import FlyingSocks
import Foundation
import Language
import TestSupport
import Testing

@testable import Timelines

/// A folder of `fixtures/presets`: what a system answers to what, and the records that its preset makes of it.
struct PresetCase: Sendable, CustomTestStringConvertible {
    struct Answer: Sendable {
        let file: String
        let link: String?
    }

    let name: String
    var testDescription: String { name }

    static let all = Preset.all.map { PresetCase(name: $0.name) }

    private var folder: String { "fixtures/presets/\(name)" }

    /// The keys of the source; `BASE` is where the server is.
    func source(at base: String) throws -> String {
        try Checkout.text(folder + "/source.yaml").replacing("BASE", with: base)
    }

    /// By request, path and query as they are sent.
    func answers() throws -> [String: Answer] {
        let diagnostics = Diagnostics()
        let text = try Checkout.text(folder + "/answers.yaml")
        let root = try #require(YAMLDocument.read(text, file: "answers.yaml", diagnostics: diagnostics))
        var file = try #require(YAMLMapping(root, "answers", diagnostics))
        var answers: [String: Answer] = [:]
        for node in file.nodes("answers") {
            var keys = try #require(YAMLMapping(node, "an answer", diagnostics))
            let (request, file) = (keys.text("request"), keys.text("file"))
            answers[try #require(request)] = Answer(file: try #require(file), link: keys.text("link"))
        }
        try #require(diagnostics.sorted.isEmpty, "\(diagnostics.sorted)")
        return answers
    }

    func page(_ file: String) throws -> String { try Checkout.text(folder + "/" + file) }

    /// The golden records, and what could not be mapped.
    var expected: String { (try? Checkout.text(folder + "/expected.ndjson")) ?? "" }

    func record(_ found: String) throws {
        try Data(found.utf8).write(to: URL(fileURLWithPath: Checkout.folder + "/" + folder + "/expected.ndjson"))
    }
}

/// Systems as their documentation describes them, played by a server, and what their presets make of them.
struct PresetTests {
    @Test(.timeLimit(.minutes(1)), arguments: PresetCase.all)
    func `a system becomes the canonical records of its fixture`(fixture: PresetCase) async throws {
        let answers = try fixture.answers()
        let asked = Guarded<[String]>([])
        var lines: [String] = []
        try await Self.serving(fixture, answers, asked) { base in
            lines = try await Self.lines(of: PresetKeysTests.load(try fixture.source(at: base)), base)
        }
        let found = lines.map { $0 + "\n" }.joined()
        // Every page is asked for once, and nothing else is.
        #expect(asked.withLock { $0.sorted() } == answers.keys.sorted())
        if ProcessInfo.processInfo.environment["TOUCHLINE_RECORD"] == "1" {
            try fixture.record(found)
            Issue.record("recorded \(fixture.name): review it as a diff")
        } else {
            #expect(found == fixture.expected)
        }
    }

    /// A canonical record a line, in the order of the ids, then what could not be mapped and how it ended.
    private static func lines(of loaded: PresetKeysTests.Loaded, _ base: String) async throws -> [String] {
        let source = try #require(loaded.source, "\(loaded.problems)")
        let mapping = try #require(loaded.mapping, "\(loaded.problems)")
        let puller = Puller()
        var feed = RecordFeed(
            source: source, mapping: mapping, children: loaded.children, activities: ActivityTable([])
        ) { puller.pull($0) }
        var (records, notes) = ([String](), [String]())
        func add(_ batch: MappedBatch) {
            records += batch.records.map(line)
            notes += (batch.rejections + batch.eventRejections).map {
                "rejected: no \($0.field) at \($0.provenance.pointer): \($0.why)"
            }
            notes += batch.warnings.map { "warning: \($0)" }
        }
        for await event in puller.pull(source) {
            try feed.consume(event)
            if case .ended(let outcome) = event { notes.append("source: \(outcome.name) \(outcome.reason?.message ?? "")") }
            while let work = try await feed.next() { add(work.run()) }
        }
        try feed.finish()
        while let work = try await feed.next() { add(work.run()) }
        await puller.shutDown()
        if let problem = feed.children?.problem { notes.append("children: \(problem.message)") }
        return (records.sorted() + notes.sorted()).map { $0.replacing(base, with: "BASE") }
    }

    private static func line(of record: ServiceRecord) -> String {
        var writer = JSONWriter()
        CanonicalRecord.write(record, into: &writer)
        let problems = record.unreadable.map { "\($0.event.map { "events[\($0)]." } ?? "")\($0.path): \($0.why)" }.sorted()
        return writer.text + (problems.isEmpty ? "" : " unreadable: " + problems.joined(separator: "; "))
    }

    private static func serving(
        _ fixture: PresetCase, _ answers: [String: PresetCase.Answer], _ asked: borrowing Guarded<[String]>,
        _ body: (String) async throws -> Void
    ) async throws {
        let log = RequestLog()
        let server = HTTPServer(address: try .inet(ip4: "127.0.0.1", port: 0), logger: .disabled)
        await server.appendRoute("*") { request in
            let target = request.target.rawValue
            log.add(target)
            guard let answer = answers[target], let page = try? fixture.page(answer.file) else {
                return HTTPResponse(statusCode: .notFound, body: Data("no such page".utf8))
            }
            let base = "http://" + (request.headers[.host] ?? "")
            var headers: HTTPHeaders = [.contentType: "application/json"]
            if let link = answer.link { headers[HTTPHeader("Link")] = link.replacing("BASE", with: base) }
            return HTTPResponse(statusCode: .ok, headers: headers, body: Data(page.replacing("BASE", with: base).utf8))
        }
        let running = Task { try await server.run() }
        try await server.waitUntilListening()
        guard case .ip4(_, let port) = await server.listeningAddress else {
            Issue.record("the server has no port")
            return
        }
        let result: Result<Void, any Error>
        do { result = .success(try await body("http://127.0.0.1:\(port)")) } catch { result = .failure(error) }
        running.cancel()
        await server.stop()
        _ = try? await running.value
        asked.withLock { $0 = log.all }
        try result.get()
    }

    private final class RequestLog: Sendable {
        private let requests = Guarded<[String]>([])
        var all: [String] { requests.withLock { $0 } }
        func add(_ request: String) { requests.withLock { $0.append(request) } }
    }
}
