import Foundation
import Testing

@testable import Fetching

/// Connections: which are kept, which are given up, and over which kind of address.
struct ConnectionTests {
    private func pull(_ server: RawServer, _ keys: String = "", path: String = "/start") async throws -> [String] {
        let puller = Puller(certificateAuthorities: nil, patience: Patience(wait: { _ in }, now: { .zero }, random: { 0 }))
        var outcomes: [String] = []
        let source = try FaultStage.source(
            "{id: a, url: '\(server.base)\(path)', format: json" + (keys.isEmpty ? "" : ", ") + keys + "}")
        for await case .ended(let outcome) in puller.pull(source) {
            outcomes.append(outcome.name + (outcome.reason.map { ":" + $0.code } ?? ""))
        }
        await puller.shutDown()
        return outcomes
    }

    @Test func `pages, redirects and refusals share a connection`() async throws {
        let server = try RawServer { request in
            switch (request.path, request.nth) {
            case ("/start", _): .answer(#"{"next": "/two"}"#)
            case ("/two", 1): .answer("busy", 503)
            case ("/two", _): .redirect("/three")
            default: .answer(#"{"next": null}"#)
            }
        }
        defer { server.stop() }
        #expect(try await pull(server, "page: {next_url: 'body.next'}") == ["complete"])
        #expect(server.requests.map(\.path) == ["/start", "/two", "/two", "/three"])
        #expect(server.connections == 1)
    }

    @Test func `after a broken answer another connection is opened`() async throws {
        let server = try RawServer { request in
            request.nth == 1
                ? [.send(Array("HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\n[".utf8)), .close] : .answer("[]")
        }
        defer { server.stop() }
        #expect(try await pull(server) == ["complete"])
        #expect(server.connections == 2)
    }

    @Test func `a long refusal is not read to its end`() async throws {
        let server = try RawServer { _ in
            [
                .send(
                    Array("HTTP/1.1 404 X\r\nContent-Length: 1000000000\r\n\r\n".utf8) + [UInt8](repeating: 0x78, count: 100_000)),
                .hang,
            ]
        }
        defer { server.stop() }
        #expect(try await pull(server) == ["failed:http_status"])
    }

    @Test func `a source may be at an IPv6 address`() async throws {
        let server = try RawServer(ipv6: true) { request in
            .answer(
                request.path == "/start"
                    ? "{\"next\": \"http://[0:0::1]:\(request.header("host")?.split(separator: ":").last ?? "")/two\"}"
                    : "{\"next\": null}")
        }
        defer { server.stop() }
        #expect(try await pull(server, "page: {next_url: 'body.next'}, auth: {bearer: {env: TOKEN}}") == ["complete"])
        #expect(server.requests.map { $0.header("authorization") } == Array(repeating: "Bearer " + FaultStage.token, count: 2))
    }

    @Test func `nobody at an IPv6 address is said`() async throws {
        let puller = Puller(certificateAuthorities: nil, patience: Patience(wait: { _ in }, now: { .zero }))
        var codes: [String?] = []
        let source = try FaultStage.source("{id: a, url: 'http://[::1]:1/', format: json, limits: {retries: 1}}")
        for await case .ended(let outcome) in puller.pull(source) { codes.append(outcome.reason?.code) }
        await puller.shutDown()
        #expect(codes == ["connect"])
    }

    @Test func `a name that is nobody's is said`() async throws {
        let puller = Puller(certificateAuthorities: nil, patience: Patience(wait: { _ in }, now: { .zero }))
        var codes: [String?] = []
        let source = try FaultStage.source(
            "{id: a, url: 'https://desk.invalid/', format: json, limits: {retries: 1, connect_timeout: 60s}}")
        for await case .ended(let outcome) in puller.pull(source) { codes.append(outcome.reason?.code) }
        await puller.shutDown()
        #expect(codes == ["resolve"])
    }

    @Test func `a host that does not take the connection is given up in time`() async throws {
        // A listener whose queue is full takes nobody more.
        let puller = Puller(certificateAuthorities: nil, patience: Patience(wait: { _ in }, now: { .zero }))
        let server = try FullListener()
        var codes: [String?] = []
        let source = try FaultStage.source(
            "{id: a, url: 'http://127.0.0.1:\(server.port)/', format: json, limits: {retries: 0, connect_timeout: 1s}}")
        for await case .ended(let outcome) in puller.pull(source) { codes.append(outcome.reason?.code) }
        await puller.shutDown()
        withExtendedLifetime(server) {}
        #expect(codes == ["timeout"])
    }

    /// Listens, never accepts, and has a queue that is full.
    private final class FullListener {
        let port: UInt16
        private var sockets: [Int32] = []

        init() throws {
            #if canImport(Glibc)
                let stream = Int32(SOCK_STREAM.rawValue)
            #else
                let stream = SOCK_STREAM
            #endif
            let listener = socket(AF_INET, stream, 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            var callers: [Int32] = []
            let isBound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    guard bind(listener, address, size) == 0, listen(listener, 0) == 0, getsockname(listener, address, &size) == 0
                    else {
                        return false
                    }
                    for _ in 0..<8 {
                        let caller = socket(AF_INET, stream, 0)
                        _ = fcntl(caller, F_SETFL, O_NONBLOCK)
                        _ = connect(caller, address, size)
                        callers.append(caller)
                    }
                    return true
                }
            }
            guard isBound else { throw RawServer.Failure(what: "no port to listen at") }
            port = UInt16(bigEndian: address.sin_port)
            sockets = [listener] + callers
        }

        deinit { for socket in sockets { close(socket) } }
    }
}
