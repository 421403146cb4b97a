import CCurl
import Foundation
import Language

/// All transfers of the program, on one thread of their own: libcurl's multi interface keeps connections alive, shares
/// them between transfers and speaks HTTP/2 where the other side does. Tasks post commands into an inbox and wake the thread.
///
/// Unchecked parts: the multi handle and what `LoopThread` keeps are touched by the loop's thread alone, but for
/// `curl_multi_wakeup`, which libcurl allows from any thread.
final class TransferLoop: Sendable {
    enum Command: Sendable {
        case start(Transfer)
        case resume(Transfer)
        case cancel(Transfer)
        case stop
    }

    struct Settings: Sendable {
        /// Connections to one host at a time, over all sources.
        /// Generous, since libcurl's connect timeout runs while a transfer waits for one of them.
        var connectionsPerHost = 64
        /// Certificates to trust instead of the system's, in PEM.
        var certificateAuthorities: String?
    }

    private struct Inbox {
        var commands: [Command] = []
        /// The thread has gone, or is about to: the multi handle must not be touched any more.
        var isClosed = false
    }

    private let inbox = Guarded(Inbox())
    private nonisolated(unsafe) let multi: UnsafeMutableRawPointer
    private let ended: DispatchSemaphore

    /// Nil only where libcurl cannot be started for want of memory.
    init?(_ settings: Settings = Settings()) {
        curl_global_init(Int(CURL_GLOBAL_DEFAULT))
        guard let multi = curl_multi_init() else { return nil }
        self.multi = multi
        touchline_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, settings.connectionsPerHost)
        touchline_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        ended = DispatchSemaphore(value: 0)
        let thread = Thread { [self] in
            run(settings)
            ended.signal()
        }
        thread.name = "touchline transfers"
        thread.start()
    }

    func start(_ transfer: Transfer) { post(.start(transfer)) }
    func resume(_ transfer: Transfer) { post(.resume(transfer)) }
    func cancel(_ transfer: Transfer) { post(.cancel(transfer)) }
    /// As `shutDown()`, without waiting for it.
    func stop() { post(.stop) }

    /// Ends every transfer and the thread; returns when it has gone.
    func shutDown() async {
        post(.stop)
        await withCheckedContinuation { continuation in
            // Waiting blocks a thread: one of Dispatch's, not one of the tasks'.
            DispatchQueue.global().async { [ended] in
                ended.wait()
                ended.signal()
                continuation.resume()
            }
        }
    }

    private func post(_ command: Command) {
        let isClosed = inbox.withLock { inbox in
            if inbox.isClosed { return true }
            inbox.commands.append(command)
            // Within the lock, so that the handle is not freed meanwhile.
            if inbox.commands.count == 1 { curl_multi_wakeup(multi) }
            return false
        }
        if isClosed, case .start(let transfer) = command { transfer.finish(Self.stopping) }
    }

    fileprivate static let stopping = TransferError(.cancelled, "touchline is stopping")

    // MARK: The thread

    private func run(_ settings: Settings) {
        var handles = LoopHandles(multi: multi, settings: settings)
        var stopped = false
        while !stopped {
            let commands = inbox.withLock { inbox in
                let taken = inbox.commands
                inbox.commands = []
                return taken
            }
            for command in commands {
                switch command {
                case .start(let transfer): handles.start(transfer)
                case .resume(let transfer): handles.resume(transfer)
                case .cancel(let transfer): handles.end(transfer, TransferError(.cancelled, "the transfer was cancelled"))
                case .stop: stopped = true
                }
            }
            if stopped { break }
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            handles.collectFinished()
            curl_multi_poll(multi, nil, 0, 1000, nil)
        }
        let late = inbox.withLock { inbox in
            inbox.isClosed = true
            return inbox.commands
        }
        for case .start(let transfer) in late { transfer.finish(Self.stopping) }
        handles.endAll()
        curl_multi_cleanup(multi)
    }
}

/// The easy handles of the loop's thread: those at work by their transfer, and those resting.
private struct LoopHandles {
    let multi: UnsafeMutableRawPointer
    let settings: TransferLoop.Settings
    private var atWork: [UnsafeMutableRawPointer: Work] = [:]
    private var resting: [UnsafeMutableRawPointer] = []

    private struct Work {
        let transfer: Transfer
        let headers: UnsafeMutablePointer<curl_slist>?
        let started = ContinuousClock.now
    }

