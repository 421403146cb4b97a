import Language

/// Tokens of OAuth 2.0, by the client they were given to. Whoever asks while one is on its way waits for it: a token
/// endpoint is asked once, however many requests need the token.
actor TokenStore {
    struct Token: Sendable {
        let secret: Secret
        /// On the clock of the pulls; nil where the endpoint does not say.
        let expires: Duration?
    }

    typealias Fetch = @Sendable () async -> Result<Token, RequestFailure>

    private enum Entry {
        case fetching(Task<Result<Token, RequestFailure>, Never>)
        case known(Token)
    }

    private var entries: [OAuth2Client: Entry] = [:]

    /// A token that holds at `now`, fetched where none does.
    func token(_ client: OAuth2Client, now: Duration, _ fetch: @escaping Fetch) async throws(RequestFailure) -> Secret {
        switch entries[client] {
        case .known(let token) where token.expires.map({ now < $0 }) ?? true: return token.secret
        case .fetching(let task): return try await task.value.get().secret
        case .known, nil: break
        }
        let task = Task { await fetch() }
        entries[client] = .fetching(task)
        let result = await task.value
        // What failed is asked for anew by the next one.
        entries[client] = (try? result.get()).map { .known($0) }
        return try result.get().secret
    }

    /// The token was refused: the next one who asks gets another, unless that has come meanwhile.
    func forget(_ secret: Secret, of client: OAuth2Client) {
        if case .known(let token) = entries[client], token.secret == secret { entries[client] = nil }
    }
}
