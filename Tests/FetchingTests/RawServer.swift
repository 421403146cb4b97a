import Foundation
import Language
import Testing

/// A system on this machine that sends exactly the bytes that a test wants, and keeps every byte that it was sent.
///
/// A thread accepts, and each connection has one of its own: what a test scripts may hang for as long as it likes.
final class RawServer: Sendable {
    struct Request: Sendable {
        /// All of it, as it came.
        let raw: String
        let method: String
        /// Path and query.
        let target: String
        let body: String
        /// How often this path was asked for, this time included.
        let nth: Int
        /// Of the connection that it came on, from 1.
        let connection: Int

        var path: String { String(target.prefix { $0 != "?" }) }

        func header(_ name: String) -> String? {
            raw.split(separator: "\r\n", omittingEmptySubsequences: false).dropFirst().prefix { !$0.isEmpty }
                .first { $0.lowercased().hasPrefix(name + ":") }
                .map { $0.dropFirst(name.utf8.count + 1).trimmingCharacters(in: .whitespaces) }
        }
    }

    /// What a server does next; at the end of all steps it waits for the next request.
    enum Step: Sendable {
        case send([UInt8])
        /// A byte at a time, with so many milliseconds between two.
        case drip([UInt8], UInt32)
        /// Silence, until the other side gives up.
        case hang
        case close
        /// Closes at once and without a goodbye.
        case reset
    }

    private struct State {
        var requests: [Request] = []
        var connections: [Int32] = []
        var opened = 0
        var isStopped = false
    }

    struct Failure: Error { let what: String }

    let port: UInt16
    private let ipv6: Bool
    private let listener: Int32
    private let state = Guarded(State())
    private let script: @Sendable (Request) -> [Step]

    /// At 127.0.0.1, or at ::1.
    init(ipv6: Bool = false, _ script: @escaping @Sendable (Request) -> [Step]) throws {
        self.script = script
        self.ipv6 = ipv6
        let listener = socket(ipv6 ? AF_INET6 : AF_INET, Self.stream, 0)
        var four = sockaddr_in()
        four.sin_family = sa_family_t(AF_INET)
        four.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var six = sockaddr_in6()
        six.sin6_family = sa_family_t(AF_INET6)
        six.sin6_addr = in6addr_loopback
        func isListening<Address>(_ address: inout Address) -> Bool {
            var size = socklen_t(MemoryLayout<Address>.size)
            return withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    bind(listener, address, size) == 0 && listen(listener, 64) == 0 && getsockname(listener, address, &size) == 0
                }
            }
        }
        let isBound = ipv6 ? isListening(&six) : isListening(&four)
        guard isBound else { throw Failure(what: "no port to listen at") }
        self.listener = listener
        port = UInt16(bigEndian: ipv6 ? six.sin6_port : four.sin_port)
        Thread { [self] in accept() }.start()
    }

    #if canImport(Glibc)
        private static let stream = Int32(SOCK_STREAM.rawValue)
    #else
        private static let stream = SOCK_STREAM
    #endif

    var base: String { "http://" + (ipv6 ? "[::1]" : "127.0.0.1") + ":\(port)" }
    var requests: [Request] { state.withLock { $0.requests } }
    /// How many connections were opened.
    var connections: Int { state.withLock { $0.opened } }

    /// Ends every connection; nothing is accepted any more.
    func stop() {
        let open = state.withLock { state in
            state.isStopped = true
            return state.connections
        }
        for connection in open { shutdown(connection, Int32(SHUT_RDWR)) }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func accept() {
        while true {
            let connection = Foundation.accept(listener, nil, nil)
            guard connection >= 0 else { break }
            let number = state.withLock { state -> Int? in
                guard !state.isStopped else { return nil }
                state.connections.append(connection)
                state.opened += 1
                return state.opened
            }
            guard let number else {
                close(connection)
                break
            }
            Thread { [self] in
                serve(connection, number)
                state.withLock { state in state.connections.removeAll { $0 == connection } }
                close(connection)
            }.start()
        }
        close(listener)
    }

    private func serve(_ connection: Int32, _ number: Int) {
        var unread: [UInt8] = []
        while let request = read(connection, number, &unread) {
            for step in script(request) {
                switch step {
                case .send(let bytes): guard write(connection, bytes) else { return }
                case .drip(let bytes, let milliseconds):
                    for byte in bytes {
                        usleep(milliseconds * 1000)
                        guard write(connection, [byte]) else { return }
                    }
                case .hang:
                    var byte: UInt8 = 0
                    while recv(connection, &byte, 1, 0) > 0 {}
                    return
                case .close: return
                case .reset:
                    var linger = linger(l_onoff: 1, l_linger: 0)
                    setsockopt(connection, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Foundation.linger>.size))
                    return
                }
            }
        }
    }

    private func write(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    private func read(_ connection: Int32, _ number: Int, _ unread: inout [UInt8]) -> Request? {
        let blank = Array("\r\n\r\n".utf8)
        func more() -> Bool {
            var buffer = [UInt8](repeating: 0, count: 65536)
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return false }
            unread += buffer[..<count]
            return true
        }
        var end = unread.firstRange(of: blank)
        while end == nil {
            guard more() else { return nil }
            end = unread.firstRange(of: blank)
        }
        guard let end else { return nil }
        let head = String(decoding: unread[..<end.upperBound], as: UTF8.self)
        let length = head.lowercased().firstRange(of: "content-length:").flatMap { range in
            Int(head.lowercased()[range.upperBound...].prefix { $0 != "\r\n" }.trimmingCharacters(in: .whitespaces))
        }
        while unread.count < end.upperBound + (length ?? 0) { guard more() else { return nil } }
        let body = unread[end.upperBound..<(end.upperBound + (length ?? 0))]
        unread.removeFirst(end.upperBound + body.count)
        let words = head.prefix { $0 != "\r\n" }.split(separator: " ")
        let target = words.count > 1 ? String(words[1]) : ""
        let path = target.prefix { $0 != "?" }
        return state.withLock { state in
            let request = Request(
                raw: head + String(decoding: body, as: UTF8.self), method: words.first.map(String.init) ?? "", target: target,
                body: String(decoding: body, as: UTF8.self), nth: state.requests.filter { $0.path == path }.count + 1,
                connection: number)
            state.requests.append(request)
            return request
        }
    }
}

extension [RawServer.Step] {
    /// A whole answer.
    static func answer(_ body: String, _ status: Int = 200, _ headers: [String] = []) -> [RawServer.Step] {
        answer([UInt8](body.utf8), status, headers)
    }

    static func answer(_ body: [UInt8], _ status: Int = 200, _ headers: [String] = []) -> [RawServer.Step] {
        let lines = ["HTTP/1.1 \(status) X", "Content-Length: \(body.count)"] + headers
        return [.send([UInt8]((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)]
    }

    /// These bytes and nothing else; then the connection ends.
    static func raw(_ text: String) -> [RawServer.Step] { [.send([UInt8](text.utf8)), .close] }

    static func redirect(_ place: String, _ status: Int = 302) -> [RawServer.Step] {
        answer("moved", status, ["Location: " + place])
    }
}
