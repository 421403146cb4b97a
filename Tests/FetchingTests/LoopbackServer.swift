import FlyingFox
import FlyingSocks
import Foundation
import Testing

/// A partner's system under our control, on this machine, for as long as a test takes.
enum LoopbackServer {
    /// `route` answers a request; `body` gets the server's address.
    static func serving(
        _ route: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse, _ body: (String) async throws -> Void
    ) async throws {
        let server = HTTPServer(address: try .inet(ip4: "127.0.0.1", port: 0), logger: .disabled)
        await server.appendRoute("*") { try await route($0) }
        let running = Task { try await server.run() }
        try await server.waitUntilListening(timeout: 60)
        guard case .ip4(_, let port) = await server.listeningAddress else {
            Issue.record("the server has no port")
            return
        }
        let result: Result<Void, any Error>
        do { result = .success(try await body("http://127.0.0.1:\(port)")) } catch { result = .failure(error) }
        running.cancel()
        await server.stop()
        _ = try? await running.value
        try result.get()
    }

    static func answer(_ body: [UInt8], _ status: Int = 200, _ headers: [String: String] = [:]) -> HTTPResponse {
        HTTPResponse(statusCode: HTTPStatusCode(status, phrase: "x"), headers: Self.headers(headers), body: Data(body))
    }

    /// An answer that sends some bytes and then breaks off or falls silent. `length` nil sends chunks.
    static func broken(_ bytes: [UInt8], length: Int?, then end: BrokenBody.End) -> HTTPResponse {
        let body = BrokenBody(bytes: bytes, end: end)
        return HTTPResponse(
            statusCode: .ok, body: length.map { HTTPBodySequence(from: body, count: $0) } ?? HTTPBodySequence(from: body))
    }

    private static func headers(_ headers: [String: String]) -> HTTPHeaders {
        HTTPHeaders(Dictionary(uniqueKeysWithValues: headers.map { (HTTPHeader($0.key), $0.value) }))
    }
}

/// The script of a body that does not end well.
struct BrokenBody: AsyncBufferedSequence {
    enum End: Sendable { case drop, hang }
    struct Dropped: Error {}
    typealias Element = UInt8

    let bytes: [UInt8]
    let end: End

    func makeAsyncIterator() -> Iterator { Iterator(rest: bytes[...], end: end) }

    struct Iterator: AsyncBufferedIteratorProtocol {
        var rest: ArraySlice<UInt8>
        let end: End

        mutating func next() async throws -> UInt8? { try await nextBuffer(suggested: 1)?.first }

        mutating func nextBuffer(suggested count: Int) async throws -> [UInt8]? {
            if rest.isEmpty {
                // Silent until the server stops.
                if end == .hang { try await Task.sleep(for: .seconds(3600)) }
                throw Dropped()
            }
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
    }
}
