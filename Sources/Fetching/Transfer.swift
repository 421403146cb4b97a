import CCurl
import Language

/// One request and its answer on the way in. The transfer loop's thread fills it, one task empties it.
///
/// At most `mostUnread` bytes lie unread, and what `readAhead` allows beyond: then the loop pauses this transfer, and goes on
/// once they are taken.
final class Transfer: Sendable {
    struct Request: Sendable {
        var url: String
        var headers: [String] = []
        /// Sent with POST, on a connection of its own; nil asks with GET.
        var form: String?
        /// The proxy's URL; none where it is empty, whatever the environment says.
        var proxy = ""
        /// Addresses of this machine and of the networks around it are refused, whatever the name says.
        var refusesPrivate = false
        /// Certificates to trust instead of the loop's, in PEM.
        var certificateAuthorities: String?
        var certificate: Credentials.ClientCertificate?
        let connectTimeout: Duration
        /// No byte for so long ends the transfer.
        let stallTimeout: Duration
        /// The whole transfer takes no longer.
        var timeout: Duration?
        /// Decoded bytes; the answer is refused beyond.
        let mostBytes: Int
        /// What may lie unread of several answers together, beyond what each of them may have.
        var readAhead: ReadAhead?
    }

    /// The status and headers of the answer.
    struct Head: Sendable {
        let status: Int
        /// Names in lower case, in the order received.
        let headers: [(name: String, value: String)]
        /// Where the answer came from, behind redirects.
        var address: WebAddress?

        func first(_ name: String) -> String? { headers.first { $0.name == name }?.value }
    }

    /// How it ended.
    enum End: Sendable {
        case finished
        case failed(TransferError)
    }

    private struct State {
        var head: Head?
        var status = 0
        var headers: [(name: String, value: String)] = []
        var headerBytes = 0
        /// Unread bytes: full pieces, and the one that is being filled.
        var pieces: [[UInt8]] = []
        var chunk: [UInt8] = []
        var unread = 0
        /// Of these, what `readAhead` allowed.
        var lent = 0
        /// A reader is woken for so much; the end wakes it for the rest.
        var worthwhile = 256 * 1024
        var received = 0
        var paused = false
        var end: End?
        var waiter: CheckedContinuation<Void, Never>?
        /// Unpacks what is read, where the head says that it is packed.
        var decoder: ContentDecoder?
        var decoded = 0
        /// Why a callback of ours refused to go on; libcurl only says that it was refused.
        var refusal: TransferError?

        /// The first unread bytes; none where there are none.
        mutating func takePiece() -> [UInt8] {
            var piece: [UInt8] = []
            if pieces.isEmpty { swap(&piece, &chunk) } else { piece = pieces.removeFirst() }
            unread -= piece.count
            return piece
        }
    }

    static let mostUnread = 1 << 20
    /// Bytes are handed over in pieces of about so many.
    static let piece = 1 << 20
    static let mostHeaderBytes = 256 * 1024

    let request: Request
    private let state = Guarded(State())

    init(_ request: Request) { self.request = request }

    deinit { request.readAhead?.give(back: state.withLock { $0.lent }) }

    // MARK: The loop's side

    /// Takes the bytes, or says that the reader must catch up first (then libcurl hands them over again).
    func receive(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        let (result, waiter) = state.withLock { state -> (Int, CheckedContinuation<Void, Never>?) in
            if state.received + bytes.count > request.mostBytes {
                state.refusal = tooLarge
                return (0, nil)
            }
            if state.unread > 0, state.unread - state.lent + bytes.count > Self.mostUnread {
                guard request.readAhead?.take(bytes.count) == true else {
                    state.paused = true
                    return (Int(CURL_WRITEFUNC_PAUSE), state.waiter.take())
                }
                state.lent += bytes.count
            }
            state.received += bytes.count
            state.unread += bytes.count
            if state.chunk.count + bytes.count > Self.piece, !state.chunk.isEmpty {
                state.pieces.append(state.chunk)
                state.chunk = []
            }
            if state.chunk.isEmpty { state.chunk.reserveCapacity(max(bytes.count, min(state.unread, Self.piece), 64 * 1024)) }
            state.chunk.append(contentsOf: bytes)
            guard state.unread >= state.worthwhile else { return (bytes.count, nil) }
            return (bytes.count, state.waiter.take())
        }
        waiter?.resume()
        return result
    }

