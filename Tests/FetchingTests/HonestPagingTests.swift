import Foundation
import Language
import Testing

@testable import Fetching

/// Answers that would have a source end before its last record, and seem complete.
struct HonestPagingTests {
    private static let once = "limits: {retries: 0, concurrency: 1}, records: 'body.rows', "

    /// A page of so many records from the first one on, and what it says beside them.
    private static func page(_ first: Int, _ count: Int, _ more: String = "") -> String {
        let rows = (first..<(first + count)).map { "{\"id\": \($0)}" }.joined(separator: ", ")
        return "{\"rows\": [\(rows)]\(more.isEmpty ? "" : ", ")\(more)}"
    }

    /// Answers the first request, the second, and so on; what comes after is not there.
    private static func answers(_ bodies: String...) -> Fault.Script {
        { request in
            let nth = Int(request.target.split(separator: "=").last.map(String.init) ?? "") ?? 1
            return nth <= bodies.count ? .answer(bodies[nth - 1]) : .answer("{\"detail\": \"Invalid page.\"}", 404)
        }
    }

    private static let numbers = once + "page: {number: {param: page, pages: 'body.pages'}}"
    private static let offsets = once + "page: {offset: {param: offset, total: 'body.total'}}"
    private static let counted = once + "page: {number: {param: page}}"
    private static let cursor = once + "page: {cursor: {param: c, from: 'body.?next', more: 'body.more'}}"

    /// What the number of pages, or of records, says against what comes.
    static let totals: [Fault] = [
        Fault(
            name: "no pages beside a full one", keys: numbers, outcome: "complete", asked: 3,
            own: answers(page(0, 2, "\"pages\": 0"), page(2, 2, "\"pages\": 0"), page(4, 0, "\"pages\": 0"))),
        Fault(
            name: "no pages, and none", keys: numbers, outcome: "complete", asked: 1, own: answers(page(0, 0, "\"pages\": 0"))),
        Fault(
            name: "fewer pages than before, and the last has records", keys: numbers, outcome: "complete", asked: 3,
            own: answers(page(0, 2, "\"pages\": 3"), page(2, 2, "\"pages\": 2"), page(4, 1, "\"pages\": 2"))),
        Fault(
            name: "fewer pages than before, and the last is empty", keys: numbers, outcome: "partial:fewer_records", asked: 3,
            own: answers(page(0, 2, "\"pages\": 3"), page(2, 2, "\"pages\": 2"), page(4, 0, "\"pages\": 2"))),
        Fault(
            name: "fewer pages than before, and the last is not there", keys: numbers, outcome: "partial:http_status", asked: 3,
            own: answers(page(0, 2, "\"pages\": 3"), page(2, 2, "\"pages\": 2"))),
        Fault(
            name: "a number of pages that comes late", keys: numbers, outcome: "complete", asked: 3,
            own: answers(page(0, 2, "\"pages\": 0"), page(2, 2, "\"pages\": 3"), page(4, 1, "\"pages\": 3"))),
        Fault(
            name: "no records beside a full page", keys: offsets, outcome: "complete", asked: 3,
            own: {
                switch $0.target.split(separator: "=").last {
                case "0": .answer(page(0, 3, "\"total\": 0"))
                case "3": .answer(page(3, 2, "\"total\": 0"))
                default: .answer(page(5, 0, "\"total\": 0"))
                }
            }),
        Fault(
            name: "a total that shrinks below what comes", keys: offsets, outcome: "complete", asked: 3,
            own: {
                switch $0.target.split(separator: "=").last {
                case "0": .answer(page(0, 3, "\"total\": 6"))
                case "3": .answer(page(3, 4, "\"total\": 1"))
                default: .answer(page(7, 0, "\"total\": 1"))
                }
            }),
        Fault(
            name: "a header that announces none beside a full page", keys: once + "page: none", outcome: "complete", asked: 1,
            own: { _ in .answer(page(0, 2), 200, ["X-Total-Count: 0"]) }),
        Fault(
            name: "two headers that announce different numbers", keys: once + "page: none", outcome: "partial:fewer_records",
            asked: 1, own: { _ in .answer(page(0, 2), 200, ["X-Total-Count: 2", "X-Total-Count: 5"]) }),
    ]

    /// What leads to the next page.
    static let ends: [Fault] = [
        Fault(
            name: "there is more, and no cursor", keys: cursor, outcome: "partial:paging", asked: 1,
            own: answers(page(0, 2, "\"more\": true"))),
        Fault(
            name: "there is more, and the cursor is null", keys: cursor, outcome: "partial:paging", asked: 1,
            own: answers(page(0, 2, "\"more\": true, \"next\": null"))),
        Fault(
            name: "there is more, and the cursor is empty", keys: cursor, outcome: "partial:paging", asked: 1,
            own: answers(page(0, 2, "\"more\": true, \"next\": \"\""))),
        Fault(
            name: "there is no more, and no cursor", keys: cursor, outcome: "complete", asked: 1,
            own: answers(page(0, 2, "\"more\": false"))),
        Fault(
            name: "a Link header without an end to its target", keys: once + "page: {link_header: true}",
            outcome: "partial:paging", asked: 1, own: { _ in .answer(page(0, 2), 200, ["Link: </two; rel=\"next\""]) }),
        Fault(
            name: "a Link header in which a second target begins in the first", keys: once + "page: {link_header: true}",
            outcome: "partial:paging", asked: 1,
            own: { _ in .answer(page(0, 2), 200, ["Link: </two; rel=next, </nine>; rel=last"]) }),
        Fault(
            name: "a Link header without brackets", keys: once + "page: {link_header: true}", outcome: "partial:paging",
            asked: 1, own: { _ in .answer(page(0, 2), 200, ["Link: /two; rel=next"]) }),
        Fault(
            name: "a Link header of which another link cannot be read", keys: once + "page: {link_header: true}",
            outcome: "complete", asked: 2,
            own: { $0.path == "/two" ? .answer(page(2, 1)) : .answer(page(0, 2), 200, ["Link: /x; rel=a, </two>; rel=next"]) }),
        Fault(
            name: "an empty Link header", keys: once + "page: {link_header: true}", outcome: "complete", asked: 1,
            own: { _ in .answer(page(0, 2), 200, ["Link: "]) }),
        Fault(
            name: "a next page that nobody follows", keys: once + "page: none", outcome: "partial:more_pages", asked: 1,
            own: { _ in .answer(page(0, 2), 200, ["Link: </two>; rel=\"next\""]) }),
        Fault(
            name: "another page that nobody follows", keys: once + "page: none", outcome: "complete", asked: 1,
            own: { _ in .answer(page(0, 2), 200, ["Link: </two>; rel=\"last\", </x"]) }),
    ]

