import CCurl
import Language

/// An absolute http or https URL, as libcurl itself reads it, so that what is checked is what is contacted.
struct WebAddress: Hashable, Sendable {
    /// Normalised by libcurl, without a fragment.
    let text: String
    let scheme: String
    /// Lower case, without brackets.
    let host: String
    let port: String
    private let query: String?

    /// Nil where libcurl refuses the text, or it is not http(s).
    init?(_ text: String) { self.init(text, relativeTo: nil) }

    /// A link as a page gives it, resolved against the page's own address (RFC 3986, 5).
    init?(_ link: String, relativeTo base: WebAddress?) {
        // libcurl would resolve a lone fragment to the page's folder; RFC 3986 means the page itself.
        if let base, link.hasPrefix("#") {
            self = base
            return
        }
        guard let url = curl_url() else { return nil }
        defer { curl_url_cleanup(url) }
        if let base, curl_url_set(url, CURLUPART_URL, base.text, 0) != CURLUE_OK { return nil }
        // A text without a scheme would become http: an absolute address names its own.
        if base == nil, !link.lowercased().hasPrefix("http://"), !link.lowercased().hasPrefix("https://") { return nil }
        guard curl_url_set(url, CURLUPART_URL, link, 0) == CURLUE_OK else { return nil }
        curl_url_set(url, CURLUPART_FRAGMENT, nil, 0)
        func part(_ part: CURLUPart, _ flags: Int32 = 0) -> String? {
            var value: UnsafeMutablePointer<CChar>?
            guard curl_url_get(url, part, &value, UInt32(flags)) == CURLUE_OK, let value else { return nil }
            defer { curl_free(value) }
            return String(cString: value)
        }
        guard let text = part(CURLUPART_URL), let scheme = part(CURLUPART_SCHEME)?.lowercased(),
            scheme == "http" || scheme == "https",
            let host = part(CURLUPART_HOST)?.lowercased(), let port = part(CURLUPART_PORT, 1 << 0)
        else { return nil }
        self.text = text
        self.scheme = scheme
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        self.port = port
        query = part(CURLUPART_QUERY)
    }

    /// Scheme, host and port: what credentials belong to.
    var origin: String { "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    /// True for this machine's own loopback, where plain http is harmless.
    var isLoopback: Bool {
        host == "localhost" || host == "::1" || (host.hasPrefix("127.") && host.split(separator: ".").count == 4)
    }

    /// For messages and reports: without user and password, and with the values of telling query names hidden.
    var redacted: String {
        guard let query else { return Self.withoutUser(text) }
        let hidden = query.split(separator: "&", omittingEmptySubsequences: false).map { pair -> String in
            let name = pair.prefix { $0 != "=" }
            return pair.contains("=") && Self.isTelling(name.lowercased()) ? "\(name)=***" : String(pair)
        }.joined(separator: "&")
        let base = text.prefix { $0 != "?" }
        return Self.withoutUser(base + "?" + hidden)
    }

    private static func isTelling(_ name: String) -> Bool {
        ["token", "key", "secret", "passw", "pwd", "sig", "auth", "credential", "session"].contains { name.contains($0) }
    }

    private static func withoutUser(_ text: some StringProtocol) -> String {
        // libcurl has normalised the text: it begins with the scheme and "://".
        let parts = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3, let at = parts[2].lastIndex(of: "@") else { return String(text) }
        let host = parts[2][parts[2].index(after: at)...]
        let path = parts.count > 3 ? "/" + parts[3] : ""
        return "\(parts[0])//***@\(host)\(path)"
    }
}
