import Language

/// Notes what a source's requests brought, while it is pulled, and sends the bytes to the store.
package final class ExchangeRecorder: Sendable {
    /// A request, and the object on its way where something came.
    private struct Slot {
        var page: SnapshotManifest.PulledPage
        let url: String
        var writer: ObjectWriter?
        /// Read to its end.
        var isWhole = false
        /// The head is known, and nothing of it was hidden.
        var isPlain = false
    }

    private struct State {
        var slots: [Slot?] = []
        var hidden = HiddenValues()
        /// Pages that were cut, by their URL: asked for again, what came before is nothing.
        var cut: [String: Int] = [:]
        /// The last page of each URL.
        var last: [String: Int] = [:]
        var outcome: Outcome?
        var startedAt: Instant?
        var endedAt: Instant?
    }

    /// Pages of a killed pull by their URL, or by its digest.
    private let earlier = Guarded<[String: SnapshotManifest.PulledPage]>([:])
    private let damage = SnapshotDamage()
    private let source: String
    private let names: PageNames
    private let window: PullWindow?
    private let store: SnapshotStore
    private let clock: @Sendable () -> Instant
    private let number: Int
    private let journal: SnapshotJournal?
    private let state = Guarded(State())

    /// `number` tells the recorders of a pull apart.
    /// `earlier` is what a killed pull had.
    init(
        _ source: Source, number: Int, _ store: SnapshotStore, _ journal: SnapshotJournal?,
        earlier: [SnapshotManifest.PulledPage], clock: @escaping @Sendable () -> Instant
    ) {
        self.journal = journal
        // A URL under which several pages came is asked for anew: nobody knows which of them would come now.
        let counts = Dictionary(earlier.map { ($0.urlDigest ?? $0.url, 1) }, uniquingKeysWith: +)
        for page in earlier where counts[page.urlDigest ?? page.url] == 1 {
            self.earlier.withLock { $0[page.urlDigest ?? page.url] = page }
        }
        self.source = source.id
        names = PageNames(source)
        window = source.window
        self.store = store
        self.clock = clock
        self.number = number
    }

    /// A part of the source is pulled beside it, and says nothing of the whole.
    func begin(_ source: Source) {
        if !source.isPart { state.withLock { $0.startedAt = clock() } }
    }

    func end(_ outcome: Outcome, of source: Source) {
        guard !source.isPart else { return }
        state.withLock { state in
            state.outcome = outcome
            state.endedAt = clock()
        }
    }

    /// Parts of the source are missing, though its own pages are complete.
    package func note(missingParts reason: Outcome.Reason) {
        state.withLock { if $0.outcome == .complete { $0.outcome = .partial(reason) } }
    }

    /// The same body, whose bytes go to the store as they are read.
    func recording(_ body: PageBody, from address: PullSession.PageAddress, _ redactor: Redactor) -> PageBody {
        let (place, writer) = state.withLock { state -> (Int, ObjectWriter) in
            if let cut = state.cut.removeValue(forKey: address.key) { state.slots[cut] = nil }
            let place = state.slots.count
            let writer = ObjectWriter(store, name: "\(number)-\(place)", number: number + place)
            var page = page(address, &state.hidden, redactor)
            page.object = SnapshotManifest.Object(sha256: "", count: 0)
            state.last[address.key] = place
            state.slots.append(Slot(page: page, url: address.key, writer: writer))
            return (place, writer)
        }
        return .recorded(RecordedBody(body, writer, self, place: place))
    }

    /// The head of the answer that was read last of an address.
    func note(_ head: Transfer.Head, of address: PullSession.PageAddress, _ redactor: Redactor) {
        state.withLock { state in
            guard let place = state.last[address.key] else { return }
            var isPlain = true
            defer {
                state.slots[place]?.isPlain = isPlain
                if let slot = state.slots[place] { enter(slot) }
            }
            state.slots[place]?.page.status = head.status
            if let from = head.address?.text, from != address.key {
                state.slots[place]?.page.from = redactor.hiding(state.hidden.url(from))
                isPlain = state.slots[place]?.page.from == from
            }
            for header in head.headers {
                let value = redactor.hiding(state.hidden.header(header.name, header.value))
                // Cookies are never sent back.
                if value != header.value, header.name != "set-cookie" { isPlain = false }
                state.slots[place]?.page.headers.append(SnapshotManifest.Header(name: header.name, value: value))
            }
        }
    }

    /// Nothing usable came of a request, and no further try is made. The reason holds no secret; `status` is that of an answer
    /// that was no page.
    func fail(_ address: PullSession.PageAddress, _ reason: Outcome.Reason, status: Int? = nil, _ redactor: Redactor) {
        state.withLock { state in
            if let cut = state.cut.removeValue(forKey: address.key) { state.slots[cut] = nil }
            var page = page(address, &state.hidden, redactor)
            page.failure = reason
            page.status = status
            state.slots.append(Slot(page: page, url: address.key))
        }
    }

    /// What was read cannot be used, for a reason that its bytes do not tell.
    func refuse(_ address: PullSession.PageAddress, _ reason: Outcome.Reason, _ redactor: Redactor) {
        state.withLock { state in
            if let last = state.last[address.key] { state.cut[address.key] = last }
        }
        fail(address, reason, redactor)
    }

    /// A page was read to its end; its object may still be on its way.
    fileprivate func noteWhole(_ place: Int) { state.withLock { $0.slots[place]?.isWhole = true } }

    fileprivate func finish(_ place: Int, _ object: Result<SnapshotManifest.Object, SnapshotError>) {
        state.withLock { state in
            state.slots[place]?.isWhole = true
            guard case .success(let object) = object else { return }
            state.slots[place]?.page.object = object
            state.slots[place]?.writer = nil
            if let slot = state.slots[place] { enter(slot) }
        }
    }

    /// Puts a page into the journal, once its bytes and its head are known.
    private func enter(_ slot: Slot) {
        guard slot.isWhole, slot.writer == nil, slot.isPlain, slot.page.status != nil else { return }
        journal?.add(slot.page, of: source)
    }

    /// Whether a killed pull had what is asked for.
    func has(_ address: WebAddress) -> Bool {
        earlier.withLock { $0[sha256Hex(address.text.utf8)] != nil || $0[address.text] != nil }
    }

    /// What a killed pull had of an address: its page is noted as this pull's own. Asked for again there is nothing.
    func resume(_ address: PullSession.PageAddress) -> (PageBody, Transfer.Head?)? {
        guard case .web(let web) = address else { return nil }
        let found = earlier.withLock { $0.removeValue(forKey: sha256Hex(web.text.utf8)) ?? $0.removeValue(forKey: web.text) }
        guard let page = found, let object = page.object, let status = page.status else { return nil }
        state.withLock { state in
            state.last[address.key] = state.slots.count
            state.slots.append(Slot(page: page, url: address.key, isWhole: true))
        }
        let head = Transfer.Head(
            status: status, headers: page.headers.map { (name: $0.name, value: $0.value) },
            address: page.from.flatMap { WebAddress($0) } ?? web)
        return (.stored(StoredBody(page, object, in: store, damage)), head)
    }

    /// What was resumed turned out not to be there: it is asked for after all.
    func forget(_ address: PullSession.PageAddress) {
        state.withLock { state in
            if let place = state.last.removeValue(forKey: address.key) { state.slots[place] = nil }
        }
    }

    fileprivate func cut(_ place: Int, _ error: TransferError?) {
        state.withLock { state in
            guard let slot = state.slots[place], !slot.isWhole, !slot.page.isCut else { return }
            state.slots[place]?.page.isCut = true
            state.slots[place]?.page.failure = error.map { Outcome.Reason($0.code.rawValue, $0.message) }
            state.cut[slot.url] = place
        }
    }

    private func page(
        _ address: PullSession.PageAddress, _ hidden: inout HiddenValues, _ redactor: Redactor
    ) -> SnapshotManifest.PulledPage {
        switch address {
        case .file(let path):
            return SnapshotManifest.PulledPage(url: names.name(ofFile: path), headers: [], isCut: false)
        case .web(let web):
            let url = redactor.hiding(hidden.url(web.text))
            return SnapshotManifest.PulledPage(
                url: url, urlDigest: url == web.text ? nil : sha256Hex(web.text.utf8), headers: [], isCut: false)
        }
    }

    /// What was pulled, when every object is in the store.
    func pulled() async throws(SnapshotError) -> SnapshotManifest.PulledSource {
        let (slots, begun, ended, outcome) = state.withLock { state in
            (state.slots.compactMap { $0 }, state.startedAt, state.endedAt, state.outcome)
        }
        var pages: [SnapshotManifest.PulledPage] = []
        for slot in slots {
            var page = slot.page
            if let writer = slot.writer { page.object = try await writer.finish().get() }
            pages.append(page)
        }
        let now = clock()
        return SnapshotManifest.PulledSource(
            id: source,
            outcome: outcome ?? .partial(Outcome.Reason("stopped", "the pull was stopped, since what came could not be read")),
            startedAt: begun ?? now, endedAt: ended ?? now, window: window, pages: pages)
    }
}

