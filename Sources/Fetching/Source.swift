package import Language

extension Code {
    package static let badURL = Code("TL150", "a URL cannot be used")
    package static let insecureURL = Code("TL151", "plain http leaves this machine")
    package static let unknownPaging = Code("TL152", "no such kind of paging")
    package static let badOrigin = Code("TL153", "an origin is not one")
    package static let secretInURL = Code("TL155", "a secret stands in a URL")
    package static let sinceNowhere = Code("TL159", "an incremental source does not say where it begins")
    package static let filteredRecords = Code("TL160", "records that are counted are left out")
    package static let sourceNotYet = Code("TL154", "a part of a source is not supported yet")
}

/// A configured endpoint: where it is, how its pages are found, and what it may take.
package struct Source: Sendable {
    enum Location: Hashable, Sendable {
        case web(WebAddress)
        /// The path of a file.
        case file(String)
    }

    package let id: String
    package private(set) var format: PageFormat
    /// A file is what it is, whenever it is read; a web source is as of its pull.
    package var isFile: Bool { if case .file = location { true } else { false } }
    private(set) var location: Location
    /// Where the whole source is, of which this is a part; nil for a whole.
    private(set) var home: Location?
    var isPart: Bool { home != nil }
    private(set) var paging: Paging
    private(set) var counting: Counting
    package private(set) var limits: Limits
    /// Origins beside its own that a next link may name.
    let origins: Set<String>
    let allowsHTTP: Bool
    /// How it says who it is, as the config has it.
    let auth: Auth?
    /// The same with its secrets, once they are fetched.
    var credentials: Credentials?
    let authorities: CertificateAuthorities?
    /// What `{since}` and `{until}` are filled with, where the URL has them.
    private(set) var window: PullWindow?
    /// Nil where the URL asks for no span of time.
    private var template: WindowTemplate?
    /// How far before the last complete pull an incremental one begins; nil where every pull asks for all.
    package private(set) var overlap: Duration?

    /// The same source, asking for a span of time where its URL says how.
    package func asking(for window: PullWindow) -> Source {
        guard let location = template?.location(window) else { return self }
        var source = self
        source.window = window
        source.location = location
        return source
    }

    /// The same source, of which no more is pulled than so many pages.
    package func limited(toPages count: Int) -> Source {
        var source = self
        source.limits.maxPages = count
        return source
    }

    /// A text without the secrets of the source.
    package func hiding(_ text: String) -> String { credentials?.redactor.hiding(text) ?? text }

    /// Where its first page is.
    var address: PullSession.PageAddress {
        switch location {
        case .web(let address): .web(address)
        case .file(let path): .file(path)
        }
    }

    /// A part of the source elsewhere, with pages of its own kind. What the source must keep to itself still belongs to the
    /// origin of the source.
    func at(_ location: Location, format: PageFormat, paging: Paging, counting: Counting, limits: Limits) -> Source {
        var source = self
        source.location = location
        source.home = home ?? self.location
        source.format = format
        source.paging = paging
        source.counting = counting
        source.limits = limits
        return source
    }

    /// Whether the rows of a page must be counted: where their number says which page follows, or how many there are in all
    /// is announced.
    func countsRows(_ headers: [(name: String, value: String)]) -> Bool {
        paging.isCounted || counting.total != nil || headers.contains { $0.name == "x-total-count" }
    }

    /// Reads the keys of an entry of `sources:` that say where and how to pull; those of the mapping are left to its room.
    /// Nil, with diagnostics, where something is wrong. A relative `file:` URL is relative to `configFolder`.
    package static func load(
        _ mapping: inout YAMLMapping, configFolder: String, limits defaults: Limits = Limits(),
        authorities: CertificateAuthorities? = nil
    ) -> Source? {
        let id = mapping.requiredText("id")
        let urlNode = mapping.required("url")
        let format: PageFormat? = mapping.oneOf("format")
        if mapping.node("format") == nil { _ = mapping.required("format") }
        let allowsHTTP = mapping.bool("allow_http") ?? false
        let limits = Limits.load(&mapping, defaults: defaults)
        let paging = Paging.load(&mapping, format)
        let counting = Counting.load(&mapping, format, paging)
        let origins = loadOrigins(&mapping, allowsHTTP)
        let auth = Auth.load(&mapping, folder: configFolder, allowsHTTP: allowsHTTP)
        let authorities = CertificateAuthorities.load(&mapping, folder: configFolder) ?? authorities
        mapping.allow("children", "preset")
        let overlap = loadOverlap(&mapping)
        let place = urlNode.flatMap { location(of: $0, allowsHTTP, configFolder, mapping.diagnostics) }
        guard let id, let format, let place, let paging, let counting else { return nil }
        if case .file = place, paging.needsQuery, let node = mapping.node("page") {
            mapping.diagnostics.error(
                .unknownPaging, at: node.position, "the pages of a file cannot be told apart by a query",
                help: "write 'next_url: …', which may name a file beside it")
        }
        var source = Source(
            id: id, format: format, location: place, paging: paging, counting: counting, limits: limits, origins: origins,
            allowsHTTP: allowsHTTP, auth: auth, authorities: authorities)
        source.template = urlNode?.text.map { WindowTemplate(text: $0, folder: configFolder) }.flatMap { $0.isFilled ? $0 : nil }
        source.overlap = overlap
        if let node = mapping.node("since"), source.template?.hasSince != true {
            mapping.diagnostics.error(
                .sinceNowhere, at: node.position, "the URL does not say where the pull begins",
                help: "write '{since}' into it, or leave 'since' out")
        }
        return source
    }

    private static func location(
        of node: YAMLNode, _ allowsHTTP: Bool, _ folder: String, _ diagnostics: Diagnostics
    ) -> Location? {
        guard let text = node.text else {
            diagnostics.error(.wrongShape, at: node.position, "'url' must be text, not \(node.summary)")
            return nil
        }
        // Any instant will do to see whether the URL is one.
        let sample = Instant(seconds: 0)
        let location = WindowTemplate(text: text, folder: folder).location(PullWindow(since: sample, until: sample))
        if case .file = location { return location }
        guard case .web(let address) = location else {
            diagnostics.error(
                .badURL, at: node.position, "the URL cannot be used", help: "write an https, http or file URL without spaces")
            return nil
        }
        if address.hadCredentials {
            diagnostics.error(.secretInURL, at: node.position, "the URL holds a user or a password", help: "use 'auth'")
        }
        address.refuseSecrets(at: node, diagnostics)
        refuseInsecure(address, allowsHTTP, at: node, diagnostics)
        return .web(address)
    }

    /// The path that a `file:` URL names, its escapes resolved.
    static func path(_ url: String, configFolder folder: String) -> String {
        var path = url.dropFirst("file:".count)
        if path.hasPrefix("///") { path = path.dropFirst(2) }
        return path.hasPrefix("/") || folder == "." ? String(path) : folder + "/" + path
    }

    private static func refuseInsecure(_ address: WebAddress, _ allowsHTTP: Bool, at node: YAMLNode, _ diagnostics: Diagnostics) {
        guard address.scheme == "http", !allowsHTTP, !address.isLoopback else { return }
        diagnostics.error(
            .insecureURL, at: node.position, "plain http to '\(address.host)' can be read on the way",
            help: "use https, or set 'allow_http: true'")
    }

    /// `since: {overlap: 10m}`.
    private static func loadOverlap(_ mapping: inout YAMLMapping) -> Duration? {
        guard let node = mapping.node("since"), var since = mapping.mapping("since") else { return nil }
        let overlap = since.length("overlap")
        if overlap == nil, since.node("overlap") == nil {
            mapping.diagnostics.error(.missingKey, at: node.position, "'since' needs the key 'overlap'")
        }
        since.finish()
        return overlap
    }

    private static func loadOrigins(_ mapping: inout YAMLMapping, _ allowsHTTP: Bool) -> Set<String> {
        var origins: Set<String> = []
        for node in mapping.nodes("origins") {
            if let text = node.text, let address = WebAddress(text) {
                refuseInsecure(address, allowsHTTP, at: node, mapping.diagnostics)
                origins.insert(address.origin)
            } else {
                mapping.diagnostics.error(
                    .badOrigin, at: node.position, "\(RefusalText.withoutCredentials(node.summary)) is no origin",
                    help: "write it as 'https://cdn.example'")
            }
        }
        return origins
    }
}

/// A file of certificates to trust instead of the system's: `ca_file` of a source, or of the config for all of them.
package struct CertificateAuthorities: Hashable, Sendable {
    let path: String
    let position: Position

    package static func load(_ mapping: inout YAMLMapping, folder: String) -> CertificateAuthorities? {
        guard let path = mapping.text("ca_file"), let node = mapping.node("ca_file") else { return nil }
        return CertificateAuthorities(
            path: path.hasPrefix("/") || folder == "." ? path : folder + "/" + path, position: node.position)
    }
}
