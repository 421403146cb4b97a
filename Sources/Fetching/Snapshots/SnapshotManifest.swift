package import Language

/// What a snapshot says of itself: which requests were made, what came of each, and how each source ended. The bytes lie
/// beside it as objects, named by their SHA-256.
///
/// The file is JSON in one canonical form: keys in a fixed order, two spaces of indent, sources by id, pages in the order in
/// which they were asked for. It holds no secret: see `HiddenValues`.
package struct SnapshotManifest: Hashable, Sendable {
    /// The version of the form; another one is not read.
    static let version = "snapshot/1"

    package var network: String
    /// `sha256:…` of the configuration that was pulled.
    package var config: String
    package var pulledAt: Instant
    /// When the last source had ended.
    package var endedAt: Instant
    /// The instant that the audit of this pull was of; nil where it was only pulled.
    package var asOf: Instant?
    package var options: PullOptions
    /// By id.
    package var sources: [PulledSource]

    package init(
        network: String, config: String, pulledAt: Instant, endedAt: Instant, asOf: Instant?, options: PullOptions,
        sources: [PulledSource]
    ) {
        self.network = network
        self.config = config
        self.pulledAt = pulledAt
        self.endedAt = endedAt
        self.asOf = asOf
        self.options = options
        self.sources = sources
    }

    /// What the command line left out.
    package struct PullOptions: Hashable, Sendable {
        /// `--since`.
        package var since: Instant?
        /// `--partner` and `--source`, sorted; empty where all were wanted.
        package var partners: [String]
        package var sources: [String]

        package init(since: Instant? = nil, partners: [String] = [], sources: [String] = []) {
            self.since = since
            self.partners = partners
            self.sources = sources
        }
    }

    /// The pull of one source.
    package struct PulledSource: Hashable, Sendable {
        package var id: String
        package var outcome: Outcome
        package var startedAt: Instant
        package var endedAt: Instant
        /// What `{since}` and `{until}` were filled with.
        package var window: PullWindow?
        package var pages: [PulledPage]

        package init(
            id: String, outcome: Outcome, startedAt: Instant, endedAt: Instant, window: PullWindow? = nil,
            pages: [PulledPage] = []
        ) {
            self.id = id
            self.outcome = outcome
            self.startedAt = startedAt
            self.endedAt = endedAt
            self.window = window
            self.pages = pages
        }
    }

    /// One request and what came of it.
    package struct PulledPage: Hashable, Sendable {
        /// Secret values are replaced by `***` and a number.
        package var url: String
        /// SHA-256 of the whole URL where something of it is hidden: so it is found again without being told.
        package var urlDigest: String?
        /// Where the answer came from, behind redirects.
        package var from: String?
        /// Nil for files.
        package var status: Int?
        /// Names in lower case, in the order received.
        package var headers: [Header]
        /// Nil where nothing came.
        package var object: Object?
        /// True where the reading ended before the page did.
        package var isCut: Bool
        /// Why nothing came, or why it was cut.
        package var failure: Outcome.Reason?
    }

    package struct Header: Hashable, Sendable {
        package var name: String
        package var value: String
    }

    /// Bytes of the store.
    package struct Object: Hashable, Sendable {
        /// Of the decoded bytes, lower-case hex.
        package var sha256: String
        /// Decoded bytes.
        package var count: Int
    }

    /// Every object that the snapshot needs.
    var objects: Set<String> { Set(sources.flatMap(\.pages).compactMap(\.object?.sha256)) }
}

/// The span of time that a pull asks for.
package struct PullWindow: Hashable, Sendable {
    package var since: Instant
    package var until: Instant
    /// True where it begins where an earlier pull ended: what came before is in the history alone.
    package var continues: Bool

    package init(since: Instant, until: Instant, continues: Bool = false) {
        self.since = since
        self.until = until
        self.continues = continues
    }
}

// MARK: Writing

extension SnapshotManifest {
    package var bytes: [UInt8] {
        var json = JSONWriter(pretty: true)
        json.object { json in
            json.field("touchline", Self.version)
            json.field("network", network)
            json.field("config", config)
            json.field("pulled_at", pulledAt.description)
            json.field("ended_at", endedAt.description)
            json.field("as_of", asOf?.description)
            json.key("options")
            json.object { json in
                json.field("since", options.since?.description)
                json.texts("partners", options.partners)
                json.texts("sources", options.sources)
            }
            json.key("sources")
            json.array { json in for source in sources { Self.write(source, to: &json) } }
        }
        json.newline()
        return json.bytes
    }

    private static func write(_ source: PulledSource, to json: inout JSONWriter) {
        json.object { json in
            json.field("id", source.id)
            json.field("outcome", source.outcome.name)
            json.reason("reason", source.outcome.reason)
            json.field("started_at", source.startedAt.description)
            json.field("ended_at", source.endedAt.description)
            if let window = source.window {
                json.field("since", window.since.description)
                json.field("until", window.until.description)
                if window.continues { json.field("continues", true) }
            }
            json.key("pages")
            json.array { json in for page in source.pages { write(page, to: &json) } }
        }
    }