/// A page whose bytes go to the store while they are read.
final class RecordedBody: Sendable {
    private let body: PageBody
    private let writer: ObjectWriter
    private let recorder: ExchangeRecorder
    private let place: Int

    init(_ body: PageBody, _ writer: ObjectWriter, _ recorder: ExchangeRecorder, place: Int) {
        self.body = body
        self.writer = writer
        self.recorder = recorder
        self.place = place
    }

    func next() async throws(TransferError) -> [UInt8]? {
        let bytes: [UInt8]?
        do throws(TransferError) {
            bytes = try await body.next()
        } catch {
            recorder.cut(place, error)
            throw error
        }
        if let bytes {
            await writer.write(bytes)
        } else {
            // What went wrong is said when the snapshot is made whole.
            recorder.finish(place, await writer.finish())
        }
        return bytes
    }

    /// All of it. Nobody waits until the store has the last of it.
    func whole(atMost most: Int, usual: Int) async throws(TransferError) -> WholePage {
        var digest = Digest()
        writer.leaveDigest()
        let bytes: [UInt8]
        do throws(TransferError) {
            bytes = try await body.gathered(atMost: most, usual: usual, &digest) { await writer.write($0) }
        } catch {
            writer.tell(sha256: digest.hex)
            recorder.cut(place, error)
            throw error
        }
        let page = WholePage(bytes: bytes, sha256: digest.hex)
        recorder.noteWhole(place)
        writer.finish(sha256: page.sha256) { [recorder, place] in recorder.finish(place, $0) }
        return page
    }

    /// The reader gives up.
    func cancel() {
        recorder.cut(place, nil)
        body.cancel()
    }
}