    init(multi: UnsafeMutableRawPointer, settings: TransferLoop.Settings) {
        self.multi = multi
        self.settings = settings
    }

    mutating func start(_ transfer: Transfer) {
        guard let handle = resting.popLast() ?? curl_easy_init() else {
            transfer.finish(TransferError(.connection, "no memory for a transfer"))
            return
        }
        curl_easy_reset(handle)
        var headers: UnsafeMutablePointer<curl_slist>?
        // Unpacked by the transfer's reader: libcurl does not tell a stream that was cut from a whole one.
        for header in transfer.request.headers + ["Accept-Encoding: " + ContentDecoder.accepted] {
            headers = curl_slist_append(headers, header)
        }
        configure(handle, transfer.request, headers)
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        touchline_set_pointer(handle, CURLOPT_WRITEDATA, context)
        touchline_set_pointer(handle, CURLOPT_HEADERDATA, context)
        touchline_set_receiver(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            let length = size * count
            return bytes.withMemoryRebound(to: UInt8.self, capacity: length) {
                transfer.receive(UnsafeBufferPointer(start: $0, count: length))
            }
        }
        touchline_set_receiver(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
            return transfer.receiveHeader(String(decoding: line, as: UTF8.self)) ? size * count : 0
        }
        if transfer.request.refusesPrivate { PrivateAddress.guardConnections(of: handle, context) }
        // The dictionary keeps the transfer alive as long as libcurl knows its address.
        atWork[handle] = Work(transfer: transfer, headers: headers)
        curl_multi_add_handle(multi, handle)
    }

    private func configure(
        _ handle: UnsafeMutableRawPointer, _ request: Transfer.Request, _ headers: UnsafeMutablePointer<curl_slist>?
    ) {
        touchline_set_text(handle, CURLOPT_URL, request.url)
        touchline_set_list(handle, headers)
        touchline_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        touchline_set_text(handle, CURLOPT_USERAGENT, "touchline")
        touchline_set_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        touchline_set_long(handle, CURLOPT_PIPEWAIT, 1)
        touchline_set_long(handle, CURLOPT_NOSIGNAL, 1)
        // Else whoever gives up a name that nobody answers for waits for it after all, and every other transfer with it.
        touchline_set_long(handle, CURLOPT_QUICK_EXIT, 1)
        touchline_set_long(handle, CURLOPT_FOLLOWLOCATION, 0)
        // A proxy's answer to CONNECT is not the partner's.
        touchline_set_long(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        // Both are set even where empty, since libcurl would look into the environment else.
        touchline_set_text(handle, CURLOPT_PROXY, request.proxy)
        touchline_set_text(handle, CURLOPT_NOPROXY, "")
        // What is said to the partner is not for the proxy.
        touchline_set_long(handle, CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE))
        touchline_set_long(handle, CURLOPT_NETRC, 0)
        touchline_set_long(handle, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        touchline_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, request.connectTimeout.milliseconds)
        touchline_set_long(handle, CURLOPT_LOW_SPEED_LIMIT, 1)
        touchline_set_long(handle, CURLOPT_LOW_SPEED_TIME, max(1, Int(request.stallTimeout.components.seconds)))
        touchline_set_long(handle, CURLOPT_BUFFERSIZE, 256 * 1024)
        if let timeout = request.timeout { touchline_set_long(handle, CURLOPT_TIMEOUT_MS, max(1, timeout.milliseconds)) }
        if let file = request.certificateAuthorities ?? settings.certificateAuthorities {
            touchline_set_text(handle, CURLOPT_CAINFO, file)
        }
        if let pair = request.certificate {
            touchline_set_blob(handle, CURLOPT_SSLCERT_BLOB, pair.certificate, pair.certificate.utf8.count)
            touchline_set_blob(handle, CURLOPT_SSLKEY_BLOB, pair.key.revealed, pair.key.revealed.utf8.count)
        }
        if let form = request.form {
            touchline_set_post(handle, form, form.utf8.count)
            // Nothing else shares a connection with a client's credentials; and an endpoint that does not read the form would
            // take it for the beginning of the next request.
            touchline_set_long(handle, CURLOPT_FRESH_CONNECT, 1)
            touchline_set_long(handle, CURLOPT_FORBID_REUSE, 1)
        }
    }

