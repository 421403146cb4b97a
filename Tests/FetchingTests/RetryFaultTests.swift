import Foundation
import Language
import Testing

@testable import Fetching

/// Refusals, and how often and how patiently a source asks again.
struct RetryFaultTests {
    private static let auth = "auth: {bearer: {env: TOKEN}}"
    private static func retries(_ count: Int) -> String { auth + ", limits: {retries: \(count)}" }

    /// These answers one after the other, and then `[]`.
    private static func first(_ answers: [RawServer.Step]...) -> Fault.Script {
        { $0.nth <= answers.count ? answers[$0.nth - 1] : .answer("[]") }
    }

    private static func refusals() -> [Fault] {
        [
            (400, 1), (401, 1), (402, 1), (403, 1), (404, 1), (405, 1), (406, 1), (408, 3), (409, 1), (410, 1), (413, 1),
            (414, 1),
            (422, 1), (425, 3), (429, 3), (431, 1), (451, 1), (500, 3), (501, 3), (502, 3), (503, 3), (504, 3), (508, 3),
            (599, 3),
        ].map { status, asked in
            Fault(
                name: "status \(status), always", keys: retries(2), outcome: "failed:http_status", asked: asked,
                own: { _ in .answer("{\"error\": \"no\"}", status) })
        }
    }

