import Foundation
package import Language

/// The secrets of a source, fetched. They go to its own origin alone.
struct Credentials: Sendable {
    var headers: [(name: String, value: Secret)] = []
    var query: (name: String, value: Secret)?
    var oauth2: OAuth2Client?
    var certificate: ClientCertificate?
    /// Knows all of it, and the tokens that came of it: shared by all that the source pulls.
    let redactor = Redactor()

    /// In PEM.
    struct ClientCertificate: Hashable, Sendable {
        let certificate: String
        let key: Secret
    }
}

/// A client of a token endpoint. Sources with the same one share a token.
struct OAuth2Client: Hashable, Sendable {
    let tokenURL: WebAddress
    let id: String
    let secret: Secret
    let scope: String?
}

extension Credentials {
    /// Fetches what `auth` refers to; nil, with a diagnostic each, where something is absent.
    static func resolve(_ auth: Auth, _ environment: [String: String], _ diagnostics: Diagnostics) -> Credentials? {
        var credentials = Credentials()
        var isWhole = true
        func secret(_ reference: SecretReference) -> Secret? {
            let secret = reference.resolve(environment, diagnostics)
            if let secret { credentials.redactor.learn([secret]) } else { isWhole = false }
            return secret
        }
        func name(_ name: Auth.Name) -> String? {
            switch name {
            case .text(let text): text
            case .kept(let reference): secret(reference)?.revealed
            }
        }
        switch auth.scheme {
        case .bearer(let reference):
            if let token = secret(reference) { credentials.headers = [("Authorization", Secret("Bearer " + token.revealed))] }
        case .basic(let user, let password):
            if let user = name(user), let password = password.map(secret) ?? Secret("") {
                let pair = Data((user + ":" + password.revealed).utf8).base64EncodedString()
                credentials.headers = [("Authorization", Secret("Basic " + pair))]
                credentials.redactor.learn([Secret(pair)])
            }
        case .header(let name, let reference):
            if let value = secret(reference) { credentials.headers = [(name, value)] }
        case .query(let name, let reference):
            if let value = secret(reference) { credentials.query = (name, value) }
        case .oauth2(let client):
            if let id = name(client.clientID), let secret = secret(client.clientSecret) {
                credentials.oauth2 = OAuth2Client(tokenURL: client.tokenURL, id: id, secret: secret, scope: client.scope)
            }
        case nil: break
        }
        if let pair = auth.certificate {
            let certificate = pem(pair.certificate, environment, diagnostics, holding: "CERTIFICATE-----")
            let key = pem(pair.key, environment, diagnostics, holding: "PRIVATE KEY-----")
            if let certificate, let key {
                credentials.certificate = ClientCertificate(certificate: certificate.revealed, key: key)
                credentials.redactor.learn([key])
            } else {
                isWhole = false
            }
        }
        return isWhole ? credentials : nil
    }

    private static func pem(
        _ reference: SecretReference, _ environment: [String: String], _ diagnostics: Diagnostics, holding label: String
    ) -> Secret? {
        guard let secret = reference.resolve(environment, diagnostics, manyLines: true) else { return nil }
        guard secret.revealed.contains("-----BEGIN "), secret.revealed.contains(label) else {
            diagnostics.error(
                .missingSecret, at: reference.position, "there is no PEM with '\(label.prefix { $0 != "-" })' in it")
            return nil
        }
        // Nobody is there to be asked for a passphrase.
        if secret.revealed.contains("BEGIN ENCRYPTED") || secret.revealed.contains("Proc-Type: 4,ENCRYPTED") {
            diagnostics.error(
                .missingSecret, at: reference.position, "the key is encrypted, and nobody can be asked for its passphrase",
                help: "decrypt it, and guard the file")
            return nil
        }
        return secret
    }
}

extension Source {
    /// With the secrets and certificates that it needs: the last thing before the first request. Nil, with a diagnostic at
    /// each place in the config, where something is not there.
    package func unlocked(environment: [String: String], diagnostics: Diagnostics) -> Source? {
        var source = self
        var isWhole = true
        if let authorities, FileManager.default.contents(atPath: authorities.path)?.isEmpty ?? true {
            diagnostics.error(.missingSecret, at: authorities.position, "the file '\(authorities.path)' cannot be read")
            isWhole = false
        }
        if let auth {
            source.credentials = Credentials.resolve(auth, environment, diagnostics)
            isWhole = isWhole && source.credentials != nil
        }
        return isWhole ? source : nil
    }
}
