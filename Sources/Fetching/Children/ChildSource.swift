package import Language

extension Code {
    package static let wrongChild = Code("TL165", "what belongs to which record cannot be told")
}

/// Where a part of a source's records lies apart from them: one resource for each record, or one stream for all.
package struct ChildSource: Sendable {
    /// Why a record's part cannot be asked for.
    package struct Fault: Error, Hashable {
        package let message: String
    }

    package let name: String
    package private(set) var limits: Limits
    package var format: PageFormat { base.format }
    /// True where each record has a resource of its own.
    package var isForEachRecord: Bool { template.hasValues }

    /// The expressions over `it`, the record, in its URL.
    package var urlExpressions: [Expression] {
        template.parts.compactMap { if case .value(let expression) = $0 { expression } else { nil } }
    }

    /// The same, of which no more is pulled than so many pages.
    package func limited(toPages count: Int) -> ChildSource {
        var child = self
        child.limits.maxPages = count
        child.base = base.limited(toPages: count)
        return child
    }

    private let template: URLTemplate
    /// Everything but where it is.
    private var base: Source
    private let configFolder: String

    /// Reads `url`, `format`, `page`, `total` and `limits` of an entry of `children:`. What it does not say, and credentials, are
    /// those of the source.
    package static func load(
        _ name: String, _ mapping: inout YAMLMapping, of parent: Source, configFolder: String
    ) -> ChildSource? {
        let diagnostics = mapping.diagnostics
        let format: PageFormat? = mapping.node("format") == nil ? .json : mapping.oneOf("format")
        let limits = Limits.load(&mapping, defaults: parent.limits)
        let paging = Paging.load(&mapping, format)
        let counting = Counting.load(&mapping, format, paging)
        guard let node = mapping.required("url"), let template = URLTemplate.load(node, diagnostics), let format, let paging,
            let counting
        else { return nil }
        let base = parent.at(parent.location, format: format, paging: paging, counting: counting, limits: limits)
        let child = ChildSource(name: name, limits: limits, template: template, base: base, configFolder: configFolder)
        return child.check(node, paging, diagnostics) ? child : nil
    }

    /// With a value in the place of every expression, the URL must be one that the source may name.
    private func check(_ node: YAMLNode, _ paging: Paging, _ diagnostics: Diagnostics) -> Bool {
        let sample = URLTemplate(parts: template.parts.map { if case .text(let text) = $0 { .text(text) } else { .text("x") } })
        guard let text = try? sample.filled(with: .null) else { return false }
        switch (base.location, isFile(text)) {
        case (.file, true):
            guard paging.needsQuery else { return true }
            diagnostics.error(
                .unknownPaging, at: node.position, "the pages of a file cannot be told apart by a query",
                help: "write 'next_url: …', which may name a file beside it")
            return false
        case (.file, false), (.web, true):
            diagnostics.error(
                .badURL, at: node.position, "the children of a \(base.isFile ? "file" : "web source") cannot be at such a URL",
                help: base.isFile ? "write a file URL" : "write an https URL")
            return false
        case (.web(let own), false): return check(text, own, node, diagnostics)
        }
    }

    private func check(_ text: String, _ own: WebAddress, _ node: YAMLNode, _ diagnostics: Diagnostics) -> Bool {
        guard let address = WebAddress(text, relativeTo: Self.isRelative(text) ? own : nil) else {
            diagnostics.error(
                .badURL, at: node.position, "the URL cannot be used",
                help: "write an https URL, or a path at the source's own host")
            return false
        }
        // A record must not decide who is asked.
        guard Self.isRelative(text) || Self.namesHost(template.head) else {
            diagnostics.error(
                .badURL, at: node.position, "a value cannot be part of the host",
                help: "write the host in full, and '/' behind it")
            return false
        }
        if address.hadCredentials {
            diagnostics.error(.secretInURL, at: node.position, "the URL holds a user or a password", help: "use 'auth'")
            return false
        }
        address.refuseSecrets(at: node, diagnostics)
        guard address.origin == own.origin || base.origins.contains(address.origin) else {
            diagnostics.error(
                .badOrigin, at: node.position, "\(address.origin) is neither the source's own origin nor one that it lists",
                help: "add it to 'origins'")
            return false
        }
        return true
    }

    private func isFile(_ text: String) -> Bool { text.hasPrefix("file:") }

    private static func isRelative(_ text: String) -> Bool { text.hasPrefix("/") && !text.hasPrefix("//") }

    /// Whether the host ends before the text does.
    private static func namesHost(_ text: String) -> Bool {
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        return parts.count == 2 && parts[1].contains { "/?".contains($0) }
    }

    /// The part of a record, or the stream for all, as a source of the same secrets as `parent`; nil where the record has no
    /// such part.
    package func source(for record: Value, of parent: Source) throws(Fault) -> Source? {
        guard let location = try location(for: record) else { return nil }
        return parent.at(
            location, format: base.format, paging: base.paging, counting: base.counting, limits: base.limits)
    }

    private func location(for record: Value) throws(Fault) -> Source.Location? {
        do throws(URLTemplate.Fault) {
            switch base.location {
            case .file:
                // A value's slashes stay encoded: the name of a file holds none.
                guard let url = try template.filled(with: record, text: { percentDecoded($0) }) else { return nil }
                return .file(Source.path(url, configFolder: configFolder))
            case .web(let own):
                guard let url = try template.filled(with: record) else { return nil }
                guard let address = WebAddress(url, relativeTo: Self.isRelative(url) ? own : nil) else {
                    throw URLTemplate.Fault(message: "the URL of '\(name)' cannot be used")
                }
                return .web(address)
            }
        } catch {
            throw Fault(message: error.message)
        }
    }
}