    /// 404 behind the last page, which many systems say.
    static let behind: [Fault] = [
        Fault(
            name: "404 behind a page that was not full", keys: counted, outcome: "complete", asked: 3,
            own: answers(page(0, 2), page(2, 1))),
        Fault(
            name: "404 behind a page that was full", keys: counted, outcome: "partial:http_status", asked: 3,
            own: answers(page(0, 2), page(2, 2))),
        Fault(
            name: "404 behind the only page", keys: counted, outcome: "partial:http_status", asked: 2, own: answers(page(0, 2))),
        Fault(
            name: "404 behind the only page, which has fewer than were asked for",
            keys: once + "page: {number: {param: page, size: 3}}", outcome: "complete", asked: 2, own: answers(page(0, 2))),
        Fault(
            name: "404 behind all that was announced", keys: counted + ", total: 'body.count'", outcome: "complete", asked: 3,
            own: answers(page(0, 2, "\"count\": 4"), page(2, 2, "\"count\": 4"))),
        Fault(
            name: "404 before all that was announced", keys: counted + ", total: 'body.count'", outcome: "partial:fewer_records",
            asked: 3, own: answers(page(0, 2, "\"count\": 4"), page(2, 1, "\"count\": 4"))),
        Fault(
            name: "404 at the first page", keys: counted, outcome: "failed:http_status", asked: 1, own: answers()),
        Fault(
            name: "410 behind a page that was not full", keys: counted, outcome: "partial:http_status", asked: 3,
            own: {
                $0.target.hasSuffix("=1")
                    ? .answer(page(0, 2)) : $0.target.hasSuffix("=2") ? .answer(page(2, 1)) : .answer("", 410)
            }),
        Fault(
            name: "404 within the pages that were announced", keys: numbers, outcome: "partial:http_status", asked: 3,
            own: answers(page(0, 2, "\"pages\": 3"), page(2, 1, "\"pages\": 3"))),
    ]

    /// Statuses that are no refusals and bring no page.
    static let statuses: [Fault] =
        [202, 205, 206, 207, 208, 226].map { status in
            Fault(
                name: "a \(status) with an empty list", keys: once + "page: none", outcome: "failed:http_status", asked: 1,
                own: { _ in .answer(page(0, 0), status) })
        } + [
            Fault(
                name: "a 202 with nothing in it", keys: "limits: {retries: 0}", format: "ndjson", outcome: "failed:http_status",
                asked: 1, own: { _ in .answer("", 202) }),
            Fault(
                name: "a 202 that becomes a page", keys: "limits: {retries: 2}, records: 'body.rows'", outcome: "complete",
                asked: 3, own: { $0.nth < 3 ? .answer(page(0, 0), 202, ["Retry-After: 1"]) : .answer(page(0, 2)) }),
            Fault(
                name: "a 202 behind a page", keys: once + "page: {number: {param: page}}", outcome: "partial:http_status",
                asked: 2, own: { $0.target.hasSuffix("=1") ? .answer(page(0, 2)) : .answer(page(0, 0), 202) }),
            Fault(
                name: "a 203", keys: once + "page: none", outcome: "complete", asked: 1, own: { _ in .answer(page(0, 2), 203) }),
        ]

    @Test(arguments: totals + ends + behind + statuses)
    func `a source is complete where all of it was read`(fault: Fault) async throws {
        _ = try await FaultStage.play(fault)
    }

    @Test(arguments: ["9,000", "many", "1e3", "-1", "12.5"])
    func `a number that cannot be read is said`(value: String) async throws {
        let played = try await FaultStage.play(
            Fault(
                name: value, keys: Self.once + "page: none", outcome: "complete", asked: 1,
                own: { _ in .answer(Self.page(0, 2), 200, ["X-Total-Count: \(value)"]) }))
        #expect(
            played.pages.map(\.notes) == [
                [
                    "the header 'x-total-count' says '\(value)', which is no whole number: how many records there should be is not known"
                ]
            ])
    }

    @Test(arguments: ["json", "ndjson"]) func `a page tells when the partner answered, by the partner's clock`(format: String)
        async throws
    {
        let played = try await FaultStage.play(
            Fault(
                name: "a clock that is behind", keys: "page: {link_header: true}", format: format, outcome: "complete", asked: 2,
                own: {
                    $0.path == "/start"
                        ? .answer("{}", 200, ["Date: Sun, 06 Nov 1994 08:49:37 GMT", "Link: </two>; rel=next"])
                        : .answer("{}", 200, ["Date: some day"])
                }))
        #expect(played.pages.map(\.answeredAt) == [Instant(rfc3339: "1994-11-06T08:49:37Z"), nil])
    }
}
