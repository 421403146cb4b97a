/// The proxies that the environment names, as curl reads them: `http_proxy` (in small letters alone: a web server sets the
/// other from a header), `https_proxy`, `all_proxy`, `no_proxy`. Their URLs may hold a password and are never shown.
package struct Proxies: Sendable {
    private var http: Secret?
    private var https: Secret?
    private var exceptions: [String] = []

    /// No proxy for anything.
    package init() {}

    package init(environment: [String: String]) {
        func value(_ names: String...) -> String? { names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty } }
        let all = value("all_proxy", "ALL_PROXY")
        http = (value("http_proxy") ?? all).map { Secret($0) }
        https = (value("https_proxy", "HTTPS_PROXY") ?? all).map { Secret($0) }
        exceptions = (value("no_proxy", "NO_PROXY") ?? "").lowercased().split { $0 == "," || $0 == " " }.map(String.init)
    }

    /// The proxy for an address; nil where it is asked directly. This machine is never reached through a proxy.
    func proxy(for address: WebAddress) -> String? {
        if http == nil, https == nil { return nil }
        if address.isLoopback || exceptions.contains(where: { covers($0, address) }) { return nil }
        return (address.scheme == "https" ? https : http)?.revealed
    }

    /// `example.com` and `.example.com` cover the host and all below it, `host:port` one port, `10.0.0.0/8` a range, `*` all.
    private func covers(_ exception: String, _ address: WebAddress) -> Bool {
        if exception == "*" { return true }
        if let slash = exception.firstIndex(of: "/") {
            guard let range = Self.numbers(String(exception[..<slash])), let host = Self.numbers(address.host),
                let bits = Int(exception[exception.index(after: slash)...]), (0...32).contains(bits)
            else { return false }
            return bits == 0 || (range ^ host) >> (32 - UInt32(bits)) == 0
        }
        var name = exception.hasPrefix(".") ? String(exception.dropFirst()) : exception
        if let colon = name.lastIndex(of: ":"),
            name.filter({ $0 == ":" }).count == 1 || name.hasPrefix("[") && !name.hasSuffix("]")
        {
            guard name[name.index(after: colon)...] == address.port else { return false }
            name = String(name[..<colon])
        }
        if name.hasPrefix("["), name.hasSuffix("]") { name = String(name.dropFirst().dropLast()) }
        let host = address.host.hasSuffix(".") ? String(address.host.dropLast()) : address.host
        return host == name || host.hasSuffix("." + name)
    }

    private static func numbers(_ text: String) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard parts.count == 4 else { return nil }
        return parts.reduce(UInt32(0) as UInt32?) { sum, part in sum.flatMap { sum in part.map { sum << 8 | UInt32($0) } } }
    }
}