    static func write(_ page: PulledPage, to json: inout JSONWriter) {
        json.object { json in
            json.field("url", page.url)
            if let digest = page.urlDigest { json.field("url_sha256", digest) }
            if let from = page.from { json.field("from", from) }
            if let status = page.status { json.field("status", status) }
            if !page.headers.isEmpty {
                json.key("headers")
                json.array { json in
                    for header in page.headers {
                        json.array { json in
                            json.string(header.name)
                            json.string(header.value)
                        }
                    }
                }
            }
            if let object = page.object {
                json.field("sha256", object.sha256)
                json.field("bytes", object.count)
            }
            if page.isCut { json.field("cut", true) }
            if page.failure != nil { json.reason("failure", page.failure) }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func texts(_ key: String, _ texts: [String]) {
        self.key(key)
        array { json in for text in texts { json.string(text) } }
    }

    fileprivate mutating func reason(_ key: String, _ reason: Outcome.Reason?) {
        self.key(key)
        guard let reason else { return null() }
        object { json in
            json.field("code", reason.code)
            json.field("message", reason.message)
        }
    }
}

// MARK: Reading

extension SnapshotManifest {
    /// Nil where the bytes are no manifest of this version.
    package init?(_ bytes: [UInt8]) {
        guard let document = try? JSONDocument(parsing: bytes) else { return nil }
        let root = document.root
        guard root.text("touchline") == Self.version, let network = root.text("network"), let config = root.text("config"),
            let pulledAt = root.instant("pulled_at"), let endedAt = root.instant("ended_at"), let options = root.find("options"),
            let list = root.find("sources"), list.isArray
        else { return nil }
        self.network = network
        self.config = config
        self.pulledAt = pulledAt
        self.endedAt = endedAt
        asOf = root.instant("as_of")
        self.options = PullOptions(
            since: options.instant("since"), partners: options.texts("partners"), sources: options.texts("sources"))
        sources = []
        for element in list.children() {
            guard let source = PulledSource(element) else { return nil }
            sources.append(source)
        }
    }
}

extension SnapshotManifest.PulledSource {
    fileprivate init?(_ element: JSONElement) {
        guard let id = element.text("id"), let outcome = Outcome(name: element.text("outcome"), element.reason("reason")),
            let startedAt = element.instant("started_at"), let endedAt = element.instant("ended_at"),
            let list = element.find("pages"), list.isArray
        else { return nil }
        var window: PullWindow?
        if let since = element.instant("since"), let until = element.instant("until") {
            let continues = if case .bool(true) = element.value(forKey: "continues") { true } else { false }
            window = PullWindow(since: since, until: until, continues: continues)
        }
        var pages: [SnapshotManifest.PulledPage] = []
        for child in list.children() {
            guard let page = SnapshotManifest.PulledPage(child) else { return nil }
            pages.append(page)
        }
        self.init(id: id, outcome: outcome, startedAt: startedAt, endedAt: endedAt, window: window, pages: pages)
    }
}

extension SnapshotManifest.PulledPage {
    init?(_ element: JSONElement) {
        guard element.isObject, let url = element.text("url") else { return nil }
        self.url = url
        urlDigest = element.text("url_sha256")
        from = element.text("from")
        status = element.number("status")
        headers = []
        for pair in element.find("headers")?.children().map({ Array($0.children()) }) ?? [] {
            guard pair.count == 2, let name = pair[0].string, let value = pair[1].string else { return nil }
            headers.append(SnapshotManifest.Header(name: name, value: value))
        }
        if let sha256 = element.text("sha256"), let count = element.number("bytes") {
            guard SnapshotStore.isDigest(sha256) else { return nil }
            object = SnapshotManifest.Object(sha256: sha256, count: count)
        }
        isCut = if case .bool(true) = element.value(forKey: "cut") { true } else { false }
        failure = element.reason("failure")
        if object == nil, failure == nil { return nil }
    }
}

extension Outcome {
    fileprivate init?(name: String?, _ reason: Reason?) {
        switch (name, reason) {
        case ("complete", nil): self = .complete
        case ("partial", let reason?): self = .partial(reason)
        case ("failed", let reason?): self = .failed(reason)
        case ("not_attempted", let reason?): self = .notAttempted(reason)
        default: return nil
        }
    }
}

extension JSONElement {
    fileprivate func text(_ key: String) -> String? { find(key)?.string }

    fileprivate func instant(_ key: String) -> Instant? { text(key).flatMap { Instant(rfc3339: $0) } }

    fileprivate func texts(_ key: String) -> [String] { find(key)?.children().compactMap(\.string) ?? [] }

    fileprivate func number(_ key: String) -> Int? {
        guard case .int(let number) = find(key)?.value else { return nil }
        return Int(exactly: number)
    }

    fileprivate func reason(_ key: String) -> Outcome.Reason? {
        guard let reason = find(key), let code = reason.text("code"), let message = reason.text("message") else { return nil }
        return Outcome.Reason(code, message)
    }
}
