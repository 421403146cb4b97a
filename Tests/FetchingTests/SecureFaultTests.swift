import Foundation
import Testing

@testable import Fetching

/// TLS and HTTP/2 with a server of the kind that partners run: whom we trust, what we show of ourselves, what breaks.
struct SecureFaultTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        var certificate = NginxServer.Certificate.sound
        /// What nginx answers with.
        var location = #"return 200 '[]';"#
        var server = ""
        var version = "http2"
        /// `@FOLDER@` holds the certificates, `@BASE@` is the server's address, `@TAP@` that of a system elsewhere, which the
        /// source lists. Where they say nothing of `auth`, the source has a token.
        var keys = "ca_file: '@FOLDER@/authority.pem'"
        var format = "json"
        let outcome: String
        /// A part of what is said.
        var says = ""
        /// How often the system elsewhere was asked.
        var tapped = 0
        var testDescription: String { name }
    }

    private static let trusting = "ca_file: '@FOLDER@/authority.pem', "
    private static let client = "client_certificate: {certificate: '@FOLDER@/client.pem', key: {file: '@FOLDER@/client.key'}}"
    private static let asksForClient = "ssl_verify_client optional; ssl_client_certificate authority.pem;"
    /// nginx's variable of what it was sent.
    private static let token = #"if ($http_authorization ~ "Bearer (.*)") { set $token $1; } "#
    private static let needsClient = #"if ($ssl_client_verify != SUCCESS) { return 403; } return 200 '[]';"#

    static let rows: [Row] = [
        Row(name: "an authority of the source's own", outcome: "complete"),
        Row(name: "an authority that nobody trusts", keys: "", outcome: "failed:tls", says: "certificate"),
        Row(name: "a certificate that is signed by itself", certificate: .selfSigned, outcome: "failed:tls", says: "certificate"),
        Row(name: "a certificate of another host", certificate: .otherHost, outcome: "failed:tls", says: "certificate"),
        Row(name: "a certificate that has run out", certificate: .expired, outcome: "failed:tls", says: "certificate"),
        Row(name: "a certificate that is not in force", certificate: .future, outcome: "failed:tls", says: "certificate"),
        Row(
            name: "TLS 1.1 and nothing later", server: "ssl_protocols TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0;",
            outcome: "failed:tls"),
        Row(name: "TLS 1.2", server: "ssl_protocols TLSv1.2;", outcome: "complete"),
        Row(name: "TLS 1.3", server: "ssl_protocols TLSv1.3;", outcome: "complete"),
        Row(name: "HTTP/1.1 over TLS", version: "", outcome: "complete"),
        Row(name: "an authority file that is none", keys: "ca_file: '@FOLDER@/server.key'", outcome: "failed:tls"),
        Row(
            name: "a client with its certificate", location: needsClient, server: asksForClient,
            keys: trusting + "auth: {\(client)}",
            outcome: "complete"),
        Row(
            name: "a client with its certificate and a token",
            location: #"if ($http_authorization != 'Bearer zebra-crossing-77/+=') { return 401; } "# + needsClient,
            server: asksForClient,
            keys: trusting + "auth: {bearer: {env: TOKEN}, \(client)}", outcome: "complete"),
        Row(
            name: "a client without one", location: needsClient, server: asksForClient, outcome: "failed:http_status",
            says: "status 403"),
        Row(
            name: "a client with a certificate of a stranger", location: needsClient,
            server: "ssl_verify_client on; ssl_client_certificate authority.pem;",
            keys: trusting
                + "auth: {client_certificate: {certificate: '@FOLDER@/stranger.pem', key: {file: '@FOLDER@/stranger.key'}}}",
            outcome: "failed:http_status", says: "status 400"),
        Row(
            name: "a client with a key that belongs to another certificate", location: needsClient, server: asksForClient,
            keys: trusting
                + "auth: {client_certificate: {certificate: '@FOLDER@/client.pem', key: {file: '@FOLDER@/stranger.key'}}}",
            outcome: "failed:tls"),
        Row(
            name: "a redirect over HTTP/2", location: #"if ($uri = /start) { return 302 /two; } return 200 '[]';"#,
            outcome: "complete"),
        Row(
            name: "a redirect to a listed origin", location: "return 302 @TAP@/x;", outcome: "complete", tapped: 1),
        Row(
            name: "a redirect that takes the token along", location: token + "return 302 @TAP@/x?y=$token&page=2;",
            outcome: "complete", tapped: 1),
        Row(
            name: "a redirect that takes the token along in its path", location: token + "return 302 @TAP@/x/$token;",
            outcome: "failed:credential_leak"),
        Row(
            name: "a redirect over HTTP/1.1 that takes the token along", location: token + "return 307 @TAP@/x?y=$token;",
            version: "", outcome: "complete", tapped: 1),
        Row(
            name: "a next link to a listed origin", location: #"return 200 '{"next": "@TAP@/x"}';"#,
            keys: trusting + "page: {next_url: 'body.?next'}", outcome: "complete", tapped: 1),
        Row(
            name: "a client's certificate and a link to a listed origin",
            location: #"if ($ssl_client_verify != SUCCESS) { return 403; } return 302 @TAP@/x?dn=$ssl_client_s_dn;"#,
            server: asksForClient, keys: trusting + "auth: {bearer: {env: TOKEN}, \(client)}", outcome: "complete", tapped: 1),
        Row(
            name: "a refusal that repeats the token", location: "return 401 'you sent $http_authorization';",
            outcome: "failed:http_status", says: "status 401: you sent Bearer ***"),
        Row(
            name: "an upstream that is not there", location: "proxy_pass http://127.0.0.1:1;",
            keys: trusting + "limits: {retries: 1}", outcome: "failed:http_status", says: "status 502"),
        Row(
            name: "a stream that is reset in the middle of a page", location: "proxy_buffering off; proxy_pass @TORN@;",
            keys: trusting + "limits: {retries: 1}", outcome: "failed:truncated"),
        Row(
            name: "the same over HTTP/1.1", location: "proxy_buffering off; proxy_pass @TORN@;", version: "",
            keys: trusting + "limits: {retries: 1}", outcome: "failed:truncated"),
        Row(
            name: "a stream that is reset in the middle of the rows", location: "proxy_buffering off; proxy_pass @TORN@;",
            keys: trusting + "limits: {retries: 1}", format: "ndjson", outcome: "partial:truncated"),
        Row(
            name: "a page without an end", location: "proxy_buffering off; proxy_pass @TORN@/still?x=;",
            keys: trusting + "limits: {retries: 0, stall_timeout: 1s}", outcome: "failed:stalled"),
        Row(
            name: "GOAWAY after every page, with many at once", location: #"return 200 '[1]';"#, server: "keepalive_requests 1;",
            keys: trusting + "page: {number: {param: p, pages: '6'}}, limits: {concurrency: 6}", outcome: "partial:loop"),
        Row(
            name: "GOAWAY after two pages", location: #"return 200 '["$request_id"]';"#,
            server: "keepalive_requests 2;", keys: trusting + "page: {number: {param: p, pages: '9'}}, limits: {concurrency: 3}",
            outcome: "complete"),
        Row(
            name: "a redirect to plain http", location: "return 302 http://127.0.0.1:1/;", outcome: "failed:foreign_origin"),
        Row(
            name: "pages on a connection that is closed after each", location: #"return 200 '{"next": "?p=$request_id"}';"#,
            server: "keepalive_requests 1;",
            keys: trusting + "page: {next_url: 'body.next'}, limits: {max_pages: 5}", outcome: "partial:max_pages"),
        Row(
            name: "a rude end of the connection", location: "return 444;", keys: trusting + "limits: {retries: 1}",
            outcome: "failed:truncated"),
        Row(
            name: "many refusals over HTTP/2", location: "return 503;", keys: trusting + "limits: {retries: 3}",
            outcome: "failed:http_status", says: "status 503"),
        Row(
            name: "a large header over HTTP/2",
            location: "add_header X-Much \(String(repeating: "x", count: 3000)); return 200 '[]';",
            outcome: "complete"),
        Row(name: "a page that is not there", location: "return 404;", outcome: "failed:http_status", says: "status 404"),
    ]

    @Test(arguments: rows)
    func `a source over TLS has its outcome`(row: Row) async throws {
        let tap = try RawServer { _ in .answer("{}") }
        let torn = try RawServer(Self.tearing)
        defer {
            tap.stop()
            torn.stop()
        }
        let location = row.location.replacing("@TAP@", with: tap.base).replacing("@TORN@", with: torn.base)
        try await NginxServer.serving(row.certificate, location, server: row.server, version: row.version) {
            base, authority in
            let folder = (authority as NSString).deletingLastPathComponent
            var keys = row.keys.replacing("@FOLDER@", with: folder).replacing("@BASE@", with: base)
            if !keys.contains("auth:") { keys += (keys.isEmpty ? "" : ", ") + "auth: {bearer: {env: TOKEN}}" }
            let source = try FaultStage.source(
                "{id: a, url: '\(base)/start', format: \(row.format), origins: ['\(tap.base)'], \(keys)}")
            let puller = Puller(certificateAuthorities: nil, patience: Patience(wait: { _ in }, now: { .zero }))
            var said: [Outcome] = []
            for await case .ended(let outcome) in puller.pull(source) { said.append(outcome) }
            await puller.shutDown()
            let message = said.first?.reason?.message ?? ""
            #expect(said.map { $0.name + ($0.reason.map { ":" + $0.code } ?? "") } == [row.outcome], "\(row.name): \(message)")
            #expect(row.says.isEmpty || message.contains(row.says), "\(row.name): \(message)")
            #expect(FaultStage.watch.find(in: message) == nil && !message.contains("PRIVATE"), "\(message)")
            #expect(tap.requests.count == row.tapped, "\(row.name)")
            for request in tap.requests {
                #expect(FaultStage.watch.find(in: request.raw) == nil && request.header("authorization") == nil, "\(row.name)")
            }
        }
    }

    /// What stands behind nginx: announces more than it sends.
    private static let tearing: Fault.Script = { request in
        let head = "HTTP/1.1 200 X\r\nContent-Length: 3000000\r\n"
        let rows = String(repeating: "{\"n\": 1}\n", count: 200_000)
        return switch request.path {
        case "/still": [.send(Array((head + "\r\n" + rows).utf8)), .hang]
        default: [.send(Array((head + "\r\n" + rows).utf8)), .close]
        }
    }

    @Test func `a client's certificate is shown to its own origin alone`() async throws {
        // The second server would take any certificate, and says whether it was shown one.
        let own = #"if ($ssl_client_verify != SUCCESS) { return 403; } return 302 https://127.0.0.1:@PORT@/;"#
        try await NginxServer.serving(
            .sound, #"if ($ssl_client_verify != NONE) { return 403; } return 200 '[]';"#,
            server: "ssl_verify_client optional_no_ca;"
        ) { foreign, foreignAuthority in
            let port = String(foreign.split(separator: ":").last ?? "")
            try await NginxServer.serving(
                .sound, own.replacing("@PORT@", with: port),
                server: Self.asksForClient
            ) { base, authority in
                let folder = (authority as NSString).deletingLastPathComponent
                let both = folder + "/both.pem"
                let texts = [authority, foreignAuthority].compactMap { FileManager.default.contents(atPath: $0) }
                try Data(texts.joined()).write(to: URL(fileURLWithPath: both))
                let source = try FaultStage.source(
                    "{id: a, url: '\(base)/', format: json, ca_file: '\(both)', origins: ['\(foreign)'], auth: {\(Self.client.replacing("@FOLDER@", with: folder))}}"
                )
                let puller = Puller(certificateAuthorities: nil, patience: .real)
                var outcomes: [String] = []
                for await case .ended(let outcome) in puller.pull(source) { outcomes.append("\(outcome)") }
                await puller.shutDown()
                #expect(outcomes == ["complete"])
            }
        }
    }
}
