import Foundation
import Language
import Testing

@testable import Fetching

/// Tokens of OAuth 2.0 and the client's secret: whoever echoes them, they come to nobody else and stand in nothing that is said.
struct TokenLeakTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        var keys = ""
        let outcome: String
        /// How often each was asked.
        let asked: Int
        var endpointAsked = 1
        var tapped = 0
        /// `@TAP@` is a system elsewhere that the source lists.
        let own: Fault.Script
        var endpoint: Fault.Script = { _ in TokenLeakTests.granted }

        var testDescription: String { name }
    }

    private static let token = "Quilted.Northern-Light_42~ab"
    private static let secret = FaultStage.token
    private static let granted: [RawServer.Step] = .answer(
        "{\"access_token\": \"\(token)\", \"token_type\": \"Bearer\", \"expires_in\": 60}")
    private static let paged = ", page: {next_url: 'body.?next'}"

    private static let coats: [(String, String)] = [
        ("the token", token), ("a part of the token", String(token.dropFirst(3).prefix(9))),
        ("the token in base64", Data(token.utf8).base64EncodedString()),
        ("the client's secret", percentEncoded(secret)), ("a part of the client's secret", String(secret.prefix(11))),
        ("the client in base64", percentEncoded(Data("me:\(percentEncoded(secret))".utf8).base64EncodedString())),
    ]

    static let rows: [Row] =
        coats.flatMap { name, coat in
            [
                Row(
                    name: "a redirect with \(name) in its query", outcome: "complete", asked: 1, tapped: 1,
                    own: { _ in .redirect("@TAP@/x?y=\(coat)") }),
                Row(
                    name: "a redirect with \(name) in its path", outcome: "failed:credential_leak", asked: 1,
                    own: { _ in .redirect("@TAP@/x/\(coat)") }),
                Row(
                    name: "a next link with \(name) in its path", keys: paged, outcome: "partial:credential_leak", asked: 1,
                    own: { _ in .answer("{\"next\": \"@TAP@/x/\(coat)\"}") }),
                Row(
                    name: "a refusal with \(name)", outcome: "failed:http_status", asked: 1,
                    own: { _ in .answer("no: \(coat)", 403) }),
                Row(
                    name: "an endpoint that refuses with \(name)", outcome: "failed:token_refused", asked: 0,
                    own: { _ in .answer("[]") },
                    endpoint: { _ in .answer("{\"error\": \"\(coat)\", \"error_description\": \"\(coat)\"}", 400) }),
            ]
        } + [
            Row(
                name: "an endpoint that redirects to somebody else", outcome: "failed:token_refused", asked: 0,
                own: { _ in .answer("[]") }, endpoint: { .redirect("@TAP@/token?\($0.body)", 307) }),
            Row(
                name: "an endpoint that redirects to the source", outcome: "failed:token_refused", asked: 0,
                own: { _ in .answer("[]") }, endpoint: { .redirect("@OWN@/token?\($0.body)", 308) }),
            Row(
                name: "a token that is refused, then a redirect with the new one", outcome: "complete", asked: 2,
                endpointAsked: 2,
                tapped: 1,
                own: {
                    $0.nth == 1 ? .answer("", 401) : .redirect("@TAP@/x?y=\($0.header("authorization")?.dropFirst(7) ?? "")")
                },
                endpoint: { .answer("{\"access_token\": \"\(token)-\($0.nth)\"}") }),
            Row(
                name: "a token that is refused with the old one in the text", outcome: "failed:http_status", asked: 2,
                endpointAsked: 2, own: { _ in .answer("not \(token)-1 nor \(token)-2", 401) },
                endpoint: { .answer("{\"access_token\": \"\(token)-\($0.nth)\"}") }),
            Row(
                name: "a page elsewhere that refuses", keys: paged, outcome: "partial:http_status", asked: 1, tapped: 1,
                own: { _ in .answer(#"{"next": "@TAP@/refused"}"#) }),
            Row(
                name: "a way elsewhere and back", keys: paged, outcome: "complete", asked: 2, tapped: 1,
                own: { $0.path == "/start" ? .answer(#"{"next": "@TAP@/back"}"#) : .answer("{}") }),
        ]

    @Test(arguments: rows)
    func `a token and its client stay where they belong`(row: Row) async throws {
        let places = Guarded<[(String, String)]>([])
        @Sendable func fill(_ steps: [RawServer.Step]) -> [RawServer.Step] {
            steps.map { step in
                guard case .send(let bytes) = step else { return step }
                let text = places.withLock { $0 }.reduce(String(decoding: bytes, as: UTF8.self)) {
                    $0.replacing($1.0, with: $1.1)
                }
                return .send(FaultStage.withLength(text))
            }
        }
        let own = try RawServer { fill(row.own($0)) }
        let endpoint = try RawServer { fill(row.endpoint($0)) }
        let tap = try RawServer { request in
            fill(
                request.path == "/back"
                    ? .redirect("@OWN@/end") : request.path == "/refused" ? .answer(request.raw, 401) : .answer("{}"))
        }
        defer { for server in [own, endpoint, tap] { server.stop() } }
        places.withLock { $0 = [("@OWN@", own.base), ("@TAP@", tap.base)] }
        let puller = Puller(certificateAuthorities: nil, patience: Patience(wait: { _ in }, now: { .zero }, random: { 0 }))
        let source = try FaultStage.source(
            "{id: a, url: '\(own.base)/start', format: json, origins: ['\(tap.base)'], limits: {retries: 0}, auth: {oauth2: "
                + "{token_url: '\(endpoint.base)/token', client_id: me, client_secret: {env: TOKEN}}}\(row.keys)}")
        var said: [Outcome] = []
        for await case .ended(let outcome) in puller.pull(source) { said.append(outcome) }
        await puller.shutDown()
        let message = said.first?.reason?.message ?? ""
        #expect(said.map { $0.name + ($0.reason.map { ":" + $0.code } ?? "") } == [row.outcome], "\(message)")
        #expect(own.requests.count == row.asked)
        #expect(endpoint.requests.count == row.endpointAsked)
        #expect(tap.requests.count == row.tapped)
        let watch = SecretWatch(secrets: [Self.token, Self.secret])
        for request in tap.requests { #expect(watch.find(in: request.raw) == nil, "\(request.raw)") }
        #expect(watch.find(in: message) == nil, "\(message)")
        // The token is for the source, the client's secret for the endpoint.
        let client = SecretWatch(secrets: [Self.secret])
        for request in own.requests { #expect(client.find(in: request.raw) == nil, "\(request.raw)") }
        for request in endpoint.requests { #expect(!request.raw.contains(Self.token)) }
    }
}
