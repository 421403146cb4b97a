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
        /// With the status of an answer that was no page.
        case refused(Outcome.Reason, status: Int?)
    }

    func answer(to address: PullSession.PageAddress) -> Answer {
        guard let page = page(of: address) else {
            return .refused(
                Outcome.Reason(Self.missing, "\(address.redacted): the snapshot does not hold this page"), status: nil)
        }
        guard let object = page.object else {
            let reason = page.failure ?? Outcome.Reason(Self.missing, "\(address.redacted): nothing was kept")
            return .refused(reason, status: page.status)
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
        } ?? pageOfHidden(address)
    }

    /// A cursor out of a header whose value was hidden is asked for as `***1`: its page is the first one that was not read
    /// whose URL says the same where both say something.
    private func pageOfHidden(_ address: PullSession.PageAddress) -> SnapshotManifest.PulledPage? {
        guard case .web(let web) = address, HiddenValues.mayHide(web.text) else { return nil }
        return unread.withLock { unread in
            for (place, page) in source.pages.enumerated() {
                let name = page.urlDigest ?? page.url
                guard unread[name]?.contains(place) == true, HiddenValues.isSame(web.text, page.url) else { continue }
                unread[name]?.removeAll { $0 == place }
                return page
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