    private static let waits: [Fault] = [
        Fault(
            name: "429 with Retry-After in seconds", keys: auth, outcome: "complete", asked: 2, waits: [.seconds(7)],
            own: first(.answer("", 429, ["Retry-After: 7"]))),
        Fault(
            name: "503 with Retry-After as a date on the partner's clock", keys: auth, outcome: "complete", asked: 2,
            waits: [.seconds(90)],
            own: first(
                .answer("", 503, ["Date: Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After: Sun, 06 Nov 1994 08:51:07 GMT"]))),
        Fault(
            name: "Retry-After as a date that has passed", keys: auth, outcome: "complete", asked: 2, waits: [.zero],
            own: first(.answer("", 503, ["Date: Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After: Sun, 06 Nov 1994 08:49:07 GMT"]))),
        Fault(
            name: "Retry-After as nonsense", keys: auth, outcome: "complete", asked: 2, waits: [.zero],
            own: first(.answer("", 429, ["Retry-After: when it suits you"]))),
        Fault(
            name: "Retry-After beyond the deadline", keys: auth + ", limits: {deadline: 1m}", outcome: "failed:http_status",
            asked: 1,
            waits: [], own: { _ in .answer("", 429, ["Retry-After: 61"]) }),
        Fault(
            name: "Retry-After with more digits than a number has", keys: auth, outcome: "failed:http_status", asked: 1,
            waits: [],
            own: { _ in .answer("", 503, ["Retry-After: 99999999999999999999"]) }),
        Fault(
            name: "waits that add up to more than the deadline", keys: auth + ", limits: {deadline: 1m}",
            outcome: "failed:http_status",
            asked: 3, waits: [.seconds(25), .seconds(25)], own: { _ in .answer("", 429, ["Retry-After: 25"]) }),
        Fault(
            name: "no retries at all", keys: retries(0), outcome: "failed:http_status", asked: 1, waits: [],
            own: { _ in .answer("", 503) }),
        Fault(
            name: "500, then 503, then 429, then a page", keys: retries(3), outcome: "complete", asked: 4,
            own: first(.answer("", 500), .answer("", 503), .answer("", 429))),
        Fault(
            name: "a late refusal is partial", keys: retries(1) + ", page: {next_url: 'body.next'}",
            outcome: "partial:http_status",
            asked: 3, own: { $0.path == "/start" ? .answer(#"{"next": "/two"}"#) : .answer("", 500) }),
        Fault(
            name: "a page that is cut once", keys: auth, outcome: "complete", asked: 2,
            own: first([.send(Array("HTTP/1.1 200 X\r\nContent-Length: 10\r\n\r\n[1".utf8)), .close])),
        Fault(
            name: "a connection that is reset before an answer", keys: retries(2), outcome: "failed:truncated", asked: 3,
            own: { _ in [.reset] }),
        Fault(
            name: "a connection that closes without an answer", keys: retries(2), outcome: "failed:connection",
            own: { _ in [.close] }),
        Fault(
            name: "requests are spread over time", keys: auth + ", limits: {rate: 2/s}, page: {next_url: 'body.next'}",
            outcome: "complete", asked: 3, waits: [.milliseconds(500), .milliseconds(500)],
            own: { $0.target == "/start?p=3" ? .answer(#"{"next": null}"#) : .answer("{\"next\": \"?p=\($0.nth + 1)\"}") }),
        Fault(
            name: "a rate that would take longer than the source may",
            keys: auth + ", limits: {rate: 1/h, deadline: 10m}, page: {next_url: 'body.next'}", outcome: "partial:deadline",
            asked: 1,
            own: { _ in .answer(#"{"next": "/two"}"#) }),
        Fault(
            name: "a 401 is not tried again", keys: auth, outcome: "failed:http_status", asked: 1,
            own: { _ in .answer("{\"error\": \"token expired\"}", 401) }),
    ]

    static let faults = refusals() + waits

    @Test(arguments: faults)
    func `what may pass is tried again, and nothing else`(fault: Fault) async throws {
        _ = try await FaultStage.play(fault)
    }

    /// Error pages that echo the request.
    private static let echoes: [(String, String)] = [
        ("{\"error\": \"no such view\"}", ": {\"error\": \"no such view\"}"),
        ("your token \(FaultStage.token) is bad", ": your token *** is bad"),
        ("Authorization: Bearer \(FaultStage.token)", ": Authorization: Bearer ***"),
        ("<html><body>\(FaultStage.token)</body></html>", "status 403"),
        ("\u{1B}[2J\u{1B}[31mred\u{7}", ": [2J [31mred"), ("", "status 403"),
    ]

    @Test(arguments: echoes)
    func `of a refusal the first line is told, without the secret that it echoes`(body: String, end: String) async throws {
        let played = try await FaultStage.play(
            Fault(
                name: "echo", keys: Self.auth, outcome: "failed:http_status", asked: 1, own: { _ in .answer(body, 403) }))
        #expect(played.message.hasSuffix(end), "\(played.message)")
    }

    @Test func `a compressed refusal is told too`() async throws {
        let gzip =
            [
                0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3, 0xcb, 0xcb, 0x57, 0x28, 0x2c, 0xcd, 0x4c, 0xce, 0x56, 0xc8, 0xca, 0xcf, 0xcc,
                0x4b, 0x01, 0,
            ] as [UInt8]
        let played = try await FaultStage.play(
            Fault(
                name: "bad gzip", keys: Self.auth, outcome: "failed:http_status", asked: 1,
                own: { _ in .answer(gzip, 404, ["Content-Encoding: gzip"]) }))
        #expect(played.message.contains("status 404"))
    }

    @Test func `the same lot gives the same waits`() async throws {
        func waits(_ seed: UInt64) async throws -> [Duration] {
            let server = try RawServer { $0.nth < 6 ? .answer("", 503) : .answer("[]") }
            defer { server.stop() }
            let state = Guarded(seed)
            let waits = Guarded<[Duration]>([])
            let patience = Patience(
                wait: { delay in waits.withLock { $0.append(delay) } }, now: { .zero },
                random: {
                    state.withLock { state in
                        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                        return state
                    }
                })
            let puller = Puller(certificateAuthorities: nil, patience: patience)
            for await _ in puller.pull(try FaultStage.source("{id: a, url: '\(server.base)/', format: json}")) {}
            await puller.shutDown()
            return waits.withLock { $0 }
        }
        let first = try await waits(1)
        #expect(first == (try await waits(1)))
        #expect(first != (try await waits(2)))
        #expect(first.count == 5)
        for (index, wait) in first.enumerated() {
            #expect(wait >= .zero && wait < .milliseconds(500) * (1 << index))
        }
    }

    @Test func `a partner that nobody answers for is left alone by the sources that come later`() async throws {
        let puller = Puller(
            certificateAuthorities: nil, patience: Patience(wait: { _ in }, now: { .zero }, random: { 0 }))
        var outcomes: [String] = []
        for id in ["a", "b", "c", "d"] {
            let source = try FaultStage.source("{id: \(id), url: 'http://127.0.0.1:1/\(id)', format: json, limits: {retries: 3}}")
            for await case .ended(let outcome) in puller.pull(source) {
                outcomes.append(outcome.name + ":" + (outcome.reason?.code ?? ""))
            }
        }
        await puller.shutDown()
        #expect(outcomes == ["failed:connect", "failed:connect", "failed:connect", "not_attempted:circuit_open"])
    }
}
