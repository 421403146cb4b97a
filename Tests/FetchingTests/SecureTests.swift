import Language
import Testing

@testable import Fetching

/// Pulls over TLS, against a server of the kind that partners run.
struct SecureTests {
    private struct Pulled {
        var outcome = ""
        var message = ""
        var documents: [String] = []
    }

    private func pull(_ url: String, trusting authority: String?) async throws -> Pulled {
        let diagnostics = Diagnostics()
        let yaml = "{id: a, url: '\(url)', format: json, limits: {retries: 0}}"
        let node = try #require(YAMLDocument.read(yaml, file: "f", diagnostics: diagnostics))
        var mapping = try #require(YAMLMapping(node, "a source", diagnostics))
        let source = try #require(Source.load(&mapping, configFolder: "."))
        let puller = Puller(certificateAuthorities: authority)
        var pulled = Pulled()
        for await event in puller.pull(source) {
            switch event {
            case .page(let page): if case .string(let text)? = try? page.document().root.value { pulled.documents.append(text) }
            case .ended(let outcome):
                pulled.outcome = outcome.name + (outcome.reason.map { ":" + $0.code } ?? "");
                pulled.message = outcome.reason?.message ?? ""
            default: break
            }
        }
        await puller.shutDown()
        return pulled
    }

    /// The server says by which protocol it was asked.
    private static let protocolName = #"return 200 '"$server_protocol"';"#

    @Test func `a certificate of a trusted authority is pulled from over HTTP 2`() async throws {
        try await NginxServer.serving(.sound, Self.protocolName) { base, authority in
            let pulled = try await pull(base + "/", trusting: authority)
            #expect(pulled.outcome == "complete")
            #expect(pulled.documents == ["HTTP/2.0"])
        }
    }

    @Test func `an authority that nobody trusts is a failed source`() async throws {
        try await NginxServer.serving(.sound, Self.protocolName) { base, _ in
            let pulled = try await pull(base + "/", trusting: nil)
            #expect(pulled.outcome == "failed:tls")
            // It was the certificate, and nothing else of the handshake.
            #expect(pulled.message.contains("certificate"), "\(pulled.message)")
            #expect(pulled.documents.isEmpty)
        }
    }

    @Test(arguments: [NginxServer.Certificate.otherHost, .expired])
    func `a certificate that proves nothing is a failed source`(certificate: NginxServer.Certificate) async throws {
        try await NginxServer.serving(certificate, Self.protocolName) { base, authority in
            let pulled = try await pull(base + "/", trusting: authority)
            #expect(pulled.outcome == "failed:tls")
            // It was the certificate, and nothing else of the handshake.
            #expect(pulled.message.contains("certificate"), "\(pulled.message)")
            #expect(pulled.documents.isEmpty)
        }
    }
}
