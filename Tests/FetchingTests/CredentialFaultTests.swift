import Foundation
import Testing

@testable import Fetching

/// Credentials: to the source's own origin on every request, and to nobody else's, whatever pages and redirects say.
struct CredentialFaultTests {
    private static let bearer = "auth: {bearer: {env: TOKEN}}"
    private static let inQuery = "auth: {query: {name: api_key, value: {env: TOKEN}}}"
    private static let paged = ", page: {next_url: 'body.next'}"
    private static let listed = ", origins: ['@FOREIGN@']"
    private static let escaped = "zebra-crossing-77%2F%2B%3D"

    static let faults: [Fault] = [
        Fault(
            name: "a next link to a listed origin is asked without the token", keys: bearer + paged + listed, outcome: "complete",
            asked: 1, foreign: 1,
            own: { _ in .answer(#"{"next": "@FOREIGN@/two"}"#) }, elsewhere: { _ in .answer(#"{"next": null}"#) }),
        Fault(
            name: "a next link to an origin that is not listed is not asked", keys: bearer + paged,
            outcome: "partial:foreign_origin",
            asked: 1, own: { _ in .answer(#"{"next": "@FOREIGN@/two"}"#) }),
        Fault(
            name: "from a listed origin the way leads back with the token", keys: bearer + paged + listed, outcome: "complete",
            asked: 2, foreign: 1,
            own: { $0.path == "/start" ? .answer(#"{"next": "@FOREIGN@/two"}"#) : .answer(#"{"next": null}"#) },
            elsewhere: { _ in .answer(#"{"next": "@OWN@/three"}"#) }),
        Fault(
            name: "a redirect to a listed origin is followed without the token", keys: bearer + listed, outcome: "complete",
            asked: 1,
            foreign: 1, own: { _ in .redirect("@FOREIGN@/x") }),
        Fault(
            name: "a redirect to an origin that is not listed is not followed", keys: bearer, outcome: "failed:foreign_origin",
            asked: 1, own: { _ in .redirect("@FOREIGN@/x") }),
        Fault(
            name: "a permanent redirect with 308 is not followed away either", keys: bearer, outcome: "failed:foreign_origin",
            asked: 1, own: { _ in .redirect("@FOREIGN@/x", 308) }),
        Fault(
            name: "a redirect within the origin keeps the token", keys: bearer, outcome: "complete", asked: 2,
            own: { $0.path == "/start" ? .redirect("/moved", 301) : .answer("[]") }),
        Fault(
            name: "a redirect relative to its page", keys: bearer, path: "/a/b?c=1", outcome: "complete", asked: 2,
            own: { $0.target == "/a/d?e=2" ? .answer("[]") : .redirect("d?e=2", 307) }),
        Fault(
            name: "five redirects are followed", keys: bearer, outcome: "complete", asked: 6,
            own: { $0.path.utf8.count < 11 ? .redirect("\($0.path)x") : .answer("[]") }),
        Fault(
            name: "six are too many", keys: bearer, outcome: "failed:too_many_redirects", asked: 6,
            own: { .redirect("\($0.path)x") }),
        Fault(
            name: "a redirect to itself", keys: bearer, outcome: "failed:too_many_redirects", asked: 6,
            own: { _ in .redirect("/start") }),
        Fault(
            name: "a redirect to nowhere", keys: bearer, outcome: "failed:redirect", asked: 1, own: { _ in .answer("", 302) }),
        Fault(
            name: "a redirect to a file", keys: bearer, outcome: "failed:redirect", asked: 1,
            own: { _ in .redirect("file:///etc/passwd") }),
        Fault(
            name: "a redirect to ftp", keys: bearer, outcome: "failed:redirect", asked: 1,
            own: { _ in .redirect("ftp://127.0.0.1/x") }),
        Fault(
            name: "a redirect to another scheme is another origin", keys: bearer, outcome: "failed:foreign_origin", asked: 1,
            own: { _ in .redirect("https://127.0.0.1:1/x") }),
        Fault(
            name: "a redirect with a user and a password in it leaves them out", keys: bearer + listed, outcome: "complete",
            asked: 1,
            foreign: 1, own: { _ in .redirect("@FOREIGN@/x".replacing("http://", with: "http://u:p%40@")) }),
        Fault(
            name: "status 300 is no redirect", keys: bearer, outcome: "failed:http_status", asked: 1,
            own: { _ in .redirect("@OWN@/x", 300) }),
        Fault(
            name: "status 304 is no page", keys: bearer, outcome: "failed:http_status", asked: 1,
            own: { _ in .raw("HTTP/1.1 304 X\r\n\r\n") }),
        Fault(
            name: "a page behind a redirect counts links from where it came", keys: bearer + paged, outcome: "complete", asked: 3,
            own: {
                switch $0.path {
                case "/start": .redirect("/deep/er/")
                case "/deep/er/": .answer(#"{"next": "two"}"#)
                case "/deep/er/two": .answer(#"{"next": null}"#)
                default: .answer("", 404)
                }
            }),
        Fault(
            name: "a key in the query goes along with every page", keys: inQuery + paged, outcome: "complete", asked: 2,
            own: {
                $0.target.contains("api_key=" + escaped)
                    ? .answer($0.path == "/start" ? #"{"next": "/two?page=2"}"# : #"{"next": null}"#) : .answer("", 401)
            }),
        Fault(
            name: "a key in the query that a next link echoes is sent once", keys: inQuery + paged, outcome: "complete", asked: 2,
            own: {
                $0.path == "/start"
                    ? .answer(#"{"next": "/two?api_key=\#(escaped)&page=2"}"#)
                    : $0.target == "/two?page=2&api_key=" + escaped ? .answer(#"{"next": null}"#) : .answer("", 400)
            }),
        Fault(
            name: "a key in the query that a link to elsewhere echoes is taken out", keys: inQuery + paged + listed,
            outcome: "complete", asked: 1, foreign: 1,
            own: { _ in .answer(#"{"next": "@FOREIGN@/two?api_key=\#(escaped)&page=2"}"#) },
            elsewhere: { $0.target == "/two?page=2" ? .answer(#"{"next": null}"#) : .answer("", 400) }),
        Fault(
            name: "under another name it is taken out too", keys: inQuery + paged + listed, outcome: "complete", asked: 1,
            foreign: 1,
            own: { _ in .answer(#"{"next": "@FOREIGN@/two?x=\#(escaped)&page=2"}"#) },
            elsewhere: { $0.target == "/two?page=2" ? .answer(#"{"next": null}"#) : .answer("", 400) }),
        Fault(
            name: "a token in the path of a link to elsewhere is not sent", keys: bearer + paged + listed,
            outcome: "partial:credential_leak", asked: 1,
            own: { _ in .answer(#"{"next": "@FOREIGN@/two/\#(escaped)"}"#) }),
        Fault(
            name: "a redirect that takes the query along is cleaned", keys: inQuery + listed, outcome: "complete", asked: 1,
            foreign: 1,
            own: { .redirect("@FOREIGN@\($0.target)") }),
        Fault(
            name: "a basic password stays at home", keys: "auth: {basic: {user: me, password: {env: PASSWORD}}}" + listed,
            outcome: "complete", asked: 1, foreign: 1,
            own: {
                $0.header("authorization") == "Basic " + Data("me:\(FaultStage.password)".utf8).base64EncodedString()
                    ? .redirect("@FOREIGN@/x") : .answer("", 401)
            }),
        Fault(
            name: "a header of one's own stays at home", keys: "auth: {header: {name: X-Api-Key, value: {env: TOKEN}}}" + listed,
            outcome: "complete", asked: 1, foreign: 1,
            own: { $0.header("x-api-key") == FaultStage.token ? .redirect("@FOREIGN@/x") : .answer("", 401) }),
        Fault(
            name: "cookies are neither kept nor sent", keys: bearer + paged, outcome: "complete", asked: 2,
            own: {
                $0.header("cookie") != nil
                    ? .answer("", 400)
                    : .answer($0.path == "/start" ? #"{"next": "/two"}"# : #"{"next": null}"#, 200, ["Set-Cookie: a=b; Path=/"])
            }),
        Fault(
            name: "a link to a name of this machine that the source does not have",
            keys: bearer + paged + ", origins: ['http://localhost:1']",
            outcome: "partial:private_address", asked: 1, own: { _ in .answer(#"{"next": "http://localhost:1/two"}"#) }),
        Fault(
            name: "a link to the metadata of a cloud",
            keys: bearer + paged + ", allow_http: true, origins: ['http://169.254.169.254']",
            outcome: "partial:private_address", asked: 1,
            own: { _ in .answer(#"{"next": "http://169.254.169.254/latest/meta-data"}"#) }),
        Fault(
            name: "a redirect to a private network",
            keys: bearer + ", allow_http: true, origins: ['http://10.0.0.1', 'http://[fd00::1]']",
            outcome: "failed:private_address", asked: 1, own: { _ in .redirect("http://[fd00::1]/x") }),
        Fault(
            name: "a redirect to this machine by its other name", keys: bearer + ", origins: ['http://[::1]:1']",
            outcome: "failed:private_address", asked: 1, own: { _ in .redirect("http://[::1]:1/x") }),
    ]

    @Test(arguments: faults)
    func `credentials stay where they belong`(fault: Fault) async throws {
        let played = try await FaultStage.play(fault)
        // Whatever goes wrong later, the source's own system was told who asks, each time.
        for request in played.own {
            #expect(
                request.raw.contains(FaultStage.token) || request.raw.contains(Self.escaped)
                    || request.header("authorization") != nil)
        }
    }

    @Test func `a name that leads to this machine is found out when it is connected to`() async throws {
        let server = try RawServer { _ in .answer("[]") }
        defer { server.stop() }
        let source = try FaultStage.source(
            "{id: a, url: 'https://desk.example/', format: json, \(Self.bearer), origins: ['http://localhost:\(server.port)']}")
        let puller = Puller(certificateAuthorities: nil, patience: .real)
        let requester = Requester(source, puller)
        let next = try #require(WebAddress("http://localhost:\(server.port)/x"))
        await #expect {
            _ = try await requester.read(next) { _, _ throws(TransferError) in }
        } throws: {
            ($0 as? RequestFailure)?.code == "private_address"
        }
        await puller.shutDown()
        #expect(server.connections == 0)
    }

    @Test func `a connection that another source has opened is not used to get there`() async throws {
        let server = try RawServer { _ in .answer("[]") }
        defer { server.stop() }
        let puller = Puller(certificateAuthorities: nil, patience: .real)
        let inside = try FaultStage.source("{id: a, url: 'http://localhost:\(server.port)/', format: json}")
        for await case .ended(let outcome) in puller.pull(inside) { #expect(outcome == .complete) }
        let outside = try FaultStage.source(
            "{id: b, url: 'https://desk.example/', format: json, origins: ['http://localhost:\(server.port)']}")
        let next = try #require(WebAddress("http://localhost:\(server.port)/x"))
        await #expect {
            _ = try await Requester(outside, puller).read(next) { _, _ throws(TransferError) in }
        } throws: {
            ($0 as? RequestFailure)?.code == "private_address"
        }
        await puller.shutDown()
        #expect(server.requests.count == 1)
    }

    @Test func `a source whose secrets were not fetched sends nothing`() async throws {
        let server = try RawServer { _ in .answer("[]") }
        defer { server.stop() }
        var source = try FaultStage.source("{id: a, url: '\(server.base)/', format: json, \(Self.bearer)}")
        source.credentials = nil
        let puller = Puller(certificateAuthorities: nil, patience: .real)
        var codes: [String?] = []
        for await case .ended(let outcome) in puller.pull(source) { codes.append(outcome.reason?.code) }
        await puller.shutDown()
        #expect(codes == ["no_credentials"])
        #expect(server.requests.isEmpty)
    }
}
