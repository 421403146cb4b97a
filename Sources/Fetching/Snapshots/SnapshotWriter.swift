package import Language

/// A pull on its way into the store. It holds the store's lock for as long as it lives.
package final class SnapshotWriter: Sendable {
    package let store: SnapshotStore
    private let lock: FileLock
    private let clock: @Sendable () -> Instant
    private let recorders = Guarded<[ExchangeRecorder]>([])
    /// A pull before this one was killed: it may have left objects that nothing names.
    private let followsKilledPull: Bool
    private let killed: SnapshotJournal.KilledPull?
    private let journal: SnapshotJournal?
    /// When the pull began. One that goes on where a killed pull of the same key stopped began when that one did.
    package let pulledAt: Instant

    /// `key` is of what is pulled: pages that a pull of another one had are asked for anew. `clock` tells the instants of the
    /// manifest.
    package init(_ store: SnapshotStore, key: String, clock: @escaping @Sendable () -> Instant) throws(SnapshotError) {
        self.store = store
        self.clock = clock
        let now = clock()
        lock = try store.begin()
        followsKilledPull = store.sweepAside()
        try store.markUnfinished()
        killed = SnapshotJournal.read(path: store.journal, key: key, now: now)
        pulledAt = killed?.pulledAt ?? now
        journal = SnapshotJournal(path: store.journal, key: key, pulledAt: pulledAt, isNew: killed == nil)
    }

    /// What notes the pull of one source.
    package func recorder(of source: Source) -> ExchangeRecorder {
        recorders.withLock { recorders in
            let recorder = ExchangeRecorder(
                source, number: recorders.count, store, journal, earlier: killed?.pages[source.id] ?? [], clock: clock)
            recorders.append(recorder)
            return recorder
        }
    }

    /// Makes the snapshot whole and gives its name. `others` are sources that were not pulled; `cited` are pages, by their
    /// SHA-256, that stay though no snapshot names them.
    package func keep(
        network: String, config: String, asOf: Instant?, options: SnapshotManifest.PullOptions,
        others: [(id: String, outcome: Outcome)] = [], citing cited: Set<String> = []
    ) async throws(SnapshotError) -> String {
        var sources: [SnapshotManifest.PulledSource] = []
        for recorder in recorders.withLock({ $0 }) { sources.append(try await recorder.pulled()) }
        for other in others {
            sources.append(
                SnapshotManifest.PulledSource(id: other.id, outcome: other.outcome, startedAt: pulledAt, endedAt: pulledAt))
        }
        sources.sort { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
        let manifest = SnapshotManifest(
            network: network, config: config, pulledAt: pulledAt, endedAt: clock(), asOf: asOf, options: options,
            sources: sources)
        let name = try store.keep(manifest)
        if followsKilledPull { store.sweep(citing: cited) }
        store.unmark()
        return name
    }

    /// Removes snapshots that were pulled before an instant, where newer ones make them needless. Gives their names.
    package func prune(before limit: Instant, citing cited: Set<String> = []) -> [String] {
        store.prune(before: limit, citing: cited)
    }
}
