import Foundation
import Testing

@testable import Fetching

/// Links of every shape, by lot: what is checked of an address is what is contacted.
struct AddressMutationTests {
    private static let pieces = [
        "http://", "https://", "//", "/", "\\", "@", ":", "?", "#", "&", "=", ".", "..", "%2F", "%40", "%00", "%", "[::1]", "[",
        "]",
        "desk.example", "DESK.example", "evil.example", "127.0.0.1", "2130706433", "0x7f.1", "localhost", "443", "80", "8080",
        "99999",
        "user", "p%40ss", "a", "ü", "\u{2024}", "xn--tda", "api_key", "TOKEN", "+", ";", ",", "'", "\"", "<", ">", "|", "^", "~",
        " ",
        "\t", "\n", "file:", "javascript:", "ftp://",
    ]

    private struct Lot {
        var state: UInt64
        mutating func next(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
    }

    @Test func `an address is the same to whoever reads it, whatever a link is made of`() throws {
        let base = try #require(WebAddress("https://desk.example/api/page?page=1&api_key=TOKEN"))
        var lot = Lot(state: 7)
        var read = 0
        for _ in 0..<20_000 {
            let link = (0..<(1 + lot.next(8))).map { _ in Self.pieces[lot.next(Self.pieces.count)] }.joined()
            guard let address = WebAddress(link, relativeTo: base) else { continue }
            read += 1
            #expect(["http", "https"].contains(address.scheme), "\(link)")
            #expect(!address.text.utf8.contains { $0 <= 0x20 || $0 == 0x7F }, "\(link)")
            // Read again it is itself, so nobody further on sees another host in it.
            let again = WebAddress(address.text)
            #expect(again?.text == address.text, "\(link)")
            #expect(again?.origin == address.origin, "\(link)")
            #expect(again?.hadCredentials == false, "\(link)")
            // A value in the query changes nothing but the query.
            let keyed = address.setting([QueryValue(name: "api_key", value: "s/e&c=r?e#t@evil.example")])
            #expect(keyed?.origin == address.origin, "\(link)")
            #expect(keyed?.removing { name, _ in name == "api_key" }.origin == address.origin, "\(link)")
        }
        // Enough of them were links at all.
        #expect(read > 2000)
    }

    @Test func `a request to somebody else holds no secret, whatever the link is made of`() async throws {
        let source = try FaultStage.source(
            "{id: a, url: 'https://desk.example/', format: json, auth: {query: {name: api_key, value: {env: TOKEN}}}, origins: ['https://evil.example', 'https://evil.example:8080']}",
            environment: ["TOKEN": "zebra-crossing-77"])
        let puller = Puller(certificateAuthorities: nil, patience: .real)
        let requester = Requester(source, puller)
        let base = try #require(WebAddress("https://desk.example/api/page?page=1"))
        let secrets = [
            "zebra-crossing-77", "zebra%2Dcrossing%2D77", "ZEBRA-crossing-77", "emVicmEtY3Jvc3NpbmctNzc", "zebra%2dcrossing-7%37",
            "zebra%252Dcrossing-77",
        ]
        let shapes = ["/", "?", "&", "=", "api_key", "x", "page", "%26", "%3D", "+", "#", ";", "y"]
        var lot = Lot(state: 11)
        var sent = 0
        for _ in 0..<5_000 {
            let rest = (0..<(1 + lot.next(8))).map { _ in
                lot.next(4) == 0 ? secrets[lot.next(secrets.count)] : shapes[lot.next(shapes.count)]
            }.joined()
            guard let link = WebAddress("https://evil.example/" + rest, relativeTo: base) else { continue }
            do {
                let (request, _) = try await requester.request(for: link)
                sent += 1
                let decoded = percentDecoded(percentDecoded(percentDecoded(request.url))).lowercased()
                #expect(!decoded.contains("zebra-crossing") && !request.url.contains("emVicmEtY3Jvc3NpbmctNzc"), "\(rest)")
                #expect(request.headers.isEmpty)
            } catch {
                #expect(error.failure.code == "credential_leak")
            }
        }
        await puller.shutDown()
        #expect(sent > 500)
    }
}
