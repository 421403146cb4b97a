import Foundation

/// A kept pull, to be judged again.
package final class Snapshot: Sendable {
    package let name: String
    package let manifest: SnapshotManifest
    let store: SnapshotStore
    private let found = SnapshotDamage()

    init(name: String, store: SnapshotStore) throws(SnapshotError) {
        self.name = name
        self.store = store
        manifest = try store.manifest(named: name)
    }

    /// What was found to be damaged while it was read.
    package var damage: SnapshotError? { found.text.map { .damaged(snapshot: name, why: $0) } }

    /// Nil where the snapshot knows nothing of the source.
    package func source(_ id: String) -> SnapshotManifest.PulledSource? { manifest.sources.first { $0.id == id } }

    package func replay(of planned: Source) -> ExchangeReplay? {
        source(planned.id).map { ExchangeReplay($0, of: planned, in: store, found) }
    }

    /// Finds the snapshot that somebody means: a manifest's path, a folder of snapshots (then its latest), or in the
    /// configured folder `latest`, a name, or the beginning of one or of its digest.
    package static func find(_ text: String, in configured: SnapshotStore?) throws(SnapshotError) -> Snapshot {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: text, isDirectory: &isFolder) {
            let url = URL(fileURLWithPath: text).standardizedFileURL
            if isFolder.boolValue { return try latest(of: SnapshotStore(path: url.path), text) }
            let root = url.deletingLastPathComponent().deletingLastPathComponent()
            return try Snapshot(name: url.deletingPathExtension().lastPathComponent, store: SnapshotStore(path: root.path))
        }
        guard let configured else { throw .missing(name: text, why: "no such file or folder, and 'snapshots' is off") }
        if text == "latest" { return try latest(of: configured, text) }
        let name = text.hasSuffix(".json") ? String(text.dropLast(5)) : text
        let names = configured.names
        if names.contains(name) { return try Snapshot(name: name, store: configured) }
        let found = names.filter { other in
            other.hasPrefix(name) || other.split(separator: "-").last?.hasPrefix(name) == true
        }
        guard !name.isEmpty, let only = found.first else {
            throw .missing(
                name: text,
                why: "'\(configured.path)' has \(names.isEmpty ? "none" : "others: \(names.suffix(5).joined(separator: ", "))")")
        }
        guard found.count == 1 else { throw .missing(name: text, why: "it may be \(found.suffix(5).joined(separator: " or "))") }
        return try Snapshot(name: only, store: configured)
    }

    private static func latest(of store: SnapshotStore, _ text: String) throws(SnapshotError) -> Snapshot {
        guard let name = store.names.last else { throw .missing(name: text, why: "'\(store.path)' has none") }
        return try Snapshot(name: name, store: store)
    }
}
