import FlyingFox
import Foundation
import Language
import Testing

@testable import Fetching

/// Every kind of paging against a system of 23 records: where it ends, what is asked for, and what is noticed.
struct PagingTests {
    /// What a system says of its pages, and how it misbehaves.
    struct System: Sendable {
        var count = 23
        /// At most so many records a page, whatever is asked for.
        var most = 100
        /// Always the first page, whatever is asked for.
        var ignoresPosition = false
        /// Each request gets the page after the one before, whatever is asked for.
        var goesByTurn = false
        /// The body says which request it answers.
        var tellsTurn = false
        /// A page without records is a 204.
        var hasNoContent = false
        var header: String?
        /// What the body says beside its rows, of the offset asked for, the size and the number of rows given.
        var more: @Sendable (Int, Int, Int) -> String = { _, _, _ in "" }
    }

    struct Pulled: Sendable {
        var ids: [Int] = []
        var pages = 0
        var outcome = ""
        var message = ""
        var asked: [String] = []
    }

    private static func pull(_ page: String, _ system: System, more: String = "", format: String = "json") async throws -> Pulled
    {
        let asked = Guarded<[String]>([])
        var pulled = Pulled()
        try await LoopbackServer.serving { request in
            let turn = asked.withLock {
                $0.append(request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&"))
                return $0.count - 1
            }
            return answer(request, system, format, turn: turn)
        } _: { base in
            let text = "{id: a, url: '\(base)/t?view=all', format: \(format), records: 'body.rows', page: \(page)\(more)}"
            let diagnostics = Diagnostics()
            let node = try #require(YAMLDocument.read(text, file: "f", diagnostics: diagnostics))
            var mapping = try #require(YAMLMapping(node, "a source", diagnostics))
            let source = try #require(Source.load(&mapping, configFolder: "."), "\(diagnostics.sorted)")
            let puller = Puller(certificateAuthorities: nil, patience: Patience(wait: { _ in }, now: { .zero }))
            for await event in puller.pull(source) {
                switch event {
                case .page(let page):
                    let rows = try page.document().root.find("rows")?.children().compactMap { row -> Int? in
                        if case .int(let id)? = row.value(forKey: "id") { Int(id) } else { nil }
                    }
                    pulled.ids += rows ?? []
                case .bytes(let bytes, _):
                    pulled.ids += String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { Int($0) }
                case .pageEnded: pulled.pages += 1
                case .ended(let outcome):
                    pulled.outcome = [outcome.name, outcome.reason?.code].compactMap(\.self).joined(separator: ":")
                    pulled.message = outcome.reason?.message ?? ""
                }
            }
            await puller.shutDown()
        }
        pulled.asked = asked.withLock { $0 }
        return pulled
    }

    private static func answer(_ request: HTTPRequest, _ system: System, _ format: String, turn: Int = 0) -> HTTPResponse {
        func value(_ name: String) -> Int? { request.query.first { $0.name == name }.flatMap { Int($0.value) } }
        let size = min(value("size") ?? 10, system.most)
        var first = value("offset") ?? value("page").map { ($0 - 1) * size } ?? value("cursor") ?? 0
        if system.ignoresPosition { first = 0 }
        if system.goesByTurn { first = turn * size }
        let ids = Array((first..<(first + size)).filter { $0 < system.count })
        let headers = system.header.map { ["X-Total-Count": $0] } ?? [:]
        guard format == "json" else {
            let lines = (format == "csv" ? ["id"] : []) + ids.map(String.init)
            return LoopbackServer.answer(Array((lines.joined(separator: "\n") + "\n").utf8), 200, headers)
        }
        let rows = ids.map { "{\"id\": \($0)}" }.joined(separator: ", ")
        if ids.isEmpty, system.hasNoContent { return LoopbackServer.answer([], 204) }
        let stamp = system.tellsTurn ? ", \"turn\": \(turn)" : ""
        return LoopbackServer.answer(
            Array("{\"rows\": [\(rows)], \"of\": \(first)\(stamp)\(system.more(first, size, ids.count))}".utf8), 200, headers)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let page: String
        var more = ""
        var format = "json"
        var system = System()
        let outcome: String
        var records = 23
        let requests: [String]
        var testDescription: String { name }
    }

    private static let pages: @Sendable (Int, Int, Int) -> String = { _, size, _ in ", \"pages\": \((23 + size - 1) / size)" }
    private static let total: @Sendable (Int, Int, Int) -> String = { _, _, _ in ", \"total\": 23" }

    static let rows: [Row] = [
        Row(
            name: "a cursor is followed until it is absent", page: "{cursor: {param: cursor, from: 'body.next'}}",
            system: System(more: { first, size, count in first + count < 23 ? ", \"next\": \(first + count)" : "" }),
            outcome: "complete", requests: ["view=all", "view=all&cursor=10", "view=all&cursor=20"]),
        Row(
            name: "a cursor is followed until it is null", page: "{cursor: {param: cursor, from: 'body.next'}}",
            system: System(more: { first, _, count in ", \"next\": " + (first + count < 23 ? "\"\(first + count)\"" : "null") }),
            outcome: "complete", requests: ["view=all", "view=all&cursor=10", "view=all&cursor=20"]),
        Row(
            name: "'more' ends though there is a cursor", page: "{cursor: {param: cursor, from: 'body.next', more: 'body.more'}}",
            system: System(more: { first, _, count in ", \"next\": \(first + count), \"more\": \(first + count < 20)" }),
            outcome: "complete", records: 20, requests: ["view=all", "view=all&cursor=10"]),
        Row(
            name: "where 'more' is absent the cursor tells",
            page: "{cursor: {param: cursor, from: 'body.next', more: 'body.more'}}",
            system: System(more: { first, _, count in count > 0 ? ", \"next\": \(first + count)" : "" }),
            outcome: "complete", requests: ["view=all", "view=all&cursor=10", "view=all&cursor=20", "view=all&cursor=23"]),
        Row(
            name: "a cursor that is a list cannot be followed", page: "{cursor: {param: cursor, from: 'body.rows'}}",
            outcome: "partial:paging", records: 10, requests: ["view=all"]),
        Row(
            name: "a cursor that comes again with the same page is a loop", page: "{cursor: {param: cursor, from: 'body.next'}}",
            system: System(more: { _, _, _ in ", \"next\": 10" }),
            outcome: "partial:loop", records: 20, requests: ["view=all", "view=all&cursor=10", "view=all&cursor=10"]),
        Row(
            name: "a cursor that stays the same with other pages is followed",
            page: "{cursor: {param: cursor, from: 'body.next'}}",
            system: System(goesByTurn: true, more: { first, _, _ in first < 20 ? ", \"next\": \"same\"" : "" }),
            outcome: "complete", requests: ["view=all", "view=all&cursor=same", "view=all&cursor=same"]),
        Row(
            name: "a cursor is not asked of a page without content", page: "{cursor: {param: cursor, from: 'body.next'}}",
            system: System(hasNoContent: true, more: { first, _, count in ", \"next\": \(first + count)" }),
            outcome: "complete", requests: ["view=all", "view=all&cursor=10", "view=all&cursor=20", "view=all&cursor=23"]),
        Row(
            name: "numbers end at a page without content", page: "{number: {param: page}}", system: System(hasNoContent: true),
            outcome: "complete", requests: (1...4).map { "view=all&page=\($0)" }),
        Row(
            name: "a number of pages that only the first page tells holds for all",
            page: "{number: {param: page, pages: 'body.pages'}}",
            system: System(more: { first, _, _ in first == 0 ? ", \"pages\": 3" : "" }),
            outcome: "complete", requests: (1...3).map { "view=all&page=\($0)" }),
        Row(
            name: "numbers end at a page without records", page: "{number: {param: page, size_param: size, size: 10}}",
            outcome: "complete", requests: (1...4).map { "view=all&page=\($0)&size=10" }),
        Row(
            name: "numbers end where the number of pages says so",
            page: "{number: {param: page, start: 1, size_param: size, size: 10, pages: 'body.pages'}}",
            system: System(more: pages), outcome: "complete", requests: (1...3).map { "view=all&page=\($0)&size=10" }),
        Row(
            name: "a number of pages that is absent does not end", page: "{number: {param: page, pages: 'body.pages'}}",
            outcome: "complete", requests: (1...4).map { "view=all&page=\($0)" }),
        Row(
            name: "a number of pages may stand in a header", page: "{number: {param: page, pages: 'headers[\"x-total-count\"]'}}",
            more: ", total: 'body.rows.size()'",
            system: System(header: "3"), outcome: "complete", requests: (1...3).map { "view=all&page=\($0)" }),
        Row(
            name: "a page without records before the last announced one is missed",
            page: "{number: {param: page, pages: 'body.pages'}}", more: ", limits: {concurrency: 1}",
            system: System(more: { _, _, _ in ", \"pages\": 9" }),
            outcome: "partial:fewer_records", requests: (1...4).map { "view=all&page=\($0)" }),
        Row(
            name: "a system that ignores the number gives a loop", page: "{number: {param: page}}",
            system: System(ignoresPosition: true), outcome: "partial:loop", records: 10,
            requests: ["view=all&page=1", "view=all&page=2"]),
        Row(
            name: "a system that ignores the number but counts requests gives a loop",
            page: "{number: {param: page, start: 7}}", system: System(count: 10, ignoresPosition: true, tellsTurn: true),
            outcome: "partial:loop", records: 10, requests: ["view=all&page=7", "view=all&page=8"]),
        Row(
            name: "offsets end at a page without records", page: "{offset: {param: offset, size_param: size, size: 10}}",
            outcome: "complete", requests: [0, 10, 20, 23].map { "view=all&offset=\($0)&size=10" }),
        Row(
            name: "offsets end at the total", page: "{offset: {param: offset, size_param: size, size: 10, total: 'body.total'}}",
            system: System(more: total), outcome: "complete", requests: [0, 10, 20].map { "view=all&offset=\($0)&size=10" }),
        Row(
            name: "a system that gives fewer than it is asked for loses no record",
            page: "{offset: {param: offset, size_param: size, size: 50, total: 'body.total'}}",
            system: System(most: 7, more: total), outcome: "complete",
            requests: [0, 7, 14, 21].map { "view=all&offset=\($0)&size=50" }),
        Row(
            name: "the value in the URL gives way", page: "{offset: {param: view}}",
            system: System(count: 3, ignoresPosition: true), outcome: "partial:loop", records: 3, requests: ["view=0", "view=3"]),
        Row(
            name: "fewer records than the total are not all",
            page: "{offset: {param: offset, total: 'body.total'}}", more: ", limits: {concurrency: 1}",
            system: System(more: { _, _, _ in ", \"total\": 25" }), outcome: "partial:fewer_records",
            requests: [0, 10, 20, 23].map { "view=all&offset=\($0)" }),
        Row(
            name: "fewer records than a header announces are not all", page: "none", system: System(header: "23"),
            outcome: "partial:fewer_records", records: 10, requests: ["view=all"]),
        Row(
            name: "a header that is no number announces nothing", page: "none", system: System(header: "many"),
            outcome: "complete", records: 10, requests: ["view=all"]),
        Row(
            name: "a total of one's own goes before the header", page: "none", more: ", total: 'body.total'",
            system: System(header: "99", more: { _, _, _ in ", \"total\": 10" }),
            outcome: "complete", records: 10, requests: ["view=all"]),
        Row(
            name: "a total that is no number cannot be told", page: "none", more: ", total: 'body.rows'",
            outcome: "partial:paging", records: 10, requests: ["view=all"]),
        Row(
            name: "lines end at a page without lines", page: "{number: {param: page}}", format: "ndjson",
            outcome: "complete", requests: (1...4).map { "view=all&page=\($0)" }),
        Row(
            name: "lines are counted against the header", page: "{number: {param: page}}", format: "ndjson",
            system: System(header: "24"), outcome: "partial:fewer_records", requests: (1...4).map { "view=all&page=\($0)" }),
        Row(
            name: "a table ends at a page with a header row alone", page: "{offset: {param: offset}}", format: "csv",
            outcome: "complete", requests: [0, 10, 20, 23].map { "view=all&offset=\($0)" }),
    ]

    @Test(arguments: rows)
    func `each kind of paging reads what there is`(row: Row) async throws {
        let pulled = try await Self.pull(row.page, row.system, more: row.more, format: row.format)
        #expect(pulled.outcome == row.outcome, "\(pulled.message)")
        #expect(pulled.ids == Array(0..<row.records))
        #expect(pulled.asked.sorted() == row.requests.sorted())
    }

    @Test func `the reason says how many are missing`() async throws {
        let pulled = try await Self.pull("none", System(header: "23"))
        #expect(pulled.message == "23 records were announced, and 10 came: 13 are missing")
    }

    /// What the pages say of the total, one after the other, and how many records come.
    @Test(arguments: [
        ("{cursor: {param: cursor, from: 'body.next'}}", ", total: 'body.total'", [20, 22], 20, "complete"),
        ("{cursor: {param: cursor, from: 'body.next'}}", ", total: 'body.total'", [20, 18], 20, "complete"),
        ("{cursor: {param: cursor, from: 'body.next'}}", ", total: 'body.total'", [22, 21], 20, "partial:fewer_records"),
        ("{offset: {param: offset, total: 'body.total'}}", "", [20, 22], 22, "complete"),
        ("{offset: {param: offset, total: 'body.total'}}", "", [20, 22], 20, "partial:fewer_records"),
        // One of those that were read is gone, and one that was not read took its place.
        ("{offset: {param: offset, total: 'body.total'}}", "", [21, 20], 20, "partial:fewer_records"),
    ])
    func `what comes during a pull is not missing, what may have moved to a page that was read is`(
        page: String, more: String, totals: [Int], count: Int, expected: String
    ) async throws {
        let system = System(
            count: count,
            more: { first, _, rows in
                let next = first + rows < count ? ", \"next\": \(first + rows)" : ""
                return ", \"total\": \(totals[first == 0 ? 0 : 1])" + next
            })
        let pulled = try await Self.pull(page, system, more: more)
        #expect(pulled.outcome == expected, "\(pulled.message)")
        #expect(pulled.ids == Array(0..<count))
    }

    /// The server answers a page only when as many are under way as may be: one after the other it would wait for ever.
    @Test(.timeLimit(.minutes(1))) func `pages that are known are fetched side by side and handed on in order`() async throws {
        let waiting = Guarded<[CheckedContinuation<Void, Never>]>([])
        let most = Guarded((now: 0, most: 0))
        let system = System(count: 90, more: { _, _, _ in ", \"pages\": 9" })
        var ids: [Int] = []
        var outcome = ""
        try await LoopbackServer.serving { request in
            most.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            // The first page is alone; of the eight others four are awaited together.
            if request.query.first(where: { $0.name == "page" })?.value != "1" {
                await withCheckedContinuation { continuation in
                    let ready = waiting.withLock { waiting -> [CheckedContinuation<Void, Never>] in
                        waiting.append(continuation)
                        guard waiting.count == 4 else { return [] }
                        defer { waiting = [] }
                        return waiting
                    }
                    // The last comes first.
                    for continuation in ready.reversed() { continuation.resume() }
                }
            }
            most.withLock { $0.now -= 1 }
            return Self.answer(request, system, "json")
        } _: { base in
            let text =
                "{id: a, url: '\(base)/', format: json, records: 'body.rows', page: {number: {param: page, pages: 'body.pages'}}, limits: {concurrency: 4}}"
            let diagnostics = Diagnostics()
            let node = try #require(YAMLDocument.read(text, file: "f", diagnostics: diagnostics))
            var mapping = try #require(YAMLMapping(node, "a source", diagnostics))
            let source = try #require(Source.load(&mapping, configFolder: "."))
            let puller = Puller(certificateAuthorities: nil, patience: Patience(wait: { _ in }, now: { .zero }))
            for await event in puller.pull(source) {
                if case .page(let page) = event, let rows = try page.document().root.find("rows") {
                    for row in rows.children() { if case .int(let id)? = row.value(forKey: "id") { ids.append(Int(id)) } }
                }
                if case .ended(let end) = event { outcome = end.name }
            }
            await puller.shutDown()
        }
        #expect(outcome == "complete")
        #expect(ids == Array(0..<90))
        #expect(most.withLock { $0.most } == 4)
    }
}
