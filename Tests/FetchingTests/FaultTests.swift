import FlyingFox
import Foundation
import Language
import Testing

@testable import Fetching

/// What goes wrong on the way, and what is then said and handed over, byte for byte.
struct FaultTests {
    private struct Pulled {
        var outcome = ""
        var message = ""
        var ends = 0
        var bytes: [UInt8] = []
        var documents = 0
        var pages: [PageSummary] = []
    }

    /// Waits for nothing.
    private static let hasty = Patience(wait: { _ in }, now: { .zero })

    private static func source(_ yaml: String) throws -> Source {
        let diagnostics = Diagnostics()
        let node = try #require(YAMLDocument.read(yaml, file: "f", diagnostics: diagnostics))
        var mapping = try #require(YAMLMapping(node, "a source", diagnostics))
        return try #require(Source.load(&mapping, configFolder: "."), "\(diagnostics.sorted)")
    }

    private static func pull(_ yaml: String, _ puller: Puller = Puller(certificateAuthorities: nil, patience: hasty)) async throws
        -> Pulled
    {
        var pulled = Pulled()
        for await event in puller.pull(try source(yaml)) {
            switch event {
            case .page: pulled.documents += 1
            case .bytes(let bytes, _): pulled.bytes += bytes
            case .pageEnded(let summary): pulled.pages.append(summary)
            case .ended(let outcome):
                pulled.ends += 1
                pulled.outcome = [outcome.name, outcome.reason?.code].compactMap(\.self).joined(separator: ":")
                pulled.message = outcome.reason?.message ?? ""
            }
        }
        await puller.shutDown()
        return pulled
    }

    private static let small = Array("{\"n\": 1}\n{\"n\": 2}\n".utf8)
    private static let large = Array(String(repeating: "{\"n\": 12345678}\n", count: 100_000).utf8)

    /// What the server does, the format, the outcome, and how many bytes of rows are handed over (nil: at least some).
    static let faults: [(path: String, format: String, outcome: String, bytes: Int?)] = [
        ("/ok", "ndjson", "complete", 18),
        ("/empty", "ndjson", "complete", 0),
        ("/none", "json", "complete", 0),
        ("/part", "json", "failed:http_status", 0),
        ("/part", "ndjson", "failed:http_status", 0),
        ("/cut-length", "json", "failed:truncated", 0),
        ("/cut-length", "ndjson", "failed:truncated", 0),
        ("/cut-chunks", "csv", "failed:truncated", 0),
        ("/cut-late", "ndjson", "partial:truncated", nil),
        ("/hang", "ndjson", "failed:stalled", 0),
        ("/latin1", "json", "failed:not_utf8", 0),
        ("/latin1", "csv", "partial:not_utf8", 2),
        ("/half-letter", "csv", "partial:not_utf8", nil),
        ("/html", "ndjson", "failed:html", 0),
        ("/headers", "json", "failed:too_large", 0),
        ("/page", "json", "failed:too_large", 0),
        ("/page", "ndjson", "complete", 1_600_000),
        ("/empty", "json", "failed:not_json", 0),
        ("/gone", "csv", "failed:http_status", 0),
    ]

