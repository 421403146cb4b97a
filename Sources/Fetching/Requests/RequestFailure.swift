/// Why a request brought nothing, in the words of an outcome.
struct RequestFailure: Error, Sendable {
    /// Stable.
    let code: String
    let message: String
    /// Of an answer that was no page.
    var status: Int?
    /// Nothing was sent for it.
    var isUntried = false
    /// The code of what nobody was asked for.
    static let circuitOpen = "circuit_open"

    init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ problem: TransferError, at address: WebAddress) {
        self.init(problem.code.rawValue, "\(address.redacted): \(problem.message)")
    }
}

/// A request that failed once: why, and whether another try may mend it.
struct Refusal: Error, Sendable {
    var failure: RequestFailure
    var mayPass = false
    /// How long the partner asks us to wait.
    var retryAfter: Duration?

    init(_ failure: RequestFailure) { self.failure = failure }

    init(_ problem: TransferError, at address: WebAddress) {
        failure = RequestFailure(problem, at: address)
        mayPass = problem.mayPass
    }
}

extension TransferError {
    /// True for what another try may mend.
    var mayPass: Bool {
        switch code {
        case .resolve, .connect, .timeout, .stalled, .truncated, .connection, .proxy: true
        case .tls, .badEncoding, .tooLarge, .badURL, .cancelled, .unreadable, .deadline, .privateAddress, .proxyRefused, .cut:
            false
        }
    }
}
