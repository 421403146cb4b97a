import Foundation
import Language

extension Requester {
    /// Asks the token endpoint (RFC 6749, 4.4.2). It gets the client's credentials and nothing else of the source's, and
    /// nobody gets them from it: its redirects are not followed.
    func fetchToken(_ client: OAuth2Client) async -> Result<TokenStore.Token, RequestFailure> {
        do throws(RequestFailure) {
            let (token, _) = try await retrying { () async throws(Refusal) -> TokenStore.Token in
                do throws(Refusal) {
                    return try await askForToken(client, .form)
                } catch {
                    // The RFC would rather have it in a header, and some partners insist.
                    guard error.failure.code == Self.clientRefused else { throw error }
                    return try await askForToken(client, .header)
                }
            }
            return .success(token)
        } catch {
            return .failure(error)
        }
    }

    private static let clientRefused = "token_client_refused"

    /// Where a client says who it is. Most partners' documents have it in the form.
    private enum ClientPlace { case form, header }

    private func askForToken(_ client: OAuth2Client, _ place: ClientPlace) async throws(Refusal) -> TokenStore.Token {
        try await waitForTurn(client.tokenURL)
        let asked = patience.now()
        let request = tokenRequest(client, place)
        let exchange = Exchange()
        let (body, head) = try await send(request, to: client.tokenURL, exchange)
        let bytes = await beginning(of: body, most: Self.mostTokenBytes)
        body.cancel()
        if head.status == 200, let answer = TokenAnswer(bytes) {
            // Renewed a little early, so that it does not run out on the way.
            return TokenStore.Token(secret: answer.token, expires: answer.lifetime.map { asked + $0 * 0.9 })
        }
        let error = TokenAnswer.error(bytes)
        let isClientRefused = head.status == 401 || (head.status == 400 && error == "invalid_client")
        let why = head.status == 200 ? "no token that can be used" : "status \(head.status)" + (error.map { ", " + $0 } ?? "")
        var refusal = Refusal(
            RequestFailure(isClientRefused ? Self.clientRefused : "token_refused", "\(client.tokenURL.redacted): \(why)"))
        refusal.allowRetry(head, now: patience.date())
        throw refusal
    }

    private static let mostTokenBytes = 1 << 20

    private func tokenRequest(_ client: OAuth2Client, _ place: ClientPlace) -> Transfer.Request {
        var request = bareRequest(client.tokenURL, mostBytes: Self.mostTokenBytes)
        // The config names this endpoint itself, so it may be anywhere.
        request.refusesPrivate = false
        request.headers = ["Accept: application/json"]
        var form = [("grant_type", "client_credentials")]
        if let scope = client.scope { form.append(("scope", scope)) }
        switch place {
        case .form: form += [("client_id", client.id), ("client_secret", client.secret.revealed)]
        case .header:
            let pair = percentEncoded(client.id) + ":" + percentEncoded(client.secret.revealed)
            request.headers.append("Authorization: Basic " + Data(pair.utf8).base64EncodedString())
        }
        request.form = form.map { $0.0 + "=" + percentEncoded($0.1) }.joined(separator: "&")
        return request
    }
}

/// What a token endpoint gives: RFC 6749, 5.1.
struct TokenAnswer {
    let token: Secret
    /// Nil where the endpoint does not say.
    let lifetime: Duration?

    /// Nil where there is no token of the kind `Bearer`, or one that no header can hold.
    init?(_ bytes: [UInt8]) {
        guard let document = try? JSONDocument(parsing: bytes),
            case .string(let token)? = document.root.value(forKey: "access_token"),
            !token.isEmpty, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        if case .string(let type)? = document.root.value(forKey: "token_type"), type.lowercased() != "bearer" { return nil }
        self.token = Secret(token)
        lifetime =
            switch document.root.value(forKey: "expires_in") {
            case .int(let seconds): .seconds(max(0, min(seconds, 1 << 31)))
            case .string(let text): Int64(text).map { .seconds(max(0, min($0, 1 << 31))) }
            default: nil
            }
    }

    /// The error code of a refusal, one of the few words that the RFC has for it.
    static func error(_ bytes: [UInt8]) -> String? {
        let known = [
            "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type",
            "invalid_scope",
        ]
        guard let document = try? JSONDocument(parsing: bytes), case .string(let code)? = document.root.value(forKey: "error")
        else { return nil }
        return known.first { $0 == code }
    }
}
