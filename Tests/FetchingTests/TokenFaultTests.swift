import Foundation
import Language
import Testing

@testable import Fetching

/// OAuth 2.0 client credentials: who is asked for a token, how often, and who gets to see what.
struct TokenFaultTests {
    /// The second system is the token endpoint; `TOKEN` is the client's secret.
    private static let auth =
        "auth: {oauth2: {token_url: '@FOREIGN@/token', client_id: me, client_secret: {env: TOKEN}, scope: a b}}"
    private static let paged = ", page: {next_url: 'body.next'}"

    private static func answer(_ token: String, lifetime: Int = 3600) -> [RawServer.Step] {
        .answer("{\"access_token\": \"\(token)\", \"token_type\": \"Bearer\", \"expires_in\": \(lifetime)}")
    }

    private struct Played {
        var outcomes: [String] = []
        var messages: [String] = []
        var own: [RawServer.Request] = []
        var endpoint: [RawServer.Request] = []
    }

    /// Pulls each source, all at once, with one puller.
    private func play(
        _ keys: [String], own: @escaping Fault.Script, endpoint: @escaping Fault.Script,
        now: @escaping @Sendable () -> Duration = { .zero }
    ) async throws -> Played {
        let system = try RawServer(own)
        let tokens = try RawServer(endpoint)
        defer {
            system.stop()
            tokens.stop()
        }
        let puller = Puller(
            certificateAuthorities: nil, patience: Patience(wait: { _ in }, now: now, random: { 0 }))
        let sources = try keys.enumerated().map { index, keys in
            try FaultStage.source(
                "{id: s\(index), url: '\(system.base)/\(index)', format: json, "
                    + keys.replacing("@FOREIGN@", with: tokens.base) + "}")
        }
        var played = Played()
        let ends = await withTaskGroup(of: (String, String).self) { group in
            for source in sources {
                group.addTask {
                    var end = ("", "")
                    for await case .ended(let outcome) in puller.pull(source) {
                        end = (outcome.name + (outcome.reason.map { ":" + $0.code } ?? ""), outcome.reason?.message ?? "")
                    }
                    return end
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        await puller.shutDown()
        played.outcomes = ends.map(\.0)
        played.messages = ends.map(\.1)
        played.own = system.requests
        played.endpoint = tokens.requests
        let secret = FaultStage.token
        for request in played.own { #expect(!request.raw.contains(secret) && !request.raw.contains(percentEncoded(secret))) }
        for message in played.messages { #expect(!message.contains(secret) && !message.contains("token-")) }
        return played
    }

    @Test func `a token is asked for once and used for every page`() async throws {
        let played = try await play(
            [Self.auth + Self.paged],
            own: { $0.nth < 3 ? .answer("{\"next\": \"?p=\($0.nth)\"}") : .answer(#"{"next": null}"#) },
            endpoint: { _ in Self.answer("token-1") })
        #expect(played.outcomes == ["complete"])
        #expect(played.own.map { $0.header("authorization") } == Array(repeating: "Bearer token-1", count: 3))
        #expect(played.endpoint.map(\.method) == ["POST"])
        #expect(
            played.endpoint.map(\.body) == [
                "grant_type=client_credentials&scope=a%20b&client_id=me&client_secret=zebra-crossing-77%2F%2B%3D"
            ])
        #expect(played.endpoint.first?.header("content-type") == "application/x-www-form-urlencoded")
        #expect(played.endpoint.first?.header("authorization") == nil)
    }

    @Test func `many sources of one client share one token`() async throws {
        let played = try await play(
            Array(repeating: Self.auth, count: 12), own: { _ in .answer("[]") }, endpoint: { _ in Self.answer("token-1") })
        #expect(Set(played.outcomes) == ["complete"])
        #expect(played.own.count == 12)
        #expect(played.endpoint.count == 1)
    }

    @Test func `a token that has run out is renewed before it is used`() async throws {
        let ticks = Guarded(0)
        let played = try await play(
            [Self.auth + Self.paged],
            own: {
                ticks.withLock { $0 = 100 }
                return $0.nth < 2 ? .answer(#"{"next": "?p=2"}"#) : .answer(#"{"next": null}"#)
            },
            endpoint: { Self.answer("token-\($0.nth)", lifetime: 60) }, now: { .seconds(ticks.withLock { $0 }) })
        #expect(played.outcomes == ["complete"])
        #expect(played.own.map { $0.header("authorization") } == ["Bearer token-1", "Bearer token-2"])
    }

    @Test func `a 401 renews the token once`() async throws {
        let played = try await play(
            [Self.auth], own: { $0.header("authorization") == "Bearer token-2" ? .answer("[]") : .answer("", 401) },
            endpoint: { Self.answer("token-\($0.nth)") })
        #expect(played.outcomes == ["complete"])
        #expect(played.own.count == 2)
        #expect(played.endpoint.count == 2)
    }

    @Test func `a 401 with a new token too is the end`() async throws {
        let played = try await play(
            [Self.auth], own: { _ in .answer("bad token token-1 and token-2", 401) }, endpoint: { Self.answer("token-\($0.nth)") }
        )
        #expect(played.outcomes == ["failed:http_status"])
        #expect(played.own.count == 2)
        #expect(played.endpoint.count == 2)
    }

    @Test func `an endpoint that wants the client in a header gets it there`() async throws {
        let played = try await play(
            [Self.auth], own: { _ in .answer("[]") },
            endpoint: {
                $0.header("authorization") == nil ? .answer(#"{"error": "invalid_client"}"#, 401) : Self.answer("token-1")
            })
        #expect(played.outcomes == ["complete"])
        let pair = Data("me:zebra-crossing-77%2F%2B%3D".utf8).base64EncodedString()
        #expect(played.endpoint.last?.header("authorization") == "Basic " + pair)
        #expect(played.endpoint.last?.body == "grant_type=client_credentials&scope=a%20b")
    }

    /// What the endpoint says, and what becomes of it.
    static let refusals: [(name: String, steps: [RawServer.Step], outcome: String, asked: Int)] = [
        (
            "no client", .answer(#"{"error": "invalid_client", "error_description": "zebra"}"#, 401),
            "failed:token_client_refused", 2
        ),
        ("no scope", .answer(#"{"error": "invalid_scope"}"#, 400), "failed:token_refused", 1),
        ("a word of its own", .answer(#"{"error": "token-9"}"#, 400), "failed:token_refused", 1),
        ("no token", .answer(#"{"token_type": "Bearer"}"#), "failed:token_refused", 1),
        ("an empty token", .answer(#"{"access_token": ""}"#), "failed:token_refused", 1),
        ("a token that would begin another header", .answer(#"{"access_token": "a\r\nX: y"}"#), "failed:token_refused", 1),
        ("another kind of token", .answer(#"{"access_token": "a", "token_type": "mac"}"#), "failed:token_refused", 1),
        ("no JSON", .answer("<html>"), "failed:token_refused", 1),
        ("a redirect", .redirect("http://127.0.0.1:1/token"), "failed:token_refused", 1),
        ("trouble", .answer("", 503), "failed:token_refused", 3),
        ("nothing", [.close], "failed:connection", 3),
    ]

    @Test(arguments: refusals)
    func `without a token nothing is asked`(
        refusal: (name: String, steps: [RawServer.Step], outcome: String, asked: Int)
    ) async throws {
        let played = try await play(
            [Self.auth + ", limits: {retries: 2}"], own: { _ in .answer("[]") }, endpoint: { _ in refusal.steps })
        #expect(played.outcomes == [refusal.outcome], "\(refusal.name): \(played.messages)")
        #expect(played.own.isEmpty)
        // libcurl may have asked again by itself where an old connection broke.
        #expect(played.endpoint.count >= refusal.asked)
        #expect(played.endpoint.count <= refusal.asked + 1)
    }

    @Test func `a token endpoint at the source's own origin has a connection of its own`() async throws {
        let server = try RawServer { request in
            request.path == "/token"
                ? Self.answer("token-1") : request.header("authorization") == "Bearer token-1" ? .answer("[]") : .answer("", 401)
        }
        defer { server.stop() }
        let puller = Puller(certificateAuthorities: nil, patience: Patience(wait: { _ in }, now: { .zero }, random: { 0 }))
        let source = try FaultStage.source(
            "{id: a, url: '\(server.base)/x', format: json, \(Self.auth.replacing("@FOREIGN@", with: server.base))}")
        for await case .ended(let outcome) in puller.pull(source) { #expect(outcome == .complete) }
        await puller.shutDown()
        #expect(server.requests.map(\.path) == ["/token", "/x"])
        #expect(server.requests.map(\.connection) == [1, 2])
    }

    @Test func `a token goes to no foreign origin`() async throws {
        let foreign = try RawServer { _ in .answer("[]") }
        defer { foreign.stop() }
        let played = try await play(
            [Self.auth + ", origins: ['\(foreign.base)']"], own: { _ in .redirect("\(foreign.base)/x?t=token-long-enough") },
            endpoint: { _ in Self.answer("token-long-enough") })
        #expect(played.outcomes == ["complete"])
        #expect(foreign.requests.map(\.target) == ["/x"])
        #expect(foreign.requests.allSatisfy { !$0.raw.contains("token-long") && !$0.raw.contains("zebra") })
    }
}