    /// Takes one header line, its CRLF included.
    func receiveHeader(_ line: String) -> Bool {
        let (accepted, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
            state.headerBytes += line.utf8.count
            if state.headerBytes > Self.mostHeaderBytes {
                state.refusal = TransferError(.tooLarge, "the headers are larger than \(Self.mostHeaderBytes) bytes")
                return (false, nil)
            }
            // What follows the head are trailers.
            guard state.head == nil else { return (true, nil) }
            let text = line.trimmingWhitespace()
            if text.hasPrefix("HTTP/") {
                state.headers = []
                state.status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            } else if text.isEmpty {
                guard state.status >= 200 else { return (true, nil) }
                state.head = Head(status: state.status, headers: state.headers)
                return (true, state.waiter.take())
            } else if let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) {
                state.headers.append((text[..<colon].lowercased(), text[text.utf8.index(after: colon)...].trimmingWhitespace()))
            }
            return (true, nil)
        }
        waiter?.resume()
        return accepted
    }

    /// Why it will be refused, said by a callback of ours from within libcurl.
    func refuse(_ problem: TransferError) { state.withLock { $0.refusal = problem } }

    /// The transfer is over; `problem` is libcurl's, and our own refusal comes before it.
    func finish(_ problem: TransferError?) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.end == nil else { return nil }
            if let problem = state.refusal ?? problem { state.end = .failed(problem) } else { state.end = .finished }
            return state.waiter.take()
        }
        waiter?.resume()
    }

    // MARK: The reader's side

    /// Waits for the head of the answer. Throws where the transfer ends before there is one.
    func head() async throws(TransferError) -> Head {
        while true {
            let (head, end) = state.withLock { ($0.head, $0.end) }
            if let head { return head }
            switch end {
            case .failed(let problem): throw problem
            case .finished: throw TransferError(.connection, "the answer has no head")
            case nil: await wait { $0.head != nil }
            }
        }
    }

    /// The next bytes of the body, unpacked, nil at its end. Throws where the transfer broke; bytes before that are delivered
    /// first. `resume` is called where the loop paused this transfer and may go on.
    func next(resume: () -> Void) async throws(TransferError) -> [UInt8]? {
        guard let decoder = try await decoder() else { return try await nextReceived(resume: resume) }
        while true {
            if let bytes = try decoder.next() {
                let total = state.withLock { state -> Int in
                    state.decoded += bytes.count
                    return state.decoded
                }
                guard total <= request.mostBytes else { throw tooLarge }
                return bytes
            }
            guard let received = try await nextReceived(resume: resume) else {
                try decoder.finish()
                return nil
            }
            decoder.push(received)
        }
    }

    /// What the answer is unpacked with; nil where it is not packed.
    private func decoder() async throws(TransferError) -> ContentDecoder? {
        let encodings = try await head().headers.filter { $0.name == "content-encoding" }.flatMap { header in
            header.value.lowercased().split(separator: ",").map { $0.trimmingWhitespace() }
        }.filter { !$0.isEmpty && $0 != "identity" }
        guard let encoding = encodings.first else { return nil }
        if let decoder = state.withLock({ $0.decoder }) { return decoder }
        guard encodings.count == 1, let decoder = ContentDecoder(encoding: encoding) else {
            throw TransferError(.badEncoding, "the answer is compressed in a way that was not asked for")
        }
        state.withLock { $0.decoder = decoder }
        return decoder
    }

    private var tooLarge: TransferError { TransferError(.tooLarge, "the answer is larger than \(request.mostBytes) bytes") }

    /// The next bytes as they came.
    private func nextReceived(resume: () -> Void) async throws(TransferError) -> [UInt8]? {
        while true {
            let (chunk, wasPaused, end) = state.withLock { state -> ([UInt8], Bool, End?) in
                guard state.unread >= state.worthwhile || state.end != nil || state.paused else { return ([], false, nil) }
                let chunk = state.takePiece()
                let returned = max(0, state.lent - state.unread)
                request.readAhead?.give(back: returned)
                state.lent -= returned
                let wasPaused = state.paused
                state.paused = false
                return (chunk, wasPaused, state.end)
            }
            if wasPaused { resume() }
            if !chunk.isEmpty { return chunk }
            switch end {
            case .finished: return nil
            case .failed(let problem): throw problem
            case nil: await wait { $0.unread >= $0.worthwhile || $0.paused }
            }
        }
    }

    /// From here on the reader is given the bytes as they come, however few.
    func hurry() { state.withLock { $0.worthwhile = 1 } }

    /// How many bytes wait for the reader, as soon as no more come because of it, or at all.
    func waitingWhenHeldBack() async -> Int {
        while true {
            let (count, isStill) = state.withLock { ($0.unread, $0.paused || $0.end != nil) }
            if isStill { return count }
            await wait { $0.paused }
        }
    }

    /// Suspends until something happens, unless `ready` or the end already holds.
    private func wait(_ ready: @Sendable (borrowing State) -> Bool) async {
        await withCheckedContinuation { continuation in
            let now = state.withLock { state -> Bool in
                if state.end != nil || ready(state) { return true }
                state.waiter = continuation
                return false
            }
            if now { continuation.resume() }
        }
    }
}

/// Why a transfer broke. `code` is the stable reason code of an outcome.
struct TransferError: Error, Hashable, Sendable {
    enum Code: String, Sendable {
        case resolve, connect, tls, timeout, stalled, truncated, connection, cancelled, unreadable, deadline, proxy
        /// A kept page ends where its pull was stopped.
        case cut
        case privateAddress = "private_address"
        case proxyRefused = "proxy_refused"
        case badEncoding = "bad_encoding"
        case tooLarge = "too_large"
        case badURL = "bad_url"
    }

    let code: Code
    let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension StringProtocol {
    /// Without spaces, tabs and line ends at either side.
    func trimmingWhitespace() -> String {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
        var bytes = Array(utf8)[...]
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        return String(decoding: bytes.drop(while: isSpace), as: UTF8.self)
    }
}
