import Language

/// The requests of a source answered from a snapshot, as they were answered when it was pulled.
package final class ExchangeReplay: Sendable {
    private let source: SnapshotManifest.PulledSource
    private let names: PageNames
    private let store: SnapshotStore
    private let damage: SnapshotDamage
    /// Pages by their URL, or by its digest; those of one URL in the order in which they came.
    private let unread: Guarded<[String: ArraySlice<Int>]>

    init(_ source: SnapshotManifest.PulledSource, of planned: Source, in store: SnapshotStore, _ damage: SnapshotDamage) {
        self.source = source
        names = PageNames(planned)
        self.store = store
        self.damage = damage
        var places: [String: ArraySlice<Int>] = [:]
        for (place, page) in source.pages.enumerated() {
            places[page.url, default: []].append(place)
            if let digest = page.urlDigest { places[digest, default: []].append(place) }
        }
        unread = Guarded(places)
    }

    enum Answer {
        case page(PageBody, Transfer.Head?)
        case refused(Outcome.Reason)
    }

    func answer(to address: PullSession.PageAddress) -> Answer {
        guard let page = page(of: address) else {
            return .refused(Outcome.Reason(Self.missing, "\(address.redacted): the snapshot does not hold this page"))
        }
        guard let object = page.object else {
            return .refused(page.failure ?? Outcome.Reason(Self.missing, "\(address.redacted): nothing was kept"))
        }
        let head = page.status.map { status in
            Transfer.Head(
                status: status, headers: page.headers.map { (name: $0.name, value: $0.value) },
                address: page.from.flatMap { WebAddress($0) })
        }
        return .page(.stored(StoredBody(page, object, in: store, damage)), head)
    }

    /// The next page of that URL which was not read yet.
    private func page(of address: PullSession.PageAddress) -> SnapshotManifest.PulledPage? {
        let names: [String] =
            switch address {
            case .file(let path): [names.name(ofFile: path)]
            case .web(let web): [sha256Hex(web.text.utf8), web.text]
            }
        return unread.withLock { unread in
            for name in names {
                if let place = unread[name]?.popFirst() { return source.pages[place] }
            }
            return nil
        }
    }

    private static let missing = "not_in_snapshot"

    /// Where the replay ends as the pull did, or because nothing more was kept, it ends with the pull's own words: what was
    /// secret to the pull is not known to the replay.
    func reason(for reason: Outcome.Reason, of part: Source) -> Outcome.Reason {
        guard !part.isPart, let kept = source.outcome.reason else { return reason }
        return [Self.missing, TransferError.Code.cut.rawValue, kept.code].contains(reason.code) ? kept : reason
    }
}
