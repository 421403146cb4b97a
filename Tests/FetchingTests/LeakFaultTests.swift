import Foundation
import Testing

@testable import Fetching

/// Systems that echo what we told them, whole or in part and in any coat, on the way to somebody else or into what we say.
struct LeakFaultTests {
    private static let bearer = "auth: {bearer: {env: TOKEN}}, limits: {retries: 0}"
    private static let byBody = bearer + ", page: {next_url: 'body.?next'}"
    private static let byHeader = bearer + ", page: {link_header: true}"
    private static let listed = ", origins: ['@FOREIGN@']"
    private static let token = FaultStage.token

    /// What a link may hold of the token, as the query of a URL has it.
    private static let coats: [(String, String)] = [
        ("all but the last letter", percentEncoded(String(token.dropLast()))),
        ("the first eight letters", percentEncoded(String(token.prefix(8)))),
        ("the last ten letters", percentEncoded(String(token.suffix(10)))),
        ("nine letters of its middle", percentEncoded(String(token.dropFirst(4).prefix(9)))),
        ("capitals", percentEncoded(token.uppercased())),
        ("every letter escaped", token.utf8.map { "%" + String($0, radix: 16) }.joined()),
        ("every letter escaped twice", token.utf8.map { "%25" + String($0, radix: 16) }.joined()),
        ("base64", percentEncoded(Data(token.utf8).base64EncodedString())),
        ("base64 for URLs", Data(token.utf8).base64EncodedString().replacing("=", with: "")),
        ("base64 of the header", percentEncoded(Data("Bearer \(token)".utf8).base64EncodedString())),
        ("hex", token.utf8.map { String($0, radix: 16) }.joined()),
        ("escapes of JSON", percentEncoded(token.utf8.map { "\\u00" + String($0, radix: 16) }.joined())),
        ("entities", percentEncoded(token.utf8.map { "&#\($0);" }.joined())),
        ("hyphens elsewhere", token.replacing("-", with: "_").replacing("/+=", with: "")),
    ]

    private static let inQueries = coats.flatMap { name, coat in
        [
            Fault(
                name: "a redirect with \(name) in its query", keys: bearer + listed, outcome: "complete", asked: 1, foreign: 1,
                own: { _ in .redirect("@FOREIGN@/x?y=\(coat)&page=2") },
                elsewhere: { $0.target == "/x?page=2" ? .answer("[]") : .answer("", 400) }),
            Fault(
                name: "a redirect with \(name) in its path", keys: bearer + listed, outcome: "failed:credential_leak", asked: 1,
                own: { _ in .redirect("@FOREIGN@/x/\(coat)/y") }),
            Fault(
                name: "a next link with \(name) in its query", keys: byBody + listed, outcome: "complete", asked: 1, foreign: 1,
                own: { _ in .answer("{\"next\": \"@FOREIGN@/two?\(coat)=1&page=2\"}") },
                elsewhere: { $0.target == "/two?page=2" ? .answer("{}") : .answer("", 400) }),
            Fault(
                name: "a header to a next page with \(name) in its path", keys: byHeader + listed,
                outcome: "partial:credential_leak", asked: 1,
                own: { _ in .answer("{}", 200, ["Link: <@FOREIGN@/two/\(coat)>; rel=next"]) }),
        ]
    }

    /// What stands in the URL of the config under the name of a secret is the source's own too.
    private static let inOwnURL =
        ["sig", "X-Amz-Signature", "accessKey", "view_key", "session"].flatMap { name in
            [
                Fault(
                    name: "a redirect that takes our own '\(name)' along", keys: "origins: ['@FOREIGN@']",
                    path: "/start?\(name)=open-sesame-9&page=1", outcome: "complete", asked: 1, foreign: 1,
                    own: { .redirect("@FOREIGN@\($0.target)") },
                    elsewhere: { $0.target == "/start?page=1" ? .answer("[]") : .answer("", 400) }),
                Fault(
                    name: "a next link that holds our own '\(name)' elsewhere",
                    keys: "origins: ['@FOREIGN@'], page: {next_url: 'body.?next'}",
                    path: "/start?\(name)=open-sesame-9", outcome: "partial:credential_leak", asked: 1,
                    own: { _ in .answer(#"{"next": "@FOREIGN@/open-sesame-9"}"#) }),
            ]
        } + [
            Fault(
                name: "a short secret in our own URL", keys: "origins: ['@FOREIGN@']", path: "/start?sig=xy&page=1",
                outcome: "complete", asked: 1, foreign: 1, own: { .redirect("@FOREIGN@\($0.target)") },
                elsewhere: { $0.target == "/start?page=1" ? .answer("[]") : .answer("", 400) }),
            Fault(
                name: "a key that opens nothing goes along", keys: "origins: ['@FOREIGN@']", path: "/start?sort_key=created_at",
                outcome: "complete", asked: 1, foreign: 1, own: { .redirect("@FOREIGN@\($0.target)") },
                elsewhere: { $0.target == "/start?sort_key=created_at" ? .answer("[]") : .answer("", 400) }),
            Fault(
                name: "a signature of somebody else's goes along", keys: bearer + listed, outcome: "complete", asked: 1,
                foreign: 1,
                own: { _ in .redirect("@FOREIGN@/x?X-Amz-Signature=0123456789abcdef0123456789abcdef") },
                elsewhere: { $0.target.hasSuffix("=0123456789abcdef0123456789abcdef") ? .answer("[]") : .answer("", 400) }),
        ]

    /// Refusals that say what they were sent.
    private static let refusals =
        (coats + [
            ("the request itself", "@RAW@"), ("the token in blanks", token.map { "\($0) " }.joined()),
            ("the token in pieces of seven", "1: zebra-c 2: rossing 3: -77/+="),
            ("escapes that nobody encoded", token.utf8.map { "\\u00" + String($0, radix: 16) }.joined()),
            ("entities that nobody encoded", token.utf8.map { "&#\($0);" }.joined()),
            ("entities of entities", token.utf8.map { "&amp;#x" + String($0, radix: 16) + ";" }.joined()),
        ]).map { name, coat in
            Fault(
                name: "a refusal with \(name)", keys: bearer, outcome: "failed:http_status", asked: 1,
                own: { request in
                    .answer("bad token: " + coat.replacing("@RAW@", with: request.raw.replacing("\r\n", with: " ")), 401)
                })
        }

    static let faults = inQueries + inOwnURL + refusals

    @Test(arguments: faults)
    func `nothing that we said is said to others`(fault: Fault) async throws {
        let played = try await FaultStage.play(fault)
        for piece in ["zebr", "cros", "sing"] { #expect(!played.message.contains(piece), "\(played.message)") }
    }
}
