import Language

extension Requester {
    /// What is sent to an address, and the token of OAuth 2.0 that goes with it.
    func request(for hop: WebAddress) async throws(Refusal) -> (Transfer.Request, token: Secret?) {
        var request = bareRequest(hop, mostBytes: source.format == .json ? limits.maxPage : limits.maxBytes)
        if source.format == .json { request.readAhead = puller.readAhead }
        if source.auth != nil, source.credentials == nil {
            throw Refusal(RequestFailure("no_credentials", "the secrets of the source were not fetched"))
        }
        guard hop.origin == source.ownOrigin else {
            request.url = try withoutSecrets(hop).text
            return (request, nil)
        }
        guard let credentials = source.credentials else { return (request, nil) }
        request.headers = credentials.headers.map { "\($0.name): \($0.value.revealed)" }
        request.certificate = credentials.certificate
        if let query = credentials.query {
            guard let address = hop.setting([QueryValue(name: query.name, value: query.value.revealed)]) else {
                throw Refusal(RequestFailure("bad_url", "\(hop.redacted): the URL cannot be used"))
            }
            request.url = address.text
        }
        guard let client = credentials.oauth2 else { return (request, nil) }
        let token: Secret
        do throws(RequestFailure) {
            token = try await puller.tokens.token(client, now: patience.now()) { await self.fetchToken(client) }
        } catch {
            throw Refusal(error)
        }
        redactor.learn([token])
        request.headers.append("Authorization: Bearer \(token.revealed)")
        return (request, token)
    }

    /// A request without credentials, within what is left of the source's time.
    func bareRequest(_ address: WebAddress, mostBytes: Int) -> Transfer.Request {
        let proxy = puller.proxies.proxy(for: address)
        var request = Transfer.Request(
            url: address.text, connectTimeout: limits.connectTimeout, stallTimeout: limits.stallTimeout, mostBytes: mostBytes)
        request.proxy = proxy ?? ""
        // Behind a proxy the address that is connected to is the proxy's.
        request.refusesPrivate = proxy == nil && source.isElsewhere(address)
        request.certificateAuthorities = source.authorities?.path
        request.timeout = remaining
        return request
    }

    /// A link without the key in its query that a page has echoed: it is added anew for whoever may know it. A replay, which
    /// has no secrets, does the same.
    func withoutEchoes(_ link: WebAddress) -> WebAddress {
        guard case .query(let own, _)? = source.auth?.scheme else { return link }
        return link.removing { name, _ in name == own }
    }

    /// An address for somebody else, without what the source keeps to itself: secrets, eight bytes in a row of one, and what
    /// stands under the name of a secret in its own URL. The host is one that the config lists.
    private func withoutSecrets(_ hop: WebAddress) throws(Refusal) -> WebAddress {
        let own = Set(source.secretsInURL)
        let bare = withoutEchoes(hop).removing { name, value in
            own.contains(QueryValue(name: name, value: value)) || redactor.finds(in: value) || redactor.finds(in: name)
        }
        guard !redactor.finds(in: String(bare.target)) else {
            throw Refusal(RequestFailure("credential_leak", "a link to \(hop.origin) holds a secret of the source"))
        }
        return bare
    }

    /// Waits until the origin may be asked again; throws where it may not be at all.
    func waitForTurn(_ hop: WebAddress) async throws(Refusal) {
        if source.isElsewhere(hop), PrivateAddress.contains(text: hop.host) {
            throw Refusal(PrivateAddress.refusal, at: hop)
        }
        if puller.origins.isShut(hop.origin, now: patience.now()) {
            var failure = RequestFailure(
                RequestFailure.circuitOpen, "\(hop.redacted): nobody there has given an answer for a while, so nobody was asked")
            failure.isUntried = true
            throw Refusal(failure)
        }
        let delay = limits.rate.map { puller.origins.turn(hop.origin, every: $0.interval, now: patience.now()) } ?? .zero
        guard delay < remaining else {
            throw Refusal(
                RequestFailure("deadline", "\(hop.redacted): the source took longer than \(limits.deadline.components.seconds) s")
            )
        }
        if delay > .zero { await patience.wait(delay) }
        guard !Task.isCancelled else { throw Refusal(TransferError(.cancelled, "the transfer was cancelled"), at: hop) }
    }
}

extension Source {
    /// The origin that credentials belong to; nil for a file.
    var ownOrigin: String? { ownAddress?.origin }

    private var ownAddress: WebAddress? { if case .web(let own) = home ?? location { own } else { nil } }

    /// True where a link or a redirect of this source may lead.
    func mayAsk(_ address: WebAddress) -> Bool { address.origin == ownOrigin || origins.contains(address.origin) }

    /// True where an address leaves the host that the config names.
    func isElsewhere(_ address: WebAddress) -> Bool { address.host != ownAddress?.host }
}
