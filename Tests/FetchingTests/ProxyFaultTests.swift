import Foundation
import Testing

@testable import Fetching

/// Proxies: what they are told, and what becomes of a source behind one that does not work.
struct ProxyFaultTests {
    private struct Played {
        var outcome = ""
        var message = ""
        var asked: [RawServer.Request] = []
    }

    private func pull(
        _ url: String, keys: String = "", through script: @escaping Fault.Script,
        environment: (String) -> [String: String] = { ["ALL_PROXY": $0.replacing("http://", with: "http://joe:hunter3@")] }
    ) async throws -> Played {
        let proxy = try RawServer(script)
        defer { proxy.stop() }
        let puller = Puller(
            certificateAuthorities: nil, patience: Patience(wait: { _ in }, now: { .zero }),
            proxies: Proxies(environment: environment(proxy.base)))
        let source = try FaultStage.source(
            "{id: a, url: '\(url)', format: json, allow_http: true, auth: {bearer: {env: TOKEN}}, limits: {retries: 0}\(keys)}")
        var played = Played()
        for await case .ended(let outcome) in puller.pull(source) {
            played.outcome = outcome.name + (outcome.reason.map { ":" + $0.code } ?? "")
            played.message = outcome.reason?.message ?? ""
        }
        await puller.shutDown()
        played.asked = proxy.requests
        #expect(!played.message.contains("hunter3"))
        return played
    }

    @Test func `plain http goes through the proxy, which is told who asks it`() async throws {
        let played = try await pull("http://desk.example/t?page=1", through: { _ in .answer("[]") })
        #expect(played.outcome == "complete")
        #expect(played.asked.map(\.target) == ["http://desk.example/t?page=1"])
        #expect(played.asked.first?.header("proxy-authorization") == "Basic " + Data("joe:hunter3".utf8).base64EncodedString())
    }

    @Test func `the proxy of an encrypted source is not told the source's secrets`() async throws {
        let played = try await pull(
            "https://desk.example/t", through: { _ in .raw("HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n") })
        #expect(played.outcome == "failed:proxy_refused", "\(played.message)")
        #expect(played.message.hasSuffix("the proxy answers with status 407"), "\(played.message)")
        #expect(played.asked.map(\.method) == ["CONNECT"])
        #expect(played.asked.map(\.target) == ["desk.example:443"])
        #expect(played.asked.allSatisfy { !$0.raw.contains("zebra") && $0.header("authorization") == nil })
    }

    @Test func `a proxy that lets us through to no TLS is a failed source`() async throws {
        let played = try await pull("https://desk.example/t", through: { _ in .raw("HTTP/1.1 200 OK\r\n\r\nnot TLS at all") })
        #expect(played.outcome == "failed:tls", "\(played.message)")
        #expect(played.asked.allSatisfy { !$0.raw.contains("zebra") })
    }

    @Test func `a proxy that is not there is said to be the proxy`() async throws {
        let played = try await pull(
            "http://desk.example/t", through: { _ in .answer("[]") },
            environment: { _ in ["http_proxy": "http://joe:hunter3@127.0.0.1:1"] })
        #expect(played.outcome == "failed:proxy", "\(played.message)")
        #expect(played.asked.isEmpty)
    }

    @Test func `a proxy that is nonsense is said to be the proxy`() async throws {
        let played = try await pull(
            "http://desk.example/t", through: { _ in .answer("[]") },
            environment: { _ in ["http_proxy": "http://joe:hunter3@@@:x/"] })
        #expect(played.outcome.hasPrefix("failed:"), "\(played.message)")
        #expect(played.asked.isEmpty)
    }

    @Test func `this machine is asked without a proxy`() async throws {
        let server = try RawServer { _ in .answer("[]") }
        defer { server.stop() }
        let played = try await pull(server.base + "/", through: { _ in .answer("", 502) })
        #expect(played.outcome == "complete")
        #expect(played.asked.isEmpty)
        #expect(server.requests.count == 1)
    }

    @Test func `behind a proxy an address that is written as numbers is refused all the same`() async throws {
        let played = try await pull(
            "http://desk.example/t", keys: ", origins: ['http://10.0.0.1']",
            through: { $0.target.contains("desk") ? .redirect("http://10.0.0.1/x") : .answer("[]") })
        #expect(played.outcome == "failed:private_address", "\(played.message)")
        #expect(played.asked.count == 1)
    }

    @Test func `a proxy's own error page is the partner's refusal, without secrets`() async throws {
        let played = try await pull(
            "http://desk.example/t", through: { .answer("cannot reach it: \($0.header("proxy-authorization") ?? "")", 502) })
        #expect(played.outcome == "failed:http_status")
        #expect(!played.message.contains(Data("joe:hunter3".utf8).base64EncodedString()))
    }
}