    @Test(arguments: FaultTests.faults)
    func `every fault has its outcome`(fault: (path: String, format: String, outcome: String, bytes: Int?)) async throws {
        try await LoopbackServer.serving { request in
            switch request.path {
            case "/ok": LoopbackServer.answer(Self.small)
            case "/empty": LoopbackServer.answer([])
            case "/none": LoopbackServer.answer([], 204)
            case "/part": LoopbackServer.answer(Self.small, 206)
            case "/cut-length": LoopbackServer.broken(Self.small, length: 100, then: .drop)
            case "/cut-chunks": LoopbackServer.broken(Self.small, length: nil, then: .drop)
            case "/cut-late": LoopbackServer.broken(Self.large, length: Self.large.count + 1, then: .drop)
            case "/hang": LoopbackServer.broken(Self.small, length: 100, then: .hang)
            case "/latin1": LoopbackServer.answer(Array("\"M".utf8) + [0xFC] + Array("ller\"\n".utf8))
            case "/half-letter": LoopbackServer.answer(Array("a\nM".utf8) + [0xC3])
            case "/html": LoopbackServer.answer(Array("\n <!doctype html>".utf8))
            case "/headers": LoopbackServer.answer(Self.small, 200, ["X-Much": String(repeating: "x", count: 300_000)])
            case "/page": LoopbackServer.answer(Self.large)
            default: LoopbackServer.answer(Array("{\"error\":\u{1B}[31m \"no\"}\nsecond".utf8), 404)
            }
        } _: { base in
            // Only what hangs may be given up for hanging, however slow the machine is.
            let patience = fault.path == "/hang" ? "1s" : "60s"
            let pulled = try await Self.pull(
                "{id: a, url: '\(base)\(fault.path)?token=hunter2', format: \(fault.format), limits: {retries: 0, stall_timeout: \(patience), max_page: 1MB}}"
            )
            #expect(pulled.outcome == fault.outcome, "\(pulled.message)")
            #expect(pulled.ends == 1)
            if let bytes = fault.bytes { #expect(pulled.bytes.count == bytes) } else { #expect(!pulled.bytes.isEmpty) }
            #expect(!pulled.message.contains("hunter2"))
            #expect(!pulled.message.unicodeScalars.contains { $0.value < 0x20 })
            #expect(!pulled.message.contains("second"))
        }
    }

    @Test(arguments: ["json", "ndjson"])
    func `a page that was cut is read anew and handed over once`(format: String) async throws {
        let count = Guarded(0)
        try await LoopbackServer.serving { _ in
            let nth = count.withLock { count -> Int in
                count += 1
                return count
            }
            return nth < 3
                ? LoopbackServer.broken(Array("[1".utf8), length: 4, then: .drop) : LoopbackServer.answer(Array("[12]".utf8))
        } _: { base in
            let pulled = try await Self.pull("{id: a, url: '\(base)/', format: \(format)}")
            #expect(pulled.outcome == "complete")
            #expect(pulled.pages.map(\.attempt) == [3])
            #expect(pulled.bytes == (format == "ndjson" ? Array("[12]".utf8) : []))
            #expect(pulled.pages.first?.sha256 == sha256Hex(Array("[12]".utf8)))
        }
    }

    @Test func `where JSON breaks is said by byte, line and column`() async throws {
        try await LoopbackServer.serving { _ in
            LoopbackServer.answer(Array("{\"a\": 1,\n \"b\": ?}".utf8))
        } _: { base in
            let pulled = try await Self.pull("{id: a, url: '\(base)/x', format: json}")
            #expect(pulled.outcome == "failed:not_json")
            #expect(pulled.message.contains("page 1, \(base)/x"))
            #expect(pulled.message.hasSuffix("at byte 15, line 2, column 7"))
        }
    }

    @Test func `no more pages are asked for than may be read`() async throws {
        let asked = Guarded(0)
        try await LoopbackServer.serving { _ in
            let nth = asked.withLock { asked -> Int in
                asked += 1
                return asked
            }
            return LoopbackServer.answer(Array("{\"next\": \"?p=\(nth + 1)\"}".utf8))
        } _: { base in
            let pulled = try await Self.pull(
                "{id: a, url: '\(base)/x', format: json, page: {next_url: 'body.next'}, limits: {max_pages: 3}}")
            #expect(pulled.outcome == "partial:max_pages")
            #expect(pulled.documents == 3)
            #expect(asked.withLock { $0 } == 3)
        }
    }

    @Test func `headers of one name are one value, and their absence is the end`() async throws {
        try await LoopbackServer.serving { request in
            LoopbackServer.answer(Array("id\n".utf8), 200, request.path == "/x" ? ["X-Next": "/y"] : [:])
        } _: { base in
            let pulled = try await Self.pull("{id: a, url: '\(base)/x', format: csv, page: {next_url: 'headers[\"x-next\"]'}}")
            #expect(pulled.outcome == "complete")
            #expect(pulled.pages.map(\.url) == [base + "/x", base + "/y"])
        }
    }

    @Test func `a cancelled task ends its pull and says so`() async throws {
        try await LoopbackServer.serving { _ in
            LoopbackServer.broken(Self.small, length: 100, then: .hang)
        } _: { base in
            let task = Task { try await Self.pull("{id: a, url: '\(base)/', format: json}") }
            task.cancel()
            let pulled = try await task.value
            #expect(pulled.outcome == "failed:cancelled")
            #expect(pulled.ends == 1)
        }
    }

    @Test func `a pull after the end of its puller fails and does not hang`() async throws {
        let puller = Puller(certificateAuthorities: nil, patience: Self.hasty)
        await puller.shutDown()
        let pulled = try await Self.pull("{id: a, url: 'http://127.0.0.1:1/', format: json}", puller)
        #expect(pulled.outcome == "failed:cancelled")
    }

    @Test func `a puller lives as long as its pulls`() async throws {
        try await LoopbackServer.serving { _ in
            LoopbackServer.answer(Self.large)
        } _: { base in
            var bytes = 0
            for await event in Puller().pull(try Self.source("{id: a, url: '\(base)/', format: csv}")) {
                if case .bytes(let more, _) = event { bytes += more.count }
            }
            #expect(bytes == Self.large.count)
        }
    }

    @Test func `a reader may leave in the middle`() async throws {
        try await LoopbackServer.serving { _ in
            LoopbackServer.answer(Self.large)
        } _: { base in
            let puller = Puller()
            for await event in puller.pull(try Self.source("{id: a, url: '\(base)/', format: csv}")) {
                if case .bytes = event { break }
            }
            await puller.shutDown()
        }
    }

    @Test func `what cannot be read is not an empty file, and a file has bounds too`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fetching \(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(Self.large).write(to: folder.appending(path: "large.ndjson"))
        let path = folder.path.replacing(" ", with: "%20")
        #expect(try await Self.pull("{id: a, url: 'file:\(path)', format: csv}").outcome == "failed:unreadable")
        let whole = try await Self.pull("{id: a, url: 'file://\(path)/large.ndjson', format: ndjson}")
        #expect(whole.outcome == "complete")
        #expect(whole.bytes == Self.large)
        let page = try await Self.pull("{id: a, url: 'file:\(path)/large.ndjson', format: json, limits: {max_page: 1MB}}")
        #expect(page.outcome == "failed:too_large")
    }

    @Test(arguments: [
        ("", true), ("a\u{7F}é€😀", true), ("0123456789é0123456789", true),
    ])
    func `UTF-8 is told wherever it is cut`(text: String, isText: Bool) {
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count {
            var check = UTF8Check()
            #expect(check.fault(in: Array(bytes[..<cut])) == nil)
            #expect(check.fault(in: Array(bytes[cut...])) == nil)
            #expect(check.isWhole == isText)
        }
    }

    @Test(
        arguments: [
            ([0x80], 0), ([0x41, 0xC0, 0x80], 1), ([0xE0, 0x9F, 0xBF], 1), ([0xED, 0xA0, 0x80], 1),
            ([0xF0, 0x8F, 0x80, 0x80], 1),
            ([0xF4, 0x90, 0x80, 0x80], 1), ([0xF5], 0), ([0xC3, 0x41], 1), ([0xE2, 0x82, 0x41], 2), ([0xFF], 0),
        ] as [([UInt8], Int)])
    func `what is not UTF-8 is told by its place`(bytes: [UInt8], place: Int) {
        var check = UTF8Check()
        #expect(check.fault(in: bytes) == place)
    }
}
