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
    /// Scheme, host and port: what credentials belong to.
    let origin: String
    /// A user or a password stood in the URL. They are not kept: credentials come from `auth` alone.
    let hadCredentials: Bool
    private let query: String?

    /// In bytes: no server takes longer ones, and of every page of a source one is kept.
    static let longest = 16 * 1024

    /// Nil where libcurl refuses the text, or it is not http(s).
    init?(_ text: String) { self.init(text, relativeTo: nil) }

    /// A link as a page gives it, resolved against the page's own address (RFC 3986, 5).
    init?(_ link: String, relativeTo base: WebAddress?) {
        // For C a zero byte would be the end of the text.
        guard link.utf8.count <= Self.longest, !link.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }), let url = curl_url()
        else { return nil }
        defer { curl_url_cleanup(url) }
        if let base, curl_url_set(url, CURLUPART_URL, base.text, 0) != CURLUE_OK { return nil }
        // A text without a scheme would become http: an absolute address names its own.
        if base == nil, !link.lowercased().hasPrefix("http://"), !link.lowercased().hasPrefix("https://") { return nil }
        // libcurl would resolve a lone fragment to the page's folder; RFC 3986 means the page itself.
        let reference = String(link.prefix { $0 != "#" })
        if base == nil || !reference.isEmpty {
            guard curl_url_set(url, CURLUPART_URL, reference, 0) == CURLUE_OK else { return nil }
        }
        func part(_ part: CURLUPart, _ flags: Int32 = 0) -> String? {
            var value: UnsafeMutablePointer<CChar>?
            guard curl_url_get(url, part, &value, UInt32(flags)) == CURLUE_OK, let value else { return nil }
            defer { curl_free(value) }
            return String(cString: value)
        }
        hadCredentials = part(CURLUPART_USER) != nil || part(CURLUPART_PASSWORD) != nil
        for dropped in [CURLUPART_USER, CURLUPART_PASSWORD] { curl_url_set(url, dropped, nil, 0) }
        guard let text = part(CURLUPART_URL), let scheme = part(CURLUPART_SCHEME)?.lowercased(),
            scheme == "http" || scheme == "https",
            let host = part(CURLUPART_HOST)?.lowercased(), let port = part(CURLUPART_PORT, 1 << 0)
        else { return nil }
        self.text = text
        self.scheme = scheme
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        self.port = port
        origin = "\(scheme)://\(self.host.contains(":") ? "[\(self.host)]" : self.host):\(port)"
        query = part(CURLUPART_QUERY)
    }

    /// True for this machine's own loopback, where plain http is harmless.
    var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        // Numbers only: `127.0.0.example` is somebody's name.
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers[0] == "127" && numbers.allSatisfy { UInt8($0) != nil }
    }

    /// For messages and reports: only the values of query names that are known to be harmless are shown.
    var redacted: String {
        guard let query else { return text }
        let hidden = query.split(separator: "&", omittingEmptySubsequences: false).map { pair -> String in
            let name = pair.prefix { $0 != "=" }
            return pair.contains("=") && !Self.isHarmless(name) ? "\(name)=***" : String(pair)
        }.joined(separator: "&")
        let base = text.prefix { $0 != "?" }
        return base + "?" + hidden
    }

    /// True for the name of a query value that may be shown.
    static func isHarmless(_ name: some StringProtocol) -> Bool { harmless.contains(percentDecoded(name).lowercased()) }

    /// Names that say which page is meant, or how it is cut and sorted.
    private static let harmless: Set<String> = [
        "page", "per_page", "page_size", "pagesize", "size", "limit", "offset", "from", "to", "start", "start_time", "start_at",
        "startat", "max_results", "maxresults", "since", "until", "updated_since", "sort", "order", "order_by", "direction",
        "format", "state", "status", "sysparm_limit", "sysparm_offset",
    ]
}

/// `%41` becomes `A`; what is no escape stays.
func percentDecoded(_ text: some StringProtocol) -> String {
    let bytes = Array(text.utf8)
    var decoded: [UInt8] = []
    var index = 0
    while index < bytes.count {
        let escape = bytes[index...].prefix(3).dropFirst()
        if bytes[index] == UInt8(ascii: "%"), escape.count == 2, escape.first != UInt8(ascii: "+"),
            let byte = UInt8(String(decoding: escape, as: UTF8.self), radix: 16)
        {
            decoded.append(byte)
            index += 3
        } else {
            decoded.append(bytes[index])
            index += 1
        }
    }
    return String(decoding: decoded, as: UTF8.self)
}
