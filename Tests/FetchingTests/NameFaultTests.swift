import Foundation
import Language
import Testing

@testable import Fetching

/// Names and addresses: those that are slow, nobody's, or lead where no link may lead.
struct NameFaultTests {
    /// One thing that a name does, and what must come of it. `@OWN@` and `@CDN@` are the systems by their names, `@PORT@` is
    /// the second one's port on this machine.
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        /// What the source's own name leads to, and the one of the origin that it lists.
        var own: [NameServer.Answer] = [.addresses(["127.0.0.1"])]
        var cdn: [NameServer.Answer] = [.addresses(["127.0.0.1"])]
        var keys = "auth: {bearer: {env: TOKEN}}, origins: ['@CDN@'], limits: {retries: 0}"
        let outcome: String
        /// How often the source was asked, and how often its name was looked up.
        var asked: Int?
        var lookedUp: Int?
        var script: Fault.Script = { _ in .answer("[]") }

        var testDescription: String { name }
    }

    private static func retries(_ count: Int) -> String { "auth: {bearer: {env: TOKEN}}, limits: {retries: \(count)}" }
    private static let paged =
        "auth: {bearer: {env: TOKEN}}, origins: ['@CDN@'], limits: {retries: 0}, page: {next_url: 'body.?next'}"

    private static let strangers: [Row] = [
        Row(name: "a name that leads here", outcome: "complete", asked: 1, lookedUp: 1),
        Row(
            name: "a name with two addresses, of which nobody is at the first", own: [.addresses(["::1", "127.0.0.1"])],
            outcome: "complete", asked: 1),
        Row(name: "a name that is nobody's", own: [.nobody], keys: retries(2), outcome: "failed:resolve", asked: 0, lookedUp: 3),
        Row(
            name: "a name of which nothing is known for now", own: [.trouble], keys: retries(1), outcome: "failed:resolve",
            asked: 0, lookedUp: 2),
        Row(
            name: "a name that is known again at the second try", own: [.trouble, .addresses(["127.0.0.1"])], keys: retries(1),
            outcome: "complete", asked: 1, lookedUp: 2),
        Row(
            name: "a name that is nobody's at first", own: [.nobody, .nobody, .addresses(["127.0.0.1"])], keys: retries(2),
            outcome: "complete", asked: 1, lookedUp: 3),
        Row(
            name: "a next link to a name that is nobody's", cdn: [.nobody], keys: paged, outcome: "partial:resolve", asked: 1,
            script: { _ in .answer(#"{"next": "@CDN@/two"}"#) }),
        Row(
            name: "our name in capitals", keys: paged, outcome: "complete", asked: 2,
            script: { $0.path == "/start" ? .answer(#"{"next": "@CAPITALS@/two"}"#) : .answer("{}") }),
        Row(
            name: "our name with a dot behind", keys: paged, outcome: "partial:foreign_origin", asked: 1,
            script: { _ in .answer(#"{"next": "@DOT@/two"}"#) }),
        Row(
            name: "a name below ours", keys: paged, outcome: "partial:foreign_origin", asked: 1,
            script: { _ in .answer(#"{"next": "@BELOW@/two"}"#) }),
    ]

    /// Addresses that are private, and the clothes that they wear.
    private static let addresses = [
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "100.64.0.1", "169.254.169.254", "172.31.255.255", "192.168.1.1",
        "198.18.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "fd00::1", "fe80::1", "fec0::1", "ff02::1",
    ]

    private static let rebound =
        addresses.flatMap { address in
            [
                Row(
                    name: "a redirect to a name that leads to \(address)", cdn: [.addresses([address])],
                    outcome: "failed:private_address",
                    asked: 1, script: { _ in .redirect("@CDN@/x") }),
                Row(
                    name: "a next link to a name that leads to \(address)", cdn: [.addresses([address])], keys: paged,
                    outcome: "partial:private_address", asked: 1, script: { _ in .answer(#"{"next": "@CDN@/two"}"#) }),
            ]
        } + [
            Row(
                name: "a redirect to a name that leads here at the second look", cdn: [.trouble, .addresses(["127.0.0.1"])],
                keys: "auth: {bearer: {env: TOKEN}}, origins: ['@CDN@'], limits: {retries: 1}", outcome: "failed:private_address",
                asked: 2, script: { _ in .redirect("@CDN@/x") }),
            Row(
                name: "a redirect to a name with many addresses, all private",
                cdn: [.addresses(["10.0.0.1", "::1", "127.0.0.1"])],
                outcome: "failed:private_address", asked: 1, script: { _ in .redirect("@CDN@/x") }),
        ]

    /// The same address as it may be written in a link. The config lists it in that form.
    private static let forms = [
        "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7F.0.0.1", "017700000001", "0177.0.0.1", "0177.0.0.01",
        "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[0:0:0:0:0:ffff:7f00:1]", "[::]",
        "0.0.0.0", "0", "[64:ff9b::127.0.0.1]", "localhost", "LOCALHOST", "[fe80::1%25lo]",
    ]

    private static let written = forms.flatMap { form in
        [
            Row(
                name: "a redirect to \(form)",
                keys: "auth: {bearer: {env: TOKEN}}, origins: ['http://\(form):@PORT@'], limits: {retries: 0}",
                outcome: "failed:private_address", asked: 1, script: { _ in .redirect("http://\(form):@PORT@/x") }),
            Row(
                name: "a next link to \(form), which is not listed", keys: paged, outcome: "partial:foreign_origin", asked: 1,
                script: { _ in .answer("{\"next\": \"http://\(form):@PORT@/x\"}") }),
        ]
    }

    static let rows = strangers + rebound + written

    @Test(arguments: rows)
    func `a name leads to the source's system, or nowhere`(row: Row) async throws {
        let places = Places()
        let system = try RawServer { places.fill(row.script($0)) }
        let foreign = try RawServer { _ in .answer("[]") }
        defer {
            system.stop()
            foreign.stop()
        }
        let own = NameServer.name("desk", row.own)
        let cdn = NameServer.name("cdn", row.cdn)
        places.set(own: own, port: system.port, cdn: cdn, foreign: foreign.port)
        let puller = Puller(certificateAuthorities: nil, patience: Patience(wait: { _ in }, now: { .zero }, random: { 0 }))
        let source = try FaultStage.source(
            "{id: a, url: 'http://\(own):\(system.port)/start', format: json, allow_http: true, \(places.fill(row.keys))}")
        var said: [Outcome] = []
        for await case .ended(let outcome) in puller.pull(source) { said.append(outcome) }
        await puller.shutDown()
        let message = said.first?.reason?.message ?? ""
        #expect(said.map { $0.name + ($0.reason.map { ":" + $0.code } ?? "") } == [row.outcome], "\(message)")
        if let asked = row.asked { #expect(system.requests.count == asked) }
        if let lookedUp = row.lookedUp { #expect(NameServer.asked(own) == lookedUp) }
        // Not even a connection, so not a byte.
        #expect(foreign.connections == 0)
        #expect(FaultStage.watch.find(in: message) == nil)
        for request in system.requests { #expect(request.header("authorization") == "Bearer " + FaultStage.token) }
    }

    /// Fills the places of a row in.
    private final class Places: Sendable {
        private let texts = Guarded<[(String, String)]>([])

        func set(own: String, port: UInt16, cdn: String, foreign: UInt16) {
            texts.withLock {
                $0 = [
                    ("@OWN@", "http://\(own):\(port)"), ("@CAPITALS@", "HTTP://\(own.uppercased()):\(port)"),
                    ("@DOT@", "http://\(own).:\(port)"), ("@BELOW@", "http://www.\(own):\(port)"),
                    ("@CDN@", "http://\(cdn):\(foreign)"),
                    ("@PORT@", "\(foreign)"),
                ]
            }
        }

        func fill(_ text: String) -> String {
            texts.withLock { $0 }.reduce(text) { $0.replacing($1.0, with: $1.1) }
        }

        func fill(_ steps: [RawServer.Step]) -> [RawServer.Step] {
            steps.map { step in
                guard case .send(let bytes) = step else { return step }
                return .send(FaultStage.withLength(fill(String(decoding: bytes, as: UTF8.self))))
            }
        }
    }

    // MARK: Names that are slow

    private func pull(_ puller: Puller, _ url: String, _ limits: String) async throws -> String {
        let source = try FaultStage.source(
            "{id: a, url: '\(url)', format: json, allow_http: true, auth: {bearer: {env: TOKEN}}, limits: {retries: 0, \(limits)}}"
        )
        var said: [String] = []
        for await case .ended(let outcome) in puller.pull(source) {
            said.append(outcome.name + (outcome.reason.map { ":" + $0.code } ?? ""))
        }
        return said.joined(separator: ", ")
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ("connect_timeout: 1s", "failed:timeout"), ("connect_timeout: 60s, deadline: 1s", "failed:deadline"),
        ])
    func `a name that never answers is given up in time, and holds up nobody`(limits: String, outcome: String) async throws {
        let server = try RawServer { _ in .answer("[]") }
        let silence = NameServer.Silence()
        defer {
            silence.release()
            server.stop()
        }
        let mute = NameServer.name("mute", [.silence(silence, .nobody)])
        let puller = Puller(certificateAuthorities: nil, patience: Patience(wait: { _ in }, now: { .zero }))
        async let hanging = pull(puller, "http://\(mute):\(server.port)/", limits)
        #expect(try await hanging == outcome)
        // What libcurl does with a question that nobody answers must not keep the loop from its other work.
        #expect(try await pull(puller, server.base + "/", "connect_timeout: 10s") == "complete")
        await puller.shutDown()
        #expect(server.requests.count == 1)
    }

    @Test(.timeLimit(.minutes(1))) func `while a name is slow other sources are pulled`() async throws {
        let server = try RawServer { _ in .answer("[]") }
        defer { server.stop() }
        let silence = NameServer.Silence()
        let slow = NameServer.name("slow", [.silence(silence, .addresses(["127.0.0.1"]))])
        let puller = Puller(certificateAuthorities: nil, patience: Patience(wait: { _ in }, now: { .zero }))
        async let late = pull(puller, "http://\(slow):\(server.port)/", "connect_timeout: 60s")
        #expect(try await pull(puller, server.base + "/", "connect_timeout: 10s") == "complete")
        #expect(server.requests.count == 1)
        silence.release()
        #expect(try await late == "complete")
        await puller.shutDown()
        #expect(server.requests.count == 2)
    }

    @Test(.timeLimit(.minutes(1))) func `an end does not wait for a name`() async throws {
        let silence = NameServer.Silence()
        defer { silence.release() }
        let mute = NameServer.name("mute", [.silence(silence, .nobody)])
        let puller = Puller(certificateAuthorities: nil, patience: Patience(wait: { _ in }, now: { .zero }))
        async let hanging = pull(puller, "http://\(mute):9/", "connect_timeout: 60s")
        while NameServer.asked(mute) == 0 { await Task.yield() }
        await puller.shutDown()
        #expect(try await hanging == "failed:cancelled")
    }
}