    func resume(_ transfer: Transfer) {
        guard let handle = handle(of: transfer) else { return }
        curl_easy_pause(handle, CURLPAUSE_CONT)
    }

    mutating func end(_ transfer: Transfer, _ problem: TransferError?) {
        guard let handle = handle(of: transfer) else {
            transfer.finish(problem)
            return
        }
        release(handle)
        transfer.finish(problem)
    }

    mutating func collectFinished() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
            let code = touchline_message_result(message)
            guard let work = atWork[handle] else { continue }
            let transfer = work.transfer
            let problem =
                code == CURLE_OK
                ? nil
                : refusal(of: handle)
                    ?? TransferError(
                        code, connected: wasConnected(handle), after: .now - work.started, transfer.request)
            release(handle)
            transfer.finish(problem)
        }
    }

    mutating func endAll() {
        for (_, work) in atWork { work.transfer.finish(TransferLoop.stopping) }
        for handle in Array(atWork.keys) { release(handle) }
        for handle in resting { curl_easy_cleanup(handle) }
        resting = []
    }

    private mutating func release(_ handle: UnsafeMutableRawPointer) {
        curl_multi_remove_handle(multi, handle)
        if let work = atWork.removeValue(forKey: handle) { curl_slist_free_all(work.headers) }
        resting.append(handle)
    }

    private func handle(of transfer: Transfer) -> UnsafeMutableRawPointer? {
        atWork.first { $0.value.transfer === transfer }?.key
    }

    /// What a proxy said instead of letting us through to an encrypted source; nil where it said nothing of the kind.
    private func refusal(of handle: UnsafeMutableRawPointer) -> TransferError? {
        var status = 0
        touchline_get_long(handle, CURLINFO_HTTP_CONNECTCODE, &status)
        return (400..<500).contains(status) ? TransferError(.proxyRefused, "the proxy answers with status \(status)") : nil
    }

    private func wasConnected(_ handle: UnsafeMutableRawPointer) -> Bool {
        var microseconds: curl_off_t = 0
        touchline_get_offset(handle, CURLINFO_PRETRANSFER_TIME_T, &microseconds)
        return microseconds > 0
    }
}

extension TransferError {
    /// libcurl's code in our words. Its own error text may quote the URL, so it is not used.
    fileprivate init(_ code: CURLcode, connected: Bool, after elapsed: Duration, _ request: Transfer.Request) {
        let said = curl_easy_strerror(code).map { String(cString: $0) }?.lowercased() ?? "libcurl error \(code.rawValue)"
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: self.init(.resolve, "the host name has no address")
        case CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY: self.init(.proxy, "the proxy cannot be used")
        case CURLE_COULDNT_CONNECT where !request.proxy.isEmpty, CURLE_RECV_ERROR where !connected && !request.proxy.isEmpty:
            self.init(.proxy, "the proxy does not answer, or does not let us through")
        // libcurl's clock is not ours to the millisecond.
        case CURLE_OPERATION_TIMEDOUT where request.timeout.map { elapsed + .milliseconds(50) >= $0 } ?? false:
            self.init(.deadline, "the source took longer than it may")
        case CURLE_COULDNT_CONNECT: self.init(.connect, "nobody answers there")
        case CURLE_OPERATION_TIMEDOUT where connected:
            self.init(.stalled, "nothing came for \(request.stallTimeout.components.seconds) s")
        case CURLE_OPERATION_TIMEDOUT:
            self.init(.timeout, "no connection within \(request.connectTimeout.milliseconds) ms")
        case CURLE_PARTIAL_FILE: self.init(.truncated, "the answer ends before its announced length")
        case CURLE_RECV_ERROR where connected, CURLE_HTTP2_STREAM where connected:
            self.init(.truncated, "the connection broke before the end of the answer")
        case CURLE_OUT_OF_MEMORY, CURLE_FILESIZE_EXCEEDED:
            // libcurl's word for a header beyond bounds of its own.
            self.init(.tooLarge, "a header is larger than allowed")
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR:
            self.init(.tls, said)
        case CURLE_UNSUPPORTED_PROTOCOL where connected, CURLE_WEIRD_SERVER_REPLY: self.init(.connection, "the answer is no HTTP")
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: self.init(.badURL, said)
        default: self.init(.connection, said)
        }
    }
}

extension Duration {
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}
